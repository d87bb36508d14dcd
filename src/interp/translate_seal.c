/* translate_seal.c - the last step of translation: handlers take the place of numbers, and cells that follow each other
 * become pairs.
 *
 * A pair changes nothing but the handler field of its first cell: the other one stays as it is, behind it. So a branch,
 * a yield or a trap between the two needs no thought, and every cell may choose for itself. */
#include "interp/translate.h"

#if WK_CELL_PAIRS
#define SEAL_ROWS (WK_CELL_ALL - WK_CELL_COUNT)
#define SEAL_KEY(first, second) ((uint32_t)(first) << 16 | (uint32_t)(second))
/* Row k is seal_keys[k + 1]. */
static const uint32_t seal_keys[SEAL_ROWS + 1] = {
    UINT32_MAX,
#define PAIR(a, b) SEAL_KEY(WK_CELL_##a, WK_CELL_##b),
#include "def/pair.def"
};
_Static_assert(WK_CELL_ALL < UINT16_MAX, "numbers of cells take 16 bits");
_Static_assert(SEAL_ROWS * 5 < TR_PAIR_SLOTS * 4, "or else not every row finds a place");

/* Where a row may be, in either half; its bit in the filter. */
static inline uint32_t seal_place(uint32_t hash, uint32_t half) {
    return hash >> (half == 0 ? 32 - TR_PAIR_BITS : 32 - 2 * TR_PAIR_BITS) & (TR_PAIR_SLOTS - 1);
}
#define SEAL_BYTE(hash) ((hash) >> 16 & (TR_PAIR_FILTER - 1))
#define SEAL_BIT(hash) ((hash) >> 13 & 7)

/* Each row in one of two places, which its key says: whoever looks for it looks at both, and never on. Who finds its place
 * taken drives the other away to its second one. */
static bool seal_insert(struct tr_pairs *pairs, uint32_t row) {
    for (uint32_t step = 0; step < 64; step++) {
        uint16_t *place = &pairs->row[step & 1][seal_place(seal_keys[row] * pairs->factor, step & 1)];
        const uint32_t other = *place;
        *place = (uint16_t)row;
        if (other == 0) {
            return true;
        }
        row = other;
    }
    return false;
}

void wk_tr_pairs_init(struct tr_pairs *pairs) {
    uint32_t row;
    pairs->factor = 0x9e3779b1u;
    do { /* the first factor does; another one if rows are there some day for which it does not */
        pairs->factor += 0x2545f490u;
        memset(pairs->row, 0, sizeof pairs->row);
        for (row = 1; row <= SEAL_ROWS && seal_insert(pairs, row); row++) {
        }
    } while (row <= SEAL_ROWS);
    for (row = 1; row <= SEAL_ROWS; row++) {
        const uint32_t hash = seal_keys[row] * pairs->factor;
        pairs->bits[SEAL_BYTE(hash)] |= (uint8_t)(1u << SEAL_BIT(hash));
    }
}

/* The row's cell, or WK_CELL_ALL. Nearly all pairs that there are not end at the filter. */
static inline uint32_t seal_find(const struct tr_pairs *pairs, uint32_t first, uint32_t second) {
    const uint32_t key = SEAL_KEY(first, second);
    const uint32_t hash = key * pairs->factor;
    uint32_t row;
    if ((pairs->bits[SEAL_BYTE(hash)] >> SEAL_BIT(hash) & 1) == 0) {
        return WK_CELL_ALL;
    }
    row = pairs->row[0][seal_place(hash, 0)];
    row = seal_keys[row] == key ? row : pairs->row[1][seal_place(hash, 1)];
    return seal_keys[row] == key ? WK_CELL_COUNT - 1 + row : WK_CELL_ALL;
}

uint32_t wk_tr_pair_find(const struct tr_pairs *pairs, uint32_t first, uint32_t second) {
    return seal_find(pairs, first, second);
}

uint32_t wk_pair_head(uint32_t id, uint32_t *n) {
    for (*n = 1; id >= WK_CELL_COUNT && id < WK_CELL_ALL; ++*n) {
        id = seal_keys[id - WK_CELL_COUNT + 1] >> 16;
    }
    return id;
}

/* From the last cell to the first: each takes the way on which fewest jumps are left. At most three cells run as one. */
void wk_tr_seal(const struct wk_translator *t, uint8_t *room, uint32_t size) {
    const wk_cell_fn *handlers = wk_cell_handlers();
    const uintptr_t base = wk_cell_base_address();
    uint32_t jumps_0 = 0, jumps_1 = 0, jumps_2 = 0; /* that are left from the next cells on */
    uint32_t id_0 = WK_CELL_ALL, id_1 = WK_CELL_ALL; /* of them */
    const uint32_t *const starts = t->starts;
    room -= 4;
    memcpy(room + 4, t->code + 4, size);
    for (uint32_t k = t->n_starts; k-- != 0;) {
        uint8_t *at = room + starts[k];
        uint32_t own, id, field;
        uint32_t least = jumps_0;
        uint32_t pair;
        WK_MOVE_BYTES(&own, at, 4);
        id = own;
        if ((pair = seal_find(&t->pairs, own, id_0)) != WK_CELL_ALL) {
            if (jumps_1 <= least) {
                least = jumps_1;
                id = pair;
            }
            if ((pair = seal_find(&t->pairs, pair, id_1)) != WK_CELL_ALL && jumps_2 <= least) {
                least = jumps_2;
                id = pair;
            }
        }
        field = (uint32_t)((uintptr_t)handlers[id] - base);
        WK_MOVE_BYTES(at, &field, 4);
        jumps_2 = jumps_1;
        jumps_1 = jumps_0;
        jumps_0 = least + 1;
        id_1 = id_0;
        id_0 = own;
    }
}

#else

void wk_tr_pairs_init(struct tr_pairs *pairs) {
    (void)pairs;
}

uint32_t wk_tr_pair_find(const struct tr_pairs *pairs, uint32_t first, uint32_t second) {
    (void)pairs, (void)first, (void)second;
    return WK_CELL_ALL;
}

uint32_t wk_pair_head(uint32_t id, uint32_t *n) {
    *n = 1;
    return id;
}

void wk_tr_seal(const struct wk_translator *t, uint8_t *room, uint32_t size) {
    const wk_cell_fn *handlers = wk_cell_handlers();
    const uintptr_t base = wk_cell_base_address();
    memcpy(room, t->code + 4, size);
    if (WK_CELL_NUMBERED) {
        return;
    }
    for (uint32_t k = 0; k < t->n_starts; k++) {
        uint8_t *at = room + t->starts[k] - 4;
        uint32_t field;
        WK_MOVE_BYTES(&field, at, 4);
        field = (uint32_t)((uintptr_t)handlers[field] - base);
        WK_MOVE_BYTES(at, &field, 4);
    }
}
#endif
