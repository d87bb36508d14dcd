/* memory.copy and memory.fill of every size from 1 byte to 4 KiB. */
#include "bench.h"

enum { SIZE = 1 << 20 };

int main(int argc, char **argv)
{
    static uint8_t data[SIZE];
    uint32_t seed = 9;
    uint64_t sum = 0;
    for (size_t i = 0; i < SIZE; i++) {
        data[i] = (uint8_t)bench_random(&seed);
    }
    for (uint32_t n = bench_size(argc, argv, 11000000); n > 0; n--) {
        uint32_t r = bench_random(&seed);
        size_t size = (r & 7) != 0 ? (r >> 3 & 127) + 1 : (r >> 3 & 4095) + 1;
        size_t from = bench_random(&seed) & (SIZE / 2 - 1);
        size_t to = bench_random(&seed) & (SIZE / 2 - 1);
        if ((r >> 20 & 7) == 0) {
            memset(data + to, (int)(n & 255), size);
        } else {
            memmove(data + to, data + from, size);
        }
        sum = sum * 31 + data[to];
    }
    return bench_end("bulk", sum);
}
