/* Additions, rotations and exclusive ors on 32-bit words, as in ChaCha20: sixteen blocks side by side. */
#include "../src/bench.h"

enum { LANES = 16 };

static uint32_t words[16][LANES];

static inline void step(uint32_t *restrict a, const uint32_t *restrict b, uint32_t *restrict c, int rotation)
{
    BENCH_LANES for (int k = 0; k < LANES; k++) {
        a[k] += b[k];
        c[k] ^= a[k];
        c[k] = c[k] << rotation | c[k] >> (32 - rotation);
    }
}

static inline void quarter(int a, int b, int c, int d)
{
    step(words[a], words[b], words[d], 16);
    step(words[c], words[d], words[b], 12);
    step(words[a], words[b], words[d], 8);
    step(words[c], words[d], words[b], 7);
}

static void double_round(void)
{
    quarter(0, 4, 8, 12);
    quarter(1, 5, 9, 13);
    quarter(2, 6, 10, 14);
    quarter(3, 7, 11, 15);
    quarter(0, 5, 10, 15);
    quarter(1, 6, 11, 12);
    quarter(2, 7, 8, 13);
    quarter(3, 4, 9, 14);
}

int main(int argc, char **argv)
{
    uint32_t state = 1;
    uint64_t sum = 0;
    for (int i = 0; i < 16; i++) {
        for (int k = 0; k < LANES; k++) {
            words[i][k] = bench_random(&state);
        }
    }
    for (uint32_t n = bench_size(argc, argv, 240000); n > 0; n--) {
        double_round();
    }
    for (int i = 0; i < 16; i++) {
        for (int k = 0; k < LANES; k++) {
            sum = sum * 31 + words[i][k];
        }
    }
    return bench_end("arx", sum);
}
