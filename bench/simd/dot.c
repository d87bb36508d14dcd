/* Products of vectors of floats, summed in eight sums side by side. */
#include "../src/bench.h"

enum { N = 4096, SUMS = 8 };

static float x[N];
static float y[N];

static float dot(void)
{
    float sums[SUMS] = { 0 };
    for (int i = 0; i < N; i += SUMS) {
        for (int k = 0; k < SUMS; k++) {
            sums[k] += x[i + k] * y[i + k];
        }
    }
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

int main(int argc, char **argv)
{
    uint32_t state = 1;
    uint64_t sum = 0;
    for (int i = 0; i < N; i++) {
        x[i] = (float)(bench_random(&state) % 1000) / 1024;
        y[i] = (float)(bench_random(&state) % 1000) / 1024;
    }
    for (uint32_t n = bench_size(argc, argv, 40000); n > 0; n--) {
        sum = sum * 31 + (uint64_t)(dot() * 64);
        x[n % N] += 0.125f;
    }
    return bench_end("dot", sum);
}
