/* Included before every file of Opus: its demo takes `-` for standard input and output, so that it can be a filter. */
#include <stdio.h>
#include <string.h>

static inline FILE *open_or_pipe(const char *path, const char *mode)
{
    return strcmp(path, "-") != 0 ? fopen(path, mode) : mode[0] == 'r' ? stdin : stdout;
}

#define fopen open_or_pipe
