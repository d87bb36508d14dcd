/* Products of square matrices of floats, a row at a time. */
#include "../src/bench.h"

enum { SIDE = 160 };

static float a[SIDE][SIDE];
static float b[SIDE][SIDE];
static float c[SIDE][SIDE];

static void multiply(void)
{
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            c[i][j] = 0;
        }
        for (int k = 0; k < SIDE; k++) {
            float left = a[i][k];
            for (int j = 0; j < SIDE; j++) {
                c[i][j] += left * b[k][j];
            }
        }
    }
}

int main(int argc, char **argv)
{
    uint64_t sum = 0;
    uint32_t state = 1;
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            a[i][j] = (float)(bench_random(&state) % 1000) / 256;
            b[i][j] = (float)(bench_random(&state) % 1000) / 512;
        }
    }
    for (uint32_t n = bench_size(argc, argv, 60); n > 0; n--) {
        multiply();
        for (int i = 0; i < SIDE; i++) {
            sum = sum * 31 + (uint64_t)(c[i][(i + n) % SIDE] * 64);
            a[i][n % SIDE] = c[i][n % SIDE] / 65536;
        }
    }
    return bench_end("matmul4", sum);
}
