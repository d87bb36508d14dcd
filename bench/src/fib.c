/* Recursive Fibonacci numbers: calls, compares and adds, nothing else. */
#include "bench.h"

static uint32_t fib(uint32_t n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(int argc, char **argv)
{
    return bench_end("fib", fib(bench_size(argc, argv, 38)));
}
