/* head [-n N | -N] [FILE...] - the first N (10) lines. */
#include "program.h"

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
    do {
        FILE *f = open_input("head", i < argc ? argv[i] : NULL);
        if (f == NULL) {
            status = 1;
            continue;
        }
        long left = n;
        for (int c; left > 0 && (c = getc(f)) != EOF;) {
            putchar(c);
            left -= c == '\n';
        }
        close_input(f);
    } while (++i < argc);
    return finish("head", status);
}
