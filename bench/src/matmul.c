/* Products of square matrices of doubles. */
#include "bench.h"

enum { SIDE = 160 };

static double a[SIDE][SIDE];
static double b[SIDE][SIDE];
static double c[SIDE][SIDE];

static void multiply(void)
{
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            double sum = 0;
            for (int k = 0; k < SIDE; k++) {
                sum += a[i][k] * b[k][j];
            }
            c[i][j] = sum;
        }
    }
}

int main(int argc, char **argv)
{
    uint64_t sum = 0;
    uint32_t state = 1;
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            a[i][j] = bench_random(&state) % 1000 / 256.0;
            b[i][j] = bench_random(&state) % 1000 / 512.0;
        }
    }
    for (uint32_t n = bench_size(argc, argv, 28); n > 0; n--) {
        multiply();
        for (int i = 0; i < SIDE; i++) {
            sum = sum * 31 + (uint64_t)(c[i][(i + n) % SIDE] * 1024);
            a[i][n % SIDE] = c[i][n % SIDE] / 65536;
        }
    }
    return bench_end("matmul", sum);
}
