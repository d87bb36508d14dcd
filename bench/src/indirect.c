/* Calls through a table of functions, chosen by data. */
#include "bench.h"

typedef uint32_t operation(uint32_t, uint32_t);

static uint32_t op_add(uint32_t a, uint32_t b) { return a + b; }
static uint32_t op_sub(uint32_t a, uint32_t b) { return a - b; }
static uint32_t op_xor(uint32_t a, uint32_t b) { return a ^ b; }
static uint32_t op_mul(uint32_t a, uint32_t b) { return a * (b | 1); }
static uint32_t op_rot(uint32_t a, uint32_t b) { return a << (b & 15) | a >> (31 - (b & 15)); }
static uint32_t op_min(uint32_t a, uint32_t b) { return a < b ? a + 77 : b + 77; }
static uint32_t op_shift(uint32_t a, uint32_t b) { return (a >> 3) + b; }
static uint32_t op_not(uint32_t a, uint32_t b) { return ~a + (b >> 5); }

static operation *const operations[8] = {
    op_add, op_sub, op_xor, op_mul, op_rot, op_min, op_shift, op_not,
};

int main(int argc, char **argv)
{
    static uint8_t program[4096];
    uint32_t seed = 3;
    uint32_t value = 1;
    for (size_t i = 0; i < sizeof program; i++) {
        program[i] = (uint8_t)(bench_random(&seed) & 7);
    }
    for (uint32_t n = bench_size(argc, argv, 6000); n > 0; n--) {
        for (size_t i = 0; i < sizeof program; i++) {
            value = operations[program[i]](value, n + (uint32_t)i);
        }
    }
    return bench_end("indirect", value);
}
