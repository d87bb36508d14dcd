/* grep [-cinqvF] PATTERN [FILE...] - lines that match a POSIX extended regular expression. -c
 * count, -i ignore case, -n line numbers, -q no output, -v lines that do not match, -F plain text.
 * Status: 0 something matched, 1 nothing, 2 trouble. */
#include <regex.h>

#include "program.h"

enum { F_COUNT, F_IGNORE, F_NUMBER, F_QUIET, F_INVERT, F_FIXED };
static bool flags[6];
static regex_t regex;
static const char *pattern;

static bool matches(const char *line)
{
    bool is_match = flags[F_FIXED] ? strstr(line, pattern) != NULL
                                   : regexec(&regex, line, 0, NULL, 0) == 0;
    return is_match != flags[F_INVERT];
}

static unsigned long search(FILE *f, const char *label)
{
    char *line = NULL;
    size_t cap = 0;
    unsigned long n = 0, number = 0;
    for (ssize_t len; (len = getline(&line, &cap, f)) > 0;) {
        number++;
        if (line[len - 1] == '\n') {
            line[len - 1] = 0;
        }
        if (!matches(line)) {
            continue;
        }
        n++;
        if (flags[F_QUIET]) {
            break;
        }
        if (!flags[F_COUNT]) {
            printf("%s%s", label != NULL ? label : "", label != NULL ? ":" : "");
            if (flags[F_NUMBER]) {
                printf("%lu:", number);
            }
            puts(line);
        }
    }
    free(line);
    if (flags[F_COUNT] && !flags[F_QUIET]) {
        printf("%s%s%lu\n", label != NULL ? label : "", label != NULL ? ":" : "", n);
    }
    return n;
}

int main(int argc, char **argv)
{
    int i = read_flags(argc, argv, "cinqvF", flags), status = 1;
    if (i < 0 || i == argc) {
        return usage("grep [-cinqvF] PATTERN [FILE...]");
    }
    pattern = argv[i++];
    int wrong = flags[F_FIXED] ? 0
                               : regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB |
                                                              (flags[F_IGNORE] ? REG_ICASE : 0));
    if (wrong != 0) {
        char text[128];
        regerror(wrong, &regex, text, sizeof text);
        fprintf(stderr, "grep: %s: %s\n", pattern, text);
        return 2;
    }
    bool many = argc - i > 1, trouble = false;
    do {
        FILE *f = open_input("grep", i < argc ? argv[i] : NULL);
        if (f == NULL) {
            trouble = true;
            continue;
        }
        if (search(f, many ? argv[i] : NULL) > 0) {
            status = 0;
        }
        close_input(f);
    } while (++i < argc);
    return finish("grep", trouble ? 2 : status);
}
