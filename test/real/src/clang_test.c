/* Compiled and linked by a clang that is itself a WebAssembly module, then run. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t crc(const char *data, size_t size)
{
    uint32_t sum = ~0u;
    for (size_t i = 0; i < size; i++) {
        sum ^= (unsigned char)data[i];
        for (int bit = 0; bit < 8; bit++) {
            sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xedb88320u : 0);
        }
    }
    return ~sum;
}

static int queens(unsigned all, unsigned columns, unsigned left, unsigned right)
{
    int count = 0;
    unsigned open = all & ~(columns | left | right);
    if (columns == all) {
        return 1;
    }
    while (open != 0) {
        unsigned bit = open & (0 - open);
        open ^= bit;
        count += queens(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return count;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct shape {
    const char *name;
    double (*area)(double);
};

static double circle(double r)
{
    return 3.14159265358979 * r * r;
}

static double square(double r)
{
    return r * r;
}

int main(int argc, char **argv)
{
    static const struct shape shapes[] = { { "circle", circle }, { "square", square } };
    char *lines[100];
    printf("crc %08x\n", (unsigned)crc("123456789", 9));
    for (unsigned n = 4; n <= 9; n++) {
        printf("queens %u: %d\n", n, queens((1u << n) - 1, 0, 0, 0));
    }
    for (int i = 0; i < 100; i++) {
        lines[i] = malloc(16);
        snprintf(lines[i], 16, "line %d", i * 7919 % 1000);
    }
    qsort(lines, 100, sizeof lines[0], compare);
    printf("%s, %s, %s\n", lines[0], lines[50], lines[99]);
    for (size_t i = 0; i < 2; i++) {
        printf("%s %.3f %a\n", shapes[i].name, shapes[i].area(1.5), sqrt(shapes[i].area(2)));
    }
    printf("%lld %d\n", (long long)argc * 1000000007 * 1000003, (int)strtol("-0x7f", NULL, 16));
    for (int i = 1; i < argc; i++) {
        printf("argument %s\n", argv[i]);
    }
    return 42;
}
