/* stats.c - counts of executed cells. A build with WICK_STATS=1 calls stats_cell before each cell. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "interp/cell.h"
#include "module/engine.h"
#include "tool/stats.h"

#define STATS_NONE 0xffffu /* before the first cell */
#define STATS_ROWS 30u     /* that a person is shown of each kind */

/* Rows of three cells; those of one and two are sums over them. */
struct stats_row {
    uint64_t key; /* the cells' numbers, 16 bits each, the newest lowest; + 1, 0 is free */
    uint64_t count;
};

struct stats {
    struct stats_row *rows; /* open addressing */
    size_t n_rows;
    size_t cap; /* a power of two */
    uint64_t last; /* the newest three numbers */
    bool is_full;  /* no memory: the counts are too low */
};

_Static_assert(WK_CELL_COUNT < STATS_NONE, "numbers of cells take 16 bits");

static struct stats_row *stats_find(struct stats_row *rows, size_t cap, uint64_t key)
{
    size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 20) & (cap - 1);
    while (rows[at].key != 0 && rows[at].key != key) {
        at = (at + 1) & (cap - 1);
    }
    return &rows[at];
}

static bool stats_grow(struct stats *s)
{
    size_t cap = s->cap != 0 ? s->cap * 2 : 4096;
    struct stats_row *rows = calloc(cap, sizeof *rows);
    if (rows == NULL) {
        return false;
    }
    for (size_t i = 0; i < s->cap; i++) {
        if (s->rows[i].key != 0) {
            *stats_find(rows, cap, s->rows[i].key) = s->rows[i];
        }
    }
    free(s->rows);
    s->rows = rows;
    s->cap = cap;
    return true;
}

static bool stats_add(struct stats *s, uint64_t key, uint64_t count)
{
    struct stats_row *row = stats_find(s->rows, s->cap, key + 1);
    if (row->key == 0) {
        if (s->n_rows * 2 >= s->cap) {
            if (!stats_grow(s)) {
                return false;
            }
            row = stats_find(s->rows, s->cap, key + 1);
        }
        row->key = key + 1;
        s->n_rows++;
    }
    row->count += count;
    return true;
}

static int stats_order(const void *a, const void *b)
{
    const struct stats_row *x = a, *y = b;
    if (x->count != y->count) {
        return x->count < y->count ? 1 : -1;
    }
    return x->key < y->key ? -1 : x->key > y->key;
}

/* "i32_add LI>S", as golden tests have it. */
static void stats_put_cell(FILE *out, uint32_t id)
{
    struct wk_cell_text text;
    wk_cell_describe(id, &text);
    fputs(text.name != NULL ? text.name : "?", out);
    if (text.modes[0] != 0) {
        fprintf(out, " %s", text.modes);
    }
}

static void stats_put_key(FILE *out, uint64_t key, unsigned n)
{
    for (unsigned i = n; i-- > 0;) {
        stats_put_cell(out, (uint32_t)(key >> (16 * i)) & 0xffff);
        fputs(i != 0 ? ", " : "", out);
    }
}

/* Rows of n cells of s in their order; false: no memory. */
static bool stats_sum(const struct stats *s, unsigned n, struct stats *out)
{
    *out = (struct stats){0};
    if (!stats_grow(out)) {
        return false;
    }
    for (size_t i = 0; i < s->cap; i++) {
        if (s->rows[i].key == 0) {
            continue;
        }
        uint64_t key = (s->rows[i].key - 1) & (((uint64_t)1 << (16 * n)) - 1);
        bool has_none = false; /* the program's first cells have none before them */
        for (unsigned k = 0; k < n; k++) {
            has_none = has_none || ((key >> (16 * k)) & 0xffff) == STATS_NONE;
        }
        if (!has_none && !stats_add(out, key, s->rows[i].count)) {
            free(out->rows);
            return false;
        }
    }
    qsort(out->rows, out->cap, sizeof *out->rows, stats_order); /* free ones, with no count, come last */
    return true;
}

