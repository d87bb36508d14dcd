/* limit [-m BYTES[K|M]] [-f FUEL[K|M]] FILE [ARGS...] - run the program in FILE with less memory or
 * fuel. Its status: the program's own, 128 + signal, or 134 when it ended abnormally. */
#include <wasi/api.h>

#include "program.h"
#include "wick_proc.h"

extern char **environ;

static uint64_t amount(const char *text)
{
    char *end;
    uint64_t v = strtoull(text, &end, 10);
    return *end == 'K' ? v << 10 : *end == 'M' ? v << 20 : v;
}

static char *join(char **strings, size_t *out_n)
{
    size_t n = 0;
    for (char **s = strings; s != NULL && *s != NULL; s++) {
        n += strlen(*s) + 1;
    }
    char *blob = malloc(n + 1), *p = blob;
    for (char **s = strings; blob != NULL && s != NULL && *s != NULL; s++) {
        p = stpcpy(p, *s) + 1;
    }
    *out_n = n;
    return blob;
}

int main(int argc, char **argv)
{
    enum { MAX_MAPPED = 32 };
    struct wick_proc_options options = {0};
    struct wick_proc_map map[MAX_MAPPED];
    struct wick_proc_status status;
    int i = 1;
    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        if (strcmp(argv[i], "-m") == 0) {
            options.max_memory = amount(argv[i + 1]);
        } else if (strcmp(argv[i], "-f") == 0) {
            options.max_fuel = amount(argv[i + 1]);
        } else {
            break;
        }
    }
    if (i >= argc || argv[i][0] == '-') {
        return usage("limit [-m BYTES] [-f FUEL] FILE [ARGS...]");
    }
    int fd = open(argv[i], O_RDONLY);
    if (fd < 0) {
        return complain("limit", argv[i]);
    }
    size_t argv_n, envp_n;
    char *argv_blob = join(argv + i, &argv_n), *envp_blob = join(environ, &envp_n);
    uint32_t n = 0;
    __wasi_prestat_t prestat;
    for (; n < 3 || (n < MAX_MAPPED && __wasi_fd_prestat_get(n, &prestat) == 0); n++) {
        map[n] = (struct wick_proc_map){n, n};
    }
    uint32_t pid;
    errno = wick_proc_spawn(fd, argv_blob, argv_n, envp_blob, envp_n, map, n, &options,
                            &pid);
    if (errno == 0) {
        errno = wick_proc_wait((int32_t)pid, 0, &status);
    }
    if (errno != 0) {
        complain("limit", argv[i]);
        return 126;
    }
    if (status.how == WICK_PROC_EXITED) {
        return (int)(status.code & 0xff);
    }
    return status.how == WICK_PROC_SIGNALED ? (int)(128 + status.code) : 134;
}
