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
/* Number + 1 of the first row with this first cell. */
static const uint16_t seal_from[WK_CELL_ALL] = {
#define PAIR_FIRST(a, b) [WK_CELL_##a] = 1 + WK_CELL_##a##__##b - WK_CELL_COUNT,
#define PAIR(a, b)
#include "def/pair.def"
};

uint32_t wk_pair_find(uint32_t first, uint32_t second) {
    uint32_t k = seal_from[first];
    if (k == 0) {
        return WK_CELL_ALL;
    }
    for (k--; k < WK_COUNT_OF(seal_pairs) && seal_pairs[k].first == first; k++) {
        if (seal_pairs[k].second == second) {
            return WK_CELL_COUNT + k;
        }
    }
    return WK_CELL_ALL;
}

uint32_t wk_pair_head(uint32_t id, uint32_t *n) {
    for (*n = 1; id >= WK_CELL_COUNT && id < WK_CELL_ALL; ++*n) {
        id = seal_pairs[id - WK_CELL_COUNT].first;
    }
    return id;
}

#define SEAL_MOST 3u /* cells that run as one */

/* From the last cell to the first: each takes the way on which fewest jumps are left. */
void wk_tr_seal(const struct wk_translator *t, uint8_t *room, uint32_t size) {
    const wk_cell_fn *handlers = wk_cell_handlers();
    const uintptr_t base = wk_cell_base_address();
    uint32_t jumps[SEAL_MOST] = {0, 0, 0}; /* that are left from the next cells on */
    uint32_t ids[SEAL_MOST - 1] = {WK_CELL_ALL, WK_CELL_ALL}; /* of them */
    memcpy(room, t->code + 4, size);
    for (uint32_t k = t->n_starts; k-- != 0;) {
        uint8_t *at = room + t->starts[k] - 4;
        uint32_t own, id, field;
        uint32_t least = jumps[0];
        WK_MOVE_BYTES(&own, at, 4);
        id = own;
        if (seal_from[own] != 0) {
            uint32_t pair = wk_pair_find(own, ids[0]);
            if (pair != WK_CELL_ALL) {
                if (jumps[1] <= least) {
                    least = jumps[1];
                    id = pair;
                }
                if (seal_from[pair] != 0 && (pair = wk_pair_find(pair, ids[1])) != WK_CELL_ALL && jumps[2] <= least) {
                    least = jumps[2];
                    id = pair;
                }
            }
        }
        field = (uint32_t)((uintptr_t)handlers[id] - base);
        WK_MOVE_BYTES(at, &field, 4);
        jumps[2] = jumps[1];
        jumps[1] = jumps[0];
        jumps[0] = least + 1;
        ids[1] = ids[0];
        ids[0] = own;
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
