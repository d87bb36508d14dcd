/* pairs.c - writes src/def/pair_place.def from pair.def: a place in one table for each row, so that whether two cells have
 * one is a single look. `make pairs` runs it; test/check/written.sh sees to it that the file is what it would write.
 *
 * The rows of a first cell lie at the places that their second cells' classes are above its base. Cells that begin many rows
 * look for a base first, each the lowest at which all of its places are free (a table of rows, folded: as parsers have). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct row {
    const char *first, *second;
} rows[] = {
#define PAIR(a, b) {#a, #b},
#include "def/pair.def"
};
#define N_ROWS (sizeof rows / sizeof rows[0])
#define N_PLACES (2 * N_ROWS + 2)

struct name {
    const char *text;
    uint32_t count; /* rows that have it */
    uint32_t order; /* among the names, as they come in pair.def */
    uint32_t value; /* base, class */
};
static struct name firsts[N_ROWS], seconds[N_ROWS];
static uint32_t n_firsts, n_seconds;
static struct name *of_first[N_ROWS], *of_second[N_ROWS];
static unsigned char is_taken[2 * N_PLACES];

static struct name *name_of(struct name *names, uint32_t *n, const char *text) {
    uint32_t i;
    for (i = 0; i < *n && strcmp(names[i].text, text) != 0; i++) {
    }
    if (i == *n) {
        names[(*n)++] = (struct name){text, 0, i, 0};
    }
    names[i].count++;
    return &names[i];
}

static int compare(const void *a, const void *b) {
    const struct name *x = *(const struct name *const *)a, *y = *(const struct name *const *)b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : x->order < y->order ? -1 : 1;
}

/* Pointers to the names, those of many rows first. */
static void sort(struct name *names, uint32_t n, struct name **out) {
    for (uint32_t i = 0; i < n; i++) {
        out[i] = &names[i];
    }
    qsort(out, n, sizeof *out, compare);
}

/* Are all places of a first cell free at this base? */
static int fits(const struct name *first, uint32_t base) {
    for (uint32_t r = 0; r < N_ROWS; r++) {
        if (of_first[r] == first && is_taken[base + of_second[r]->value]) {
            return 0;
        }
    }
    return 1;
}

int main(void) {
    static struct name *order[N_ROWS];
    uint32_t most = 0;
    for (uint32_t r = 0; r < N_ROWS; r++) {
        of_first[r] = name_of(firsts, &n_firsts, rows[r].first);
        of_second[r] = name_of(seconds, &n_seconds, rows[r].second);
    }
    sort(seconds, n_seconds, order);
    for (uint32_t i = 0; i < n_seconds; i++) {
        order[i]->value = i + 1; /* 0 are the cells that are second in no row */
    }
    sort(firsts, n_firsts, order);
    for (uint32_t i = 0; i < n_firsts; i++) {
        while (!fits(order[i], order[i]->value)) {
            if (++order[i]->value == N_PLACES) {
                fprintf(stderr, "pairs: no place for the rows of %s\n", order[i]->text);
                return 1;
            }
        }
        most = order[i]->value > most ? order[i]->value : most;
        for (uint32_t r = 0; r < N_ROWS; r++) {
            if (of_first[r] == order[i]) {
                is_taken[order[i]->value + of_second[r]->value] = 1;
            }
        }
    }
    puts("/* pair_place.def - where the row of each pair lies in the table of interp/translate_seal.c.\n"
         " *\n"
         " * FIRST(cell, base)     a cell, or pair, that begins rows of pair.def\n"
         " * SECOND(cell, class)   one that ends rows: the row of both lies at base + class\n"
         " * PLACES(n)             how many there are\n"
         " * `make pairs` writes this file (gen/pairs.c); it is not to be edited. */\n"
         "/* clang-format off */");
    for (uint32_t i = 0; i < n_firsts; i++) {
        printf("FIRST(%s, %u)\n", firsts[i].text, (unsigned)firsts[i].value);
    }
    for (uint32_t i = 0; i < n_seconds; i++) {
        printf("SECOND(%s, %u)\n", seconds[i].text, (unsigned)seconds[i].value);
    }
    printf("PLACES(%u)\n", (unsigned)(most + n_seconds + 1));
    puts("#undef FIRST\n#undef SECOND\n#undef PLACES\n/* clang-format on */");
    return 0;
}
