/* How many bytes of a text are letters, and which is the greatest: comparisons and sums of bytes. */
#include "../src/bench.h"

enum { N = 16384 };

static uint8_t text[N];

static uint32_t count_letters(void)
{
    uint32_t sum = 0;
    for (int i = 0; i < N; i += 128) {
        uint8_t part = 0;
        for (int k = 0; k < 128; k++) {
            uint8_t c = (uint8_t)((text[i + k] | 32) - 'a');
            part = (uint8_t)(part + (c < 26));
        }
        sum += part;
    }
    return sum;
}

static uint8_t greatest(void)
{
    uint8_t top = 0;
    for (int i = 0; i < N; i++) {
        top = text[i] > top ? text[i] : top;
    }
    return top;
}

int main(int argc, char **argv)
{
    uint32_t state = 1;
    uint64_t sum = 0;
    for (int i = 0; i < N; i++) {
        text[i] = (uint8_t)(bench_random(&state) % 200);
    }
    for (uint32_t n = bench_size(argc, argv, 16000); n > 0; n--) {
        sum = sum * 31 + count_letters() * 256 + greatest();
        text[n % N] = (uint8_t)(n % 255);
    }
    return bench_end("bytes", sum);
}