/* The same without modes: what a person looks at first. */
static bool stats_show_names(const struct stats *ones, uint64_t total)
{
    struct name {
        const char *name;
        uint64_t count;
    } *names = calloc(ones->n_rows + 1, sizeof *names);
    size_t n = 0;
    if (names == NULL) {
        return false;
    }
    for (size_t i = 0; i < ones->n_rows; i++) {
        struct wk_cell_text text;
        size_t at = 0;
        wk_cell_describe((uint32_t)(ones->rows[i].key - 1), &text);
        while (at < n && strcmp(names[at].name, text.name) != 0) {
            at++;
        }
        n += at == n;
        names[at].name = text.name;
        names[at].count += ones->rows[i].count;
    }
    fputs("instructions, whatever their operands:\n", stderr);
    for (unsigned row = 0; row < STATS_ROWS && row < n; row++) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++) {
            best = names[i].count > names[best].count ? i : best;
        }
        fprintf(stderr, "%7.2f%%  %s\n", 100.0 * (double)names[best].count / (double)total, names[best].name);
        names[best].count = 0;
    }
    free(names);
    return true;
}

static bool stats_show(const struct stats *s)
{
    static const char *const titles[] = {"", "cells", "pairs of cells", "rows of three"};
    struct stats sums;
    uint64_t total = 0;
    bool ok = true;
    for (size_t i = 0; i < s->cap; i++) {
        total += s->rows[i].count;
    }
    fprintf(stderr, "%llu cells executed%s\n", (unsigned long long)total, s->is_full ? ", and more" : "");
    for (unsigned n = 1; n <= 3 && ok && total != 0; n++) {
        double sum = 0;
        if (!stats_sum(s, n, &sums)) {
            return false;
        }
        if (n == 1) {
            ok = stats_show_names(&sums, total);
        }
        fprintf(stderr, "%s: %zu different ones; share, sum of shares:\n", titles[n], sums.n_rows);
        for (size_t i = 0; i < STATS_ROWS && i < sums.n_rows; i++) {
            double share = 100.0 * (double)sums.rows[i].count / (double)total;
            sum += share;
            fprintf(stderr, "%7.2f%% %6.1f%%  ", share, sum);
            stats_put_key(stderr, sums.rows[i].key - 1, n);
            fputc('\n', stderr);
        }
        free(sums.rows);
    }
    return ok;
}

static bool stats_write(const struct stats *s, FILE *out)
{
    struct stats sums;
    fputs("cells,count,names\n", out);
    for (unsigned n = 1; n <= 3; n++) {
        if (!stats_sum(s, n, &sums)) {
            return false;
        }
        for (size_t i = 0; i < sums.n_rows; i++) {
            fprintf(out, "%u,%llu,\"", n, (unsigned long long)sums.rows[i].count);
            stats_put_key(out, sums.rows[i].key - 1, n);
            fputs("\"\n", out);
        }
        free(sums.rows);
    }
    return true;
}

int stats_end(struct stats *s, const char *path)
{
    int status = STATUS_OK;
    if (s == NULL) {
        return STATUS_OK;
    }
    if (path[0] == 0) {
        fflush(stdout);
        status = stats_show(s) ? STATUS_OK : tool_refuse("out of memory");
    } else {
        FILE *out = fopen(path, "w");
        if (out == NULL) {
            status = tool_refuse("%s: %s", path, strerror(errno));
        } else {
            bool ok = stats_write(s, out);
            ok = fclose(out) == 0 && ok;
            status = ok && !s->is_full ? STATUS_OK : tool_refuse("%s: not all could be written", path);
        }
    }
    free(s->rows);
    free(s);
    return status;
}

#if WICK_STATS

const bool stats_are_possible = true;

static void stats_cell(void *user, uint32_t cell)
{
    struct stats *s = user;
    s->last = ((s->last << 16) | cell) & 0xffffffffffffu;
    if (!stats_add(s, s->last, 1)) {
        s->is_full = true;
    }
}

struct stats *stats_begin(wick_engine *engine)
{
    struct stats *s = calloc(1, sizeof *s);
    if (s == NULL || !stats_grow(s)) {
        free(s);
        return NULL;
    }
    s->last = 0xffffffffffffu;
    engine->on_cell = stats_cell;
    engine->on_cell_user = s;
    return s;
}

#else

const bool stats_are_possible = false;

struct stats *stats_begin(wick_engine *engine)
{
    (void)engine;
    return NULL;
}

#endif
