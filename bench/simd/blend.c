/* One picture over another: bytes, in 16-bit arithmetic. */
#include "../src/bench.h"

enum { N = 16384 };

static uint8_t from[N];
static uint8_t to[N];

static void blend(uint32_t alpha)
{
    const uint16_t a = (uint16_t)alpha;
    const uint16_t b = (uint16_t)(255 - alpha);
    for (int i = 0; i < N; i++) {
        to[i] = (uint8_t)((uint16_t)(from[i] * a + to[i] * b + 128) >> 8);
    }
}

int main(int argc, char **argv)
{
    uint32_t state = 1;
    uint64_t sum = 0;
    for (int i = 0; i < N; i++) {
        from[i] = (uint8_t)bench_random(&state);
        to[i] = (uint8_t)bench_random(&state);
    }
    for (uint32_t n = bench_size(argc, argv, 16000); n > 0; n--) {
        blend(n & 127);
        from[n % N] ^= (uint8_t)n;
    }
    for (int i = 0; i < N; i++) {
        sum = sum * 31 + to[i];
    }
    return bench_end("blend", sum);
}
