/* The sieve of Eratosthenes over bytes: strided stores and short loops. */
#include "bench.h"

enum { LIMIT = 1 << 20 };

static uint8_t composite[LIMIT];

static uint32_t sieve(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < LIMIT; i++) {
        composite[i] = 0;
    }
    for (uint32_t i = 2; i < LIMIT; i++) {
        if (!composite[i]) {
            count++;
            for (uint32_t j = 2 * i; j < LIMIT; j += i) {
                composite[j] = 1;
            }
        }
    }
    return count;
}

int main(int argc, char **argv)
{
    uint64_t sum = 0;
    for (uint32_t n = bench_size(argc, argv, 45); n > 0; n--) {
        sum = sum * 31 + sieve();
    }
    return bench_end("sieve", sum);
}
