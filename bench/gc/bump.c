/* bump.c - struct.wat in C: 100 million structs of three words from a block that starts over when it is used up. The
 * stores are volatile, or nothing would be left of it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct pair {
    uint64_t head, a, b;
};

int main(void) {
    const size_t size = 1 << 20;
    char *block = malloc(size), *at = block, *end = block + size;
    uint64_t sum = 0;
    for (int i = 0; i < 100000000; i++) {
        if ((size_t)(end - at) < sizeof(struct pair)) {
            at = block;
        }
        volatile struct pair *p = (struct pair *)(void *)at;
        at += sizeof *p;
        p->head = 1;
        p->a = sum;
        p->b = 1;
        sum = p->a + p->b;
    }
    printf("%llu\n", (unsigned long long)sum);
    return 0;
}
