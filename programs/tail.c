/* tail [-n N | -N] [FILE...] - the last N (10) lines, kept in a ring while reading. */
#include "program.h"

static int tail(FILE *f, size_t n)
{
    char **ring = calloc(n, sizeof *ring);
    size_t *caps = calloc(n, sizeof *caps), at = 0, have = 0;
    if (ring == NULL || caps == NULL) {
        return complain("tail", "lines");
    }
    while (n > 0 && getline(&ring[at], &caps[at], f) > 0) {
        at = (at + 1) % n;
        have += have < n;
    }
    for (size_t i = 0; i < have; i++) {
        fputs(ring[(at + n - have + i) % n], stdout);
    }
    for (size_t i = 0; i < n; i++) {
        free(ring[i]);
    }
    free(ring);
    free(caps);
    return 0;
}

int main(int argc, char **argv)
{
    long n = 10;
    int i = 1, status = 0;
    if (i + 1 < argc && strcmp(argv[i], "-n") == 0) {
        n = atol(argv[i + 1]);
        i += 2;
    } else if (i < argc && argv[i][0] == '-' && argv[i][1] >= '0' && argv[i][1] <= '9') {
        n = atol(argv[i++] + 1);
    }
    if (n < 0) {
        return usage("tail [-n N | -N] [FILE...]");
    }
    do {
        FILE *f = open_input("tail", i < argc ? argv[i] : NULL);
        if (f == NULL) {
            status = 1;
            continue;
        }
        /* getline needs a place even when nothing is wanted: no lines is a case of its own. */
        status |= n > 0 ? tail(f, (size_t)n) : 0;
        close_input(f);
    } while (++i < argc);
    return finish("tail", status);
}
