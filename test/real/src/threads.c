/* threads.c - a program with threads, for WebAssembly and for the host alike: a pool that hashes, a sort that forks, products
 * of matrices by rows, producers and consumers, files written by all, thread-local values. Prints the same everywhere. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORKERS 6

static _Thread_local uint32_t own_state;

static uint32_t own_random(void)
{
    own_state = own_state * 1664525u + 1013904223u;
    return own_state >> 8;
}

/* ---- hashing by a pool: a counter gives out the blocks ---- */

#define BLOCKS 64
#define BLOCK 20000
static uint8_t *input;
static uint64_t hashes[BLOCKS];
static uint32_t next_block;

static void *hash_blocks(void *arg)
{
    (void)arg;
    for (;;) {
        uint32_t k = __atomic_fetch_add(&next_block, 1, __ATOMIC_SEQ_CST);
        if (k >= BLOCKS) {
            return NULL;
        }
        uint64_t h = 14695981039346656037u;
        for (int round = 0; round < 4; round++) {
            for (uint32_t i = 0; i < BLOCK; i++) {
                h = (h ^ input[k * BLOCK + i]) * 1099511628211u;
            }
        }
        hashes[k] = h;
    }
}

static void together(void *(*function)(void *), void *const *args)
{
    pthread_t threads[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        if (pthread_create(&threads[i], NULL, function, args != NULL ? args[i] : NULL) != 0) {
            puts("no thread");
            exit(1);
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
    }
}

static void test_hash(void)
{
    uint64_t all = 0;
    input = malloc(BLOCKS * BLOCK);
    own_state = 1;
    for (uint32_t i = 0; i < BLOCKS * BLOCK; i++) {
        input[i] = (uint8_t)own_random();
    }
    together(hash_blocks, NULL);
    for (int i = 0; i < BLOCKS; i++) {
        all = all * 31 + hashes[i];
    }
    printf("hash %016llx\n", (unsigned long long)all);
    free(input);
}

/* ---- a sort whose halves are sorted by new threads, some levels deep ---- */

struct part {
    uint32_t *a, *b;
    size_t n;
    int levels;
};

static void *sort_part(void *arg)
{
    struct part *p = arg;
    size_t half = p->n / 2, i = 0, j = half;
    struct part left = {p->a, p->b, half, p->levels - 1};
    struct part right = {p->a + half, p->b + half, p->n - half, p->levels - 1};
    pthread_t thread;
    if (p->n < 2) {
        return NULL;
    }
    if (p->levels > 0 && pthread_create(&thread, NULL, sort_part, &left) == 0) {
        sort_part(&right);
        pthread_join(thread, NULL);
    } else {
        sort_part(&left);
        sort_part(&right);
    }
    for (size_t k = 0; k < p->n; k++) {
        p->b[k] = j >= p->n || (i < half && p->a[i] <= p->a[j]) ? p->a[i++] : p->a[j++];
    }
    memcpy(p->a, p->b, p->n * sizeof *p->a);
    return arg;
}

static void test_sort(void)
{
    const size_t n = 100000;
    uint32_t *a = malloc(n * sizeof *a), *b = malloc(n * sizeof *b);
    uint32_t sum = 0;
    struct part all = {a, b, n, 4};
    own_state = 2;
    for (size_t i = 0; i < n; i++) {
        a[i] = own_random();
    }
    sort_part(&all);
    for (size_t i = 0; i < n; i++) {
        sum = sum * 33 + a[i];
        if (i > 0 && a[i - 1] > a[i]) {
            puts("not sorted");
        }
    }
    printf("sort %08x\n", (unsigned)sum);
    free(a);
    free(b);
}

/* ---- matrices by rows ---- */

#define SIDE 90
static double m1[SIDE][SIDE], m2[SIDE][SIDE], m3[SIDE][SIDE];

static void *multiply_rows(void *arg)
{
    for (int i = *(int *)arg; i < SIDE; i += WORKERS) {
        for (int j = 0; j < SIDE; j++) {
            double sum = 0;
            for (int k = 0; k < SIDE; k++) {
                sum += m1[i][k] * m2[k][j];
            }
            m3[i][j] = sum;
        }
    }
    return NULL;
}

static void test_matrix(void)
{
    int numbers[WORKERS];
    void *args[WORKERS];
    double trace = 0;
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            m1[i][j] = i - j * 0.5;
            m2[i][j] = i * 0.25 + j;
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        numbers[i] = i;
        args[i] = &numbers[i];
    }
    together(multiply_rows, args);
    for (int i = 0; i < SIDE; i++) {
        trace += m3[i][SIDE - 1 - i];
    }
    printf("matrix %.3f\n", trace);
}

