/* yes [WORD...] - write the words, or y, again and again until nobody reads. */
#include "program.h"

int main(int argc, char **argv)
{
    for (;;) {
        if (argc < 2) {
            puts("y");
        }
        for (int i = 1; i < argc; i++) {
            printf("%s%c", argv[i], i + 1 < argc ? ' ' : '\n');
        }
        if (ferror(stdout)) {
            return errno == EPIPE ? 1 : complain("yes", "standard output");
        }
    }
}
