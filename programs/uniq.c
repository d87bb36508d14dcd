/* uniq [-c] [FILE] - drop lines equal to the one before; -c: with how many there were. */
#include "program.h"

static void show(bool count, unsigned long n, const char *line)
{
    if (n > 0 && count) {
        printf("%7lu %s\n", n, line);
    } else if (n > 0) {
        puts(line);
    }
}

int main(int argc, char **argv)
{
    bool count = false;
    int i = read_flags(argc, argv, "c", &count);
    if (i < 0) {
        return usage("uniq [-c] [FILE]");
    }
    FILE *f = open_input("uniq", i < argc ? argv[i] : NULL);
    if (f == NULL) {
        return 1;
    }
    char *line = NULL, *last = NULL;
    size_t cap = 0;
    unsigned long n = 0;
    for (ssize_t len; (len = getline(&line, &cap, f)) > 0;) {
        if (line[len - 1] == '\n') {
            line[len - 1] = 0;
        }
        if (n > 0 && strcmp(line, last) == 0) {
            n++;
            continue;
        }
        show(count, n, last);
        free(last);
        if ((last = strdup(line)) == NULL) {
            return complain("uniq", "line");
        }
        n = 1;
    }
    show(count, n, last);
    return finish("uniq", 0);
}