/* ---- a queue with two conditions ---- */

#define ITEMS 3000
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t filled, emptied;
    uint32_t items[8];
    unsigned n, in, out;
    unsigned to_make, to_take;
    uint64_t sum;
} queue = {.mutex = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER, .emptied = PTHREAD_COND_INITIALIZER,
           .to_make = ITEMS, .to_take = ITEMS};

static void *produce(void)
{
    for (;;) {
        pthread_mutex_lock(&queue.mutex);
        while (queue.n == 8 && queue.to_make != 0) {
            pthread_cond_wait(&queue.emptied, &queue.mutex);
        }
        if (queue.to_make == 0) {
            pthread_cond_broadcast(&queue.emptied);
            pthread_mutex_unlock(&queue.mutex);
            return NULL;
        }
        queue.items[queue.in++ % 8] = queue.to_make--;
        queue.n++;
        pthread_cond_signal(&queue.filled);
        pthread_mutex_unlock(&queue.mutex);
    }
}

static void *consume(void)
{
    for (;;) {
        pthread_mutex_lock(&queue.mutex);
        while (queue.n == 0 && queue.to_take != 0) {
            pthread_cond_wait(&queue.filled, &queue.mutex);
        }
        if (queue.to_take == 0) {
            pthread_cond_broadcast(&queue.filled);
            pthread_mutex_unlock(&queue.mutex);
            return NULL;
        }
        queue.sum += (uint64_t)queue.items[queue.out++ % 8] * queue.to_take--;
        queue.n--;
        pthread_cond_signal(&queue.emptied);
        pthread_mutex_unlock(&queue.mutex);
    }
}

static void *produce_or_consume(void *arg) { return *(int *)arg % 2 == 0 ? produce() : consume(); }

static void test_queue(void)
{
    int numbers[WORKERS];
    void *args[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        numbers[i] = i;
        args[i] = &numbers[i];
    }
    together(produce_or_consume, args);
    printf("queue %llu\n", (unsigned long long)queue.sum); /* in order, whoever took them */
}

/* ---- memory, files, thread-local values ---- */

static pthread_mutex_t files = PTHREAD_MUTEX_INITIALIZER;

static void *use_all(void *arg)
{
    const int number = *(int *)arg;
    char name[40], line[40];
    void *blocks[50] = {0};
    own_state = (uint32_t)number;
    for (int i = 0; i < 2000; i++) {
        const uint32_t k = own_random() % 50;
        free(blocks[k]);
        blocks[k] = malloc(1 + own_random() % 3000);
        memset(blocks[k], number, 1);
    }
    for (int k = 0; k < 50; k++) {
        if (blocks[k] != NULL && *(char *)blocks[k] != number) {
            puts("memory is mixed up");
        }
        free(blocks[k]);
    }
    snprintf(name, sizeof name, "thread%d.txt", number);
    pthread_mutex_lock(&files); /* the C library was built without threads: its list of files is not for several */
    FILE *f = fopen(name, "w");
    pthread_mutex_unlock(&files);
    for (int i = 0; f != NULL && i < 300; i++) {
        snprintf(line, sizeof line, "%d %u\n", i, (unsigned)own_random());
        fputs(line, f);
        if (i % 16 == 0) {
            fflush(f);
        }
    }
    pthread_mutex_lock(&files);
    if (f == NULL || fclose(f) != 0) {
        puts("no file");
    }
    pthread_mutex_unlock(&files);
    *(int *)arg = (int)own_state;
    return NULL;
}

static void test_all(void)
{
    int numbers[WORKERS];
    void *args[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        numbers[i] = i;
        args[i] = &numbers[i];
    }
    own_state = 77;
    together(use_all, args);
    for (int i = 0; i < WORKERS; i++) {
        printf("thread %d: %08x\n", i, (unsigned)numbers[i]);
    }
    printf("main: %u\n", (unsigned)own_state);
}

static void *end_all(void *arg)
{
    fflush(stdout);
    exit(arg != NULL ? 9 : 8);
}

int main(int argc, char **argv)
{
    pthread_t thread;
    test_hash();
    test_sort();
    test_matrix();
    test_queue();
    test_all();
    if (argc > 1) { /* a thread ends the program */
        pthread_create(&thread, NULL, end_all, argv);
        pthread_join(thread, NULL);
        puts("still there");
    }
    return 0;
}
