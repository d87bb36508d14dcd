/* Millions of calls to the host that do next to nothing there: the clock's resolution. */
#include "../src/bench.h"
#ifdef __wasi__
#include <wasi/api.h>
#else
#include <time.h>
#endif

static uint32_t ask(uint32_t which)
{
#ifdef __wasi__
    __wasi_timestamp_t t = 0;
    return __wasi_clock_res_get(which, &t) == 0 && t > 0;
#else
    struct timespec t;
    return clock_getres((clockid_t)which, &t) == 0 && t.tv_nsec > 0;
#endif
}

int main(int argc, char **argv)
{
    uint64_t sum = 0;
    for (uint32_t n = bench_size(argc, argv, 8000000); n > 0; n--) {
        sum = sum * 31 + ask(n & 1);
    }
    return bench_end("hostclock", sum);
}
