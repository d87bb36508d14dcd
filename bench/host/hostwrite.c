/* Millions of writes of nothing to standard output, through two vectors. */
#include "../src/bench.h"
#ifdef __wasi__
#include <wasi/api.h>
#else
#include <sys/uio.h>
#endif

static uint32_t put(const char *text)
{
#ifdef __wasi__
    __wasi_ciovec_t parts[2] = { { (const uint8_t *)text, 0 }, { (const uint8_t *)text + 1, 0 } };
    __wasi_size_t n = 1;
    return __wasi_fd_write(1, parts, 2, &n) == 0 && n == 0;
#else
    struct iovec parts[2] = { { (void *)text, 0 }, { (void *)(text + 1), 0 } };
    return writev(1, parts, 2) == 0;
#endif
}

int main(int argc, char **argv)
{
    static const char text[4] = "abc";
    uint64_t sum = 0;
    for (uint32_t n = bench_size(argc, argv, 5000000); n > 0; n--) {
        sum = sum * 31 + put(text + (n & 1));
    }
    return bench_end("hostwrite", sum);
}
