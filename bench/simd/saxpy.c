/* y += a * x on floats. */
#include "../src/bench.h"

enum { N = 4096 };

static float x[N];
static float y[N];

static void saxpy(float a)
{
    for (int i = 0; i < N; i++) {
        y[i] += a * x[i];
    }
}

int main(int argc, char **argv)
{
    uint32_t state = 1;
    uint64_t sum = 0;
    for (int i = 0; i < N; i++) {
        x[i] = (float)(bench_random(&state) % 1000) / 256;
    }
    for (uint32_t n = bench_size(argc, argv, 60000); n > 0; n--) {
        saxpy((n & 1) != 0 ? 0.5f : -0.25f);
    }
    for (int i = 0; i < N; i++) {
        sum = sum * 31 + (uint64_t)(int64_t)(y[i] * 16);
    }
    return bench_end("saxpy", sum);
}
