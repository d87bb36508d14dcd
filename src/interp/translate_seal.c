/* translate_seal.c - the last step of translation: handlers take the place of numbers, and cells that follow each other
 * become pairs.
 *
 * A pair changes nothing but the handler field of its first cell: the other one stays as it is, behind it. So a branch,
 * a yield or a trap between the two needs no thought, and every cell may choose for itself. */
#include "interp/translate.h"

#if WK_CELL_PAIRS
struct seal_pair {
    uint16_t first, second;
};
static const struct seal_pair seal_pairs[] = {
#define PAIR(a, b) {WK_CELL_##a, WK_CELL_##b},
#include "def/pair.def"
};
/* The rows with one first cell are a group; group 0 has none. */
enum seal_group {
    SEAL_GROUP_none,
#define PAIR_FIRST(a, b) SEAL_GROUP_##a,
#define PAIR(a, b)
#include "def/pair.def"
    SEAL_GROUP_COUNT
};
/* Which group a cell, or a pair, begins. */
static const uint16_t seal_group[WK_CELL_ALL] = {
#define PAIR_FIRST(a, b) [WK_CELL_##a] = SEAL_GROUP_##a,
#define PAIR(a, b)
#include "def/pair.def"
};
/* A group's first row; that of the next group is behind its last. */
static const uint16_t seal_row[SEAL_GROUP_COUNT + 1] = {
    [SEAL_GROUP_COUNT] = WK_COUNT_OF(seal_pairs),
#define PAIR_FIRST(a, b) [SEAL_GROUP_##a] = WK_CELL_##a##__##b - WK_CELL_COUNT,
#define PAIR(a, b)
#include "def/pair.def"
};
/* A bit for each of a group's second cells, by a hash of it: nearly all pairs that there are not end here. */
#define SEAL_HASH(id) (((id) ^ (id) >> 6) & 63u)
#define SEAL_BIT(id) ((uint64_t)1 << SEAL_HASH((uint32_t)(id)))
static const uint64_t seal_mask[SEAL_GROUP_COUNT] = {
    0
#define PAIR_FIRST(a, b) , SEAL_BIT(WK_CELL_##b)
#define PAIR(a, b) | SEAL_BIT(WK_CELL_##b)
#include "def/pair.def"
};

static inline uint32_t seal_find(uint32_t first, uint32_t second) {
    const uint32_t group = seal_group[first];
    if (WK_LIKELY((seal_mask[group] >> SEAL_HASH(second) & 1) == 0)) {
        return WK_CELL_ALL;
    }
    for (uint32_t k = seal_row[group]; k < seal_row[group + 1]; k++) {
        if (seal_pairs[k].second == second) {
            return WK_CELL_COUNT + k;
        }
    }
    return WK_CELL_ALL;
}

uint32_t wk_pair_find(uint32_t first, uint32_t second) {
    return seal_find(first, second);
}

uint32_t wk_pair_head(uint32_t id, uint32_t *n) {
    for (*n = 1; id >= WK_CELL_COUNT && id < WK_CELL_ALL; ++*n) {
        id = seal_pairs[id - WK_CELL_COUNT].first;
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
        if ((pair = seal_find(own, id_0)) != WK_CELL_ALL) {
            if (jumps_1 <= least) {
                least = jumps_1;
                id = pair;
            }
            if ((pair = seal_find(pair, id_1)) != WK_CELL_ALL && jumps_2 <= least) {
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

uint32_t wk_pair_find(uint32_t first, uint32_t second) {
    (void)first, (void)second;
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
