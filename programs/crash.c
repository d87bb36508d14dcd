/* crash HOW - end abnormally, to show that nobody else is harmed. HOW: trap (unreachable), memory
 * (an access outside memory), divide, stack (endless recursion), grow (take all memory), spin (loop
 * for ever), exit N. */
#include <stdint.h>

#include "program.h"

static volatile int zero, sink;

static int recurse(int depth);

/* A call that the compiler cannot see through. */
static int (*volatile recurse_again)(int) = recurse;

static int recurse(int depth)
{
    return recurse_again(depth + 1) + 1;
}

static int grow(void)
{
    size_t taken = 0;
    for (;;) {
        char *volatile p = malloc(1 << 20); /* volatile: else the compiler sees that nobody looks */
        if (p == NULL) {
            printf("no more memory after %zu MiB\n", taken >> 20);
            return finish("crash", 3);
        }
        memset(p, 1, 1 << 20);
        taken += 1 << 20;
    }
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    if (strcmp(how, "trap") == 0) {
        __builtin_trap();
    } else if (strcmp(how, "memory") == 0) {
        return *(volatile int *)0xfffffff0u;
    } else if (strcmp(how, "divide") == 0) {
        return argc / zero;
    } else if (strcmp(how, "stack") == 0) {
        return recurse_again(0);
    } else if (strcmp(how, "grow") == 0) {
        return grow();
    } else if (strcmp(how, "spin") == 0) {
        for (;;) {
            sink++;
        }
    } else if (strcmp(how, "exit") == 0 && argc > 2) {
        return atoi(argv[2]);
    }
    return usage("crash trap|memory|divide|stack|grow|spin|exit N");
}
