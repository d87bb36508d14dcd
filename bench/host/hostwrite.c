/* Millions of writes to standard output, through two vectors: of nothing, or of as many bytes as the second argument says. */
#include "../src/bench.h"
#ifdef __wasi__
#include <wasi/api.h>
#else
#include <sys/uio.h>
#endif

static char text[256];

static uint32_t put(uint32_t at, uint32_t size)
{
#ifdef __wasi__
    __wasi_ciovec_t parts[2] = { { (const uint8_t *)text + at, size }, { (const uint8_t *)text + at + 1, 0 } };
    __wasi_size_t n = 1;
    return __wasi_fd_write(1, parts, 2, &n) == 0 && n == size;
#else
    struct iovec parts[2] = { { text + at, size }, { text + at + 1, 0 } };
    return writev(1, parts, 2) == (ssize_t)size;
#endif
}

int main(int argc, char **argv)
{
    const uint32_t size = argc > 2 ? (uint32_t)atoi(argv[2]) % 250 : 0;
    uint64_t sum = 0;
    memset(text, '.', sizeof text);
    for (uint32_t n = bench_size(argc, argv, 5000000); n > 0; n--) {
        sum = sum * 31 + put(n & 1, size);
    }
    return bench_end("hostwrite", sum);
}
