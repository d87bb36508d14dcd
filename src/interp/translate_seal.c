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
#define SEAL_WORD(hash) ((hash) >> (32 - TR_PAIR_FILTER_BITS))
#define SEAL_BIT(hash) ((hash) & 31)

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
        pairs->bits[SEAL_WORD(hash)] |= 1u << SEAL_BIT(hash);
    }
}

/* The row's cell, or WK_CELL_ALL. Nearly all pairs that there are not end at the filter. */
static inline uint32_t seal_find(const struct tr_pairs *pairs, uint32_t factor, uint32_t first, uint32_t second) {
    const uint32_t key = SEAL_KEY(first, second);
    const uint32_t hash = key * factor;
    uint32_t row;
    if ((pairs->bits[SEAL_WORD(hash)] >> SEAL_BIT(hash) & 1) == 0) {
        return WK_CELL_ALL;
    }
    row = pairs->row[0][seal_place(hash, 0)];
    row = seal_keys[row] == key ? row : pairs->row[1][seal_place(hash, 1)];
    return seal_keys[row] == key ? WK_CELL_COUNT - 1 + row : WK_CELL_ALL;
}

uint32_t wk_tr_pair_find(const struct tr_pairs *pairs, uint32_t first, uint32_t second) {
    return seal_find(pairs, pairs->factor, first, second);
}

uint32_t wk_pair_head(uint32_t id, uint32_t *n) {
    for (*n = 1; id >= WK_CELL_COUNT && id < WK_CELL_ALL; ++*n) {
        id = seal_keys[id - WK_CELL_COUNT + 1] >> 16;
    }
    return id;
}

/* From the last cell to the first: each takes the way on which fewest jumps are left. At most three cells run as one. */
void wk_tr_seal(const struct wk_translator *t, uint8_t *room, uint32_t size) {
    const struct tr_pairs *const pairs = &t->pairs;
    const wk_cell_fn *const handlers = wk_cell_handlers();
    const uintptr_t base = wk_cell_base_address();
    /* jumps that are left from the cell after the next one on, and from the one after that, more than from the next one */
    int32_t more_1 = 0, more_2 = 0;
    uint32_t id_0 = WK_CELL_ALL, id_1 = WK_CELL_ALL; /* of the next cells */
    const uint32_t factor = pairs->factor;
    memcpy(room, t->code + 4, size);
    room -= 4;
    for (const uint32_t *start = t->starts + t->n_starts; start != t->starts;) {
        uint8_t *at = room + *--start;
        uint32_t own, id, field;
        uint32_t pair;
        int32_t more = 0;
        WK_MOVE_BYTES(&own, at, 4);
        id = own;
        if ((pair = seal_find(pairs, factor, own, id_0)) != WK_CELL_ALL) {
            if (more_1 <= 0) {
                more = more_1;
                id = pair;
            }
            if ((pair = seal_find(pairs, factor, pair, id_1)) != WK_CELL_ALL && more_2 <= more) {
                more = more_2;
                id = pair;
            }
        }
        field = (uint32_t)((uintptr_t)handlers[id] - base);
        WK_MOVE_BYTES(at, &field, 4);
        more_2 = more_1 - more - 1;
        more_1 = -more - 1;
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
