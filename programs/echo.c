/* echo [-n] [WORD...] - write the words, one space between two. */
#include "program.h"

int main(int argc, char **argv)
{
    bool newline = true;
    int i = 1;
    if (i < argc && strcmp(argv[i], "-n") == 0) {
        newline = false;
        i++;
    }
    for (int first = i; i < argc; i++) {
        if (i > first) {
            putchar(' ');
        }
        fputs(argv[i], stdout);
    }
    if (newline) {
        putchar('\n');
    }
    return finish("echo", 0);
}
