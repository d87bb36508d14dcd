/* sort [-nru] [FILE...] - sort lines by bytes; -n by number, -r backwards, -u equal lines once. */
#include "program.h"

enum { F_NUMERIC, F_REVERSE, F_UNIQUE };
static bool flags[3];
static char **lines;
static size_t n_lines, cap_lines;

static int compare_keys(const char *a, const char *b)
{
    if (flags[F_NUMERIC]) {
        double x = strtod(a, NULL), y = strtod(b, NULL);
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return strcmp(a, b);
}

static int compare(const void *a, const void *b)
{
    int order = compare_keys(*(char *const *)a, *(char *const *)b);
    return flags[F_REVERSE] ? -order : order;
}

static bool read_lines(FILE *f)
{
    char *line = NULL;
    size_t cap = 0;
    for (ssize_t len; (len = getline(&line, &cap, f)) > 0;) {
        if (line[len - 1] == '\n') {
            line[len - 1] = 0;
        }
        if (n_lines == cap_lines) {
            cap_lines = cap_lines == 0 ? 256 : cap_lines * 2;
            lines = realloc(lines, cap_lines * sizeof *lines);
        }
        if (lines == NULL || (lines[n_lines] = strdup(line)) == NULL) {
            return false;
        }
        n_lines++;
    }
    free(line);
    return true;
}

int main(int argc, char **argv)
{
    int i = read_flags(argc, argv, "nru", flags), status = 0;
    if (i < 0) {
        return usage("sort [-nru] [FILE...]");
    }
    do {
        FILE *f = open_input("sort", i < argc ? argv[i] : NULL);
        if (f == NULL) {
            status = 2;
            continue;
        }
        if (!read_lines(f)) {
            return complain("sort", "lines");
        }
        close_input(f);
    } while (++i < argc);
    if (n_lines > 0) {
        qsort(lines, n_lines, sizeof *lines, compare);
    }
    for (size_t k = 0; k < n_lines; k++) {
        if (!flags[F_UNIQUE] || k == 0 || compare(&lines[k - 1], &lines[k]) != 0) {
            puts(lines[k]);
        }
    }
    return finish("sort", status);
}
