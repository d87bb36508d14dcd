/* What every program here shares: a size that the compiler cannot know, and a checksum. */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first argument, or the given default. */
static inline uint32_t bench_size(int argc, char **argv, uint32_t usual)
{
    return argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : usual;
}

/* In front of a short loop that is to be seen as a loop of lanes, not as so many statements. */
#ifdef __clang__
#define BENCH_LANES _Pragma("clang loop unroll(disable)")
#else
#define BENCH_LANES
#endif

static inline int bench_end(const char *name, uint64_t checksum)
{
    printf("%s %08x%08x\n", name, (unsigned)(checksum >> 32), (unsigned)checksum);
    return 0;
}

/* A step of a linear congruential generator: the same numbers everywhere. */
static inline uint32_t bench_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

#endif
