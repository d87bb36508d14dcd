/* The Mandelbrot set: a loop of float arithmetic with an unpredictable end. */
#include "bench.h"

static uint32_t escape(double x, double y, uint32_t limit)
{
    double a = 0;
    double b = 0;
    uint32_t n = 0;
    while (n < limit && a * a + b * b < 4) {
        double t = a * a - b * b + x;
        b = 2 * a * b + y;
        a = t;
        n++;
    }
    return n;
}

int main(int argc, char **argv)
{
    uint32_t size = bench_size(argc, argv, 760);
    uint64_t sum = 0;
    for (uint32_t j = 0; j < size; j++) {
        for (uint32_t i = 0; i < size; i++) {
            sum = sum * 7 + escape(i * 3.0 / size - 2.25, j * 2.5 / size - 1.25, 400);
        }
    }
    return bench_end("mandelbrot", sum);
}
