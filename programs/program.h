/* program.h - what the small programs share: their name, complaints, and the working directory.
 *
 * WASI has no working directory. Programs here agree on one: the shell passes PWD, and before main
 * libc is told to resolve relative paths against it. Without PWD relative paths mean what libc
 * makes of them: the root, or a preopened ".".
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void program_enter_directory(void)
{
    const char *pwd = getenv("PWD");
    if (pwd != NULL && pwd[0] == '/') {
        (void)chdir(pwd); /* gone meanwhile: then the root */
    }
}

/* "NAME: what: reason" on standard error; returns 1, so that `return complain(...)` reads well. */
__attribute__((unused)) static int complain(const char *name, const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", name, what, strerror(errno));
    return 1;
}

__attribute__((unused)) static int usage(const char *text)
{
    fprintf(stderr, "usage: %s\n", text);
    return 2;
}

/* Reads options like "-nl": sets flags[i] for letters[i]; returns the index of the first operand,
 * or -1 when a letter is unknown. */
__attribute__((unused)) static int read_flags(int argc, char **argv, const char *letters,
                                              bool *flags)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != 0; i++) {
        if (strcmp(argv[i], "--") == 0) {
            return i + 1;
        }
        for (const char *p = argv[i] + 1; *p != 0; p++) {
            const char *at = strchr(letters, *p);
            if (at == NULL) {
                return -1;
            }
            flags[at - letters] = true;
        }
    }
    return i;
}

/* "-" or no name: standard input. NULL with a complaint when it cannot be opened. */
__attribute__((unused)) static FILE *open_input(const char *program, const char *name)
{
    if (name == NULL || strcmp(name, "-") == 0) {
        return stdin;
    }
    FILE *f = fopen(name, "r");
    if (f == NULL) {
        complain(program, name);
    }
    return f;
}

__attribute__((unused)) static void close_input(FILE *f)
{
    if (f != stdin) {
        fclose(f);
    }
}

/* Flushes standard output; the exit status, which is 1 when something could not be written. */
__attribute__((unused)) static int finish(const char *program, int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (errno != EPIPE) {
            complain(program, "standard output");
        }
        return 1;
    }
    return status;
}

#endif
