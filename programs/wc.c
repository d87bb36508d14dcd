/* wc [-lwc] [FILE...] - count lines, words and bytes. */
#include <ctype.h>

#include "program.h"

enum { F_LINES, F_WORDS, F_BYTES };
static bool flags[3];

struct counts {
    unsigned long long n[3];
};

static void show(const struct counts *counts, const char *name)
{
    const char *gap = "";
    for (int i = 0; i < 3; i++) {
        if (flags[i]) {
            printf("%s%llu", gap, counts->n[i]);
            gap = " ";
        }
    }
    printf("%s%s\n", name != NULL ? " " : "", name != NULL ? name : "");
}

static void count(FILE *f, struct counts *counts)
{
    bool in_word = false;
    for (int c; (c = getc(f)) != EOF;) {
        counts->n[F_BYTES]++;
        counts->n[F_LINES] += c == '\n';
        counts->n[F_WORDS] += !in_word && !isspace(c);
        in_word = !isspace(c);
    }
}

int main(int argc, char **argv)
{
    struct counts total = {{0}};
    int i = read_flags(argc, argv, "lwc", flags), status = 0, first = i;
    if (i < 0) {
        return usage("wc [-lwc] [FILE...]");
    }
    if (!flags[F_LINES] && !flags[F_WORDS] && !flags[F_BYTES]) {
        flags[F_LINES] = flags[F_WORDS] = flags[F_BYTES] = true;
    }
    do {
        const char *name = i < argc ? argv[i] : NULL;
        struct counts counts = {{0}};
        FILE *f = open_input("wc", name);
        if (f == NULL) {
            status = 1;
            continue;
        }
        count(f, &counts);
        if (ferror(f)) {
            status = complain("wc", name != NULL ? name : "standard input");
        }
        close_input(f);
        show(&counts, name);
        for (int k = 0; k < 3; k++) {
            total.n[k] += counts.n[k];
        }
    } while (++i < argc);
    if (argc - first > 1) {
        show(&total, "total");
    }
    return finish("wc", status);
}
