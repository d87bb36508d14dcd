/*
 * Copying byte by byte.  It is built with -fno-builtin, which keeps the compiler from making one
 * memory.copy of the loop.
 */
#include "bench.h"

enum { SIZE = 1 << 16 };

static void copy(uint8_t *to, const uint8_t *from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        to[i] = from[i];
    }
}

int main(int argc, char **argv)
{
    static uint8_t a[SIZE];
    static uint8_t b[SIZE];
    uint32_t seed = 5;
    uint64_t sum = 0;
    for (size_t i = 0; i < SIZE; i++) {
        a[i] = (uint8_t)bench_random(&seed);
    }
    for (uint32_t n = bench_size(argc, argv, 1800); n > 0; n--) {
        copy(b + 1, a, SIZE - 1);
        copy(a, b, SIZE);
        sum = sum * 31 + a[n % SIZE];
    }
    return bench_end("bytecopy", sum);
}
