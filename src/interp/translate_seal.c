/* translate_seal.c - the last step of translation: handlers take the place of numbers, and cells that follow each other
 * become pairs.
 *
 * A pair changes nothing but the handler field of its first cell: the other one stays as it is, behind it. So a branch,
 * a yield or a trap between the two needs no thought, and every cell may choose for itself. */
#include "interp/translate.h"

#if WK_CELL_PAIRS
/* A row lies at its first cell's base + its second cell's class (gen/pairs.c), and says whose it is. */
enum {
#define FIRST(cell, base) SEAL_BASE_##cell = base,
#define SECOND(cell, class) SEAL_CLASS_##cell = class,
#define PLACES(n) SEAL_PLACES = n
#include "def/pair_place.def"
};
static const uint16_t seal_bases[WK_CELL_ALL + 1] = { /* a cell that begins no row has any */
#define FIRST(cell, base) [WK_CELL_##cell] = base,
#define SECOND(cell, class)
#define PLACES(n)
#include "def/pair_place.def"
};
static const uint16_t seal_classes[WK_CELL_COUNT] = { /* 0: it ends no row */
#define FIRST(cell, base)
#define SECOND(cell, class) [WK_CELL_##cell] = class,
#define PLACES(n)
#include "def/pair_place.def"
};
static const struct seal_row {
    uint16_t owner; /* its first cell, plus 1 */
    uint16_t pair;
} seal_rows[SEAL_PLACES] = {
#define PAIR(a, b) [SEAL_BASE_##a + SEAL_CLASS_##b] = {WK_CELL_##a + 1, WK_CELL_##a##__##b},
#include "def/pair.def"
};
static const uint16_t seal_firsts[WK_CELL_ALL - WK_CELL_COUNT] = {
#define PAIR(a, b) WK_CELL_##a,
#include "def/pair.def"
};
_Static_assert(WK_CELL_ALL < UINT16_MAX, "numbers of cells take 16 bits");

/* The pair's cell, or WK_CELL_ALL. */
static inline uint32_t seal_find(uint32_t first, uint32_t class) {
    const struct seal_row row = seal_rows[seal_bases[first] + class];
    return row.owner == first + 1 ? row.pair : WK_CELL_ALL;
}

uint32_t wk_tr_pair_find(uint32_t first, uint32_t second) {
    return seal_find(first, second < WK_CELL_COUNT ? seal_classes[second] : 0);
}

uint32_t wk_pair_head(uint32_t id, uint32_t *n) {
    for (*n = 1; id >= WK_CELL_COUNT && id < WK_CELL_ALL; ++*n) {
        id = seal_firsts[id - WK_CELL_COUNT];
    }
    return id;
}

/* From the last cell to the first: each takes the way on which fewest jumps are left. At most three cells run as one. */
void wk_tr_seal(const struct wk_translator *t, uint8_t *room, uint32_t size) {
    const wk_cell_fn *const handlers = wk_cell_handlers();
    const uintptr_t base = wk_cell_base_address();
    /* jumps that are left from the cell after the next one on, and from the one after that, more than from the next one */
    int32_t more_1 = 0, more_2 = 0;
    uint32_t class_0 = 0, class_1 = 0; /* of the next cells */
    memcpy(room, t->code + 4, size);
    room -= 4;
    for (const uint32_t *start = t->starts + t->n_starts; start != t->starts;) {
        uint8_t *at = room + *--start;
        uint32_t own, id, field, pair, triple;
        int32_t more = 0;
        WK_MOVE_BYTES(&own, at, 4);
        id = own;
        pair = seal_find(own, class_0);
        if (pair != WK_CELL_ALL) {
            if (more_1 <= 0) {
                more = more_1;
                id = pair;
            }
            triple = seal_find(pair, class_1);
            if (triple != WK_CELL_ALL && more_2 <= more) {
                more = more_2;
                id = triple;
            }
        }
        field = (uint32_t)((uintptr_t)handlers[id] - base);
        WK_MOVE_BYTES(at, &field, 4);
        more_2 = more_1 - more - 1;
        more_1 = -more - 1;
        class_1 = class_0;
        class_0 = seal_classes[own];
    }
}

#else

uint32_t wk_tr_pair_find(uint32_t first, uint32_t second) {
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
