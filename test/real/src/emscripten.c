/* A plain C program for Emscripten: formatted output, the heap, sorting, floats, time, input. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct entry {
    char word[16];
    int count;
};

static int by_count(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    return x->count != y->count ? y->count - x->count : strcmp(x->word, y->word);
}

static void count_words(FILE *in)
{
    struct entry *table = NULL;
    size_t used = 0;
    size_t capacity = 0;
    char word[16];
    while (fscanf(in, "%15s", word) == 1) {
        size_t i = 0;
        for (char *p = word; *p != 0; p++) {
            *p = (char)tolower((unsigned char)*p);
        }
        while (i < used && strcmp(table[i].word, word) != 0) {
            i++;
        }
        if (i == used) {
            if (used == capacity) {
                capacity = capacity == 0 ? 4 : 2 * capacity;
                table = realloc(table, capacity * sizeof *table);
            }
            strcpy(table[used].word, word);
            table[used++].count = 0;
        }
        table[i].count++;
    }
    qsort(table, used, sizeof *table, by_count);
    for (size_t i = 0; i < used && i < 5; i++) {
        printf("%-8s %d\n", table[i].word, table[i].count);
    }
    free(table);
}

static void heap(void)
{
    unsigned checksum = 0;
    char *blocks[64];
    for (int i = 0; i < 64; i++) {
        size_t size = (size_t)i * 4000 + 1;
        blocks[i] = malloc(size);
        memset(blocks[i], i, size);
    }
    for (int i = 1; i < 64; i++) {
        memmove(blocks[i] + 1, blocks[i - 1], (size_t)(i - 1) * 4000);
        checksum = checksum * 31 + (unsigned char)blocks[i][(size_t)i * 2000];
    }
    for (int i = 0; i < 64; i++) {
        free(blocks[i]);
    }
    printf("heap %u\n", checksum);
}

int main(int argc, char **argv)
{
    double sum = 0;
    for (int i = 1; i <= 100000; i++) {
        sum += sin(i) / i + sqrt(i) * 1e-5 + fmod(i, 7.5);
    }
    printf("sum %.12f %a %e\n", sum, pow(2.5, 3.5), exp(-20));
    heap();
    count_words(stdin);
    long long big = 1;
    for (int i = 1; i <= 20; i++) {
        big *= i;
    }
    printf("20! = %lld, %llu, %d\n", big, (unsigned long long)big * 3, (int)(big % 1000003));
    time_t day = 86400 * 365;
    struct tm *date = gmtime(&day);
    printf("%04d-%02d-%02d %s\n", date->tm_year + 1900, date->tm_mon + 1, date->tm_mday,
           time(NULL) > 1600000000 ? "now" : "then");
    for (int i = 1; i < argc; i++) {
        printf("argument %s\n", argv[i]);
    }
    fprintf(stderr, "on stderr\n");
    return 5;
}
