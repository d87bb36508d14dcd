/* The Mandelbrot set on floats, sixteen points side by side, always to the limit. */
#include "../src/bench.h"

enum { LANES = 16, LIMIT = 64 };

static void escape(const float *x, float y, int32_t *counts)
{
    float a[LANES] = { 0 };
    float b[LANES] = { 0 };
    for (int k = 0; k < LANES; k++) {
        counts[k] = 0;
    }
    for (int n = 0; n < LIMIT; n++) {
        BENCH_LANES for (int k = 0; k < LANES; k++) {
            float aa = a[k] * a[k];
            float bb = b[k] * b[k];
            float t = aa - bb + x[k];
            float u = 2 * a[k] * b[k] + y;
            int is_in = aa + bb < 4;
            counts[k] += is_in;
            a[k] = is_in ? t : a[k];
            b[k] = is_in ? u : b[k];
        }
    }
}

int main(int argc, char **argv)
{
    uint32_t size = bench_size(argc, argv, 960) & ~15u;
    uint64_t sum = 0;
    for (uint32_t j = 0; j < size; j++) {
        for (uint32_t i = 0; i < size; i += LANES) {
            float x[LANES];
            int32_t counts[LANES];
            for (uint32_t k = 0; k < LANES; k++) {
                x[k] = (float)(i + k) * 3 / (float)size - 2.25f;
            }
            escape(x, (float)j * 2.5f / (float)size - 1.25f, counts);
            for (int k = 0; k < LANES; k++) {
                sum = sum * 7 + (uint64_t)counts[k];
            }
        }
    }
    return bench_end("mandel4", sum);
}
