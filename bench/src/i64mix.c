/* Mixing of 64-bit integers: multiplications, shifts, rotations. */
#include "bench.h"

static uint64_t rotate(uint64_t x, int n)
{
    return x << n | x >> (64 - n);
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

int main(int argc, char **argv)
{
    uint64_t a = 1;
    uint64_t b = 0x123456789abcdefu;
    uint64_t sum = 0;
    for (uint32_t n = bench_size(argc, argv, 25000000); n > 0; n--) {
        uint64_t t = a + b;
        b ^= a;
        a = rotate(a, 24) ^ b ^ b << 16;
        b = rotate(b, 37);
        sum += mix(t + n);
        sum = (t & 1) != 0 ? sum - (t >> 7) : sum ^ t << 3;
    }
    return bench_end("i64mix", sum);
}
