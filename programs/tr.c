/* tr FROM TO, tr -d SET - replace or delete bytes; a-z is a range, \n \t \\ are known. */
#include "program.h"

static size_t read_set(const char *text, unsigned char *set)
{
    size_t n = 0;
    for (const char *p = text; *p != 0 && n < 256; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '\\' && p[1] != 0) {
            p++;
            c = *p == 'n' ? '\n' : *p == 't' ? '\t' : (unsigned char)*p;
        }
        set[n++] = c;
        if (p[1] == '-' && p[2] != 0) {
            for (unsigned next = c + 1u; next <= (unsigned char)p[2] && n < 256; next++) {
                set[n++] = (unsigned char)next;
            }
            p += 2;
        }
    }
    return n;
}

int main(int argc, char **argv)
{
    unsigned char from[256], to[256];
    int map[256];
    bool erase = argc == 3 && strcmp(argv[1], "-d") == 0;
    if (argc != 3 || (!erase && argv[2][0] == 0)) {
        return usage("tr FROM TO | tr -d SET");
    }
    size_t n_from = read_set(argv[erase ? 2 : 1], from);
    size_t n_to = erase ? 0 : read_set(argv[2], to);
    for (int c = 0; c < 256; c++) {
        map[c] = c;
    }
    for (size_t i = 0; i < n_from; i++) {
        map[from[i]] = erase ? -1 : to[i < n_to ? i : n_to - 1];
    }
    for (int c; (c = getchar()) != EOF;) {
        if (map[c] >= 0) {
            putchar(map[c]);
        }
    }
    return finish("tr", 0);
}
