/*
 * How fast modules load: decode + validate (a lazy engine), translate, and the memory
 * that the module then holds. The fastest of several turns counts. Built by bench/load.sh.
 *
 *   load [-n RUNS] FILE.wasm...
 *   load -i COUNT FILE.wasm...   what each of many instances holds that share a translated module
 *   load -t THREADS [-n RUNS] FILE.wasm...   seconds of the clock with one thread and with so many, by turns
 */
#include "port/posix/posix.h"
#include "wick/wick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* User CPU time, as everywhere in bench/, but where threads are compared. */
static bool is_clock;

static double now(void)
{
    struct rusage usage;
    if (is_clock) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
    }
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec * 1e-6;
}

struct times {
    double validate;
    double translate; /* < 0: it cannot be translated */
    double held;      /* MB after validation, and after translation */
    double held_translated;
};

static int load_once(const char *name, const uint8_t *bytes, size_t size, uint32_t threads, struct times *times)
{
    const wick_config config = { .lazy = true, .quota = (uint64_t)16 << 30, .load_threads = threads };
    wick_engine *engine = NULL;
    wick_module *module = NULL;
    wick_diag diag;
    char text[256];
    double start;
    int status = 0;
    wick_diag_init(&diag);
    if (wick_engine_new(&wick_posix_host, NULL, &config, &engine) != WICK_OK) {
        fputs("no engine\n", stderr);
        return 1;
    }
    start = now();
    if (wick_module_new(engine, bytes, size, WICK_MODULE_BORROW, &module, &diag) != WICK_OK) {
        wick_diag_format(&diag, name, NULL, text, sizeof text);
        fprintf(stderr, "%s\n", text);
        status = 1;
    } else {
        times->validate = now() - start;
        times->held = (double)wick_engine_memory_used(engine) / 1e6;
        start = now();
        times->translate = wick_module_translate(module, &diag) == WICK_OK ? now() - start : -1;
        times->held_translated = (double)wick_engine_memory_used(engine) / 1e6;
        wick_module_free(module);
    }
    wick_engine_free(engine);
    return status;
}

static int many_instances(const char *name, const uint8_t *bytes, size_t size, int count);

/* The system counts user time by ticks, so small modules are loaded often enough to take a good part of a second. */
#define LEAST_BYTES 16000000u
#define MOST_LOADS 1000u

/* The mean of a few loads. */
static int load_some(const char *name, const uint8_t *bytes, size_t size, uint32_t threads, struct times *times)
{
    const size_t wanted = LEAST_BYTES / (size + 1) + 1;
    const size_t count = wanted < MOST_LOADS ? wanted : MOST_LOADS;
    struct times sum = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (load_once(name, bytes, size, threads, times) != 0) {
            return 1;
        }
        sum.validate += times->validate;
        sum.translate = times->translate < 0 || sum.translate < 0 ? -1 : sum.translate + times->translate;
    }
    times->validate = sum.validate / (double)count;
    times->translate = sum.translate < 0 ? -1 : sum.translate / (double)count;
    return 0;
}

/* The fastest of so many turns; with[0] by one thread, with[1], when threads is not 1, by so many, by turns. */
static int load_often(const char *name, const uint8_t *bytes, size_t size, int runs, int threads, struct times with[2])
{
    for (int i = 0; i < runs * (threads == 1 ? 1 : 2); i++) {
        const int which = threads == 1 ? 0 : i % 2;
        struct times *best = &with[which];
        struct times times = { 0 };
        if (load_some(name, bytes, size, which == 0 ? 1 : (uint32_t)threads, &times) != 0) {
            return 1;
        }
        best->validate = times.validate < best->validate ? times.validate : best->validate;
        best->translate = times.translate < best->translate ? times.translate : best->translate;
        best->held = times.held;
        best->held_translated = times.held_translated;
    }
    return 0;
}

static void print_times(double mb, const struct times *best)
{
    printf(" %9.3f %8.0f %8.1f", best->validate, mb / best->validate, best->held);
    if (best->translate < 0) {
        puts("   holds instructions that cannot run yet");
    } else {
        printf(" %9.3f %8.0f %8.1f %8.2f\n", best->translate, mb / (best->validate + best->translate),
               best->held_translated, (best->held_translated - best->held) / mb);
    }
}

static void print_threads(const struct times with[2])
{
    printf(" %9.3f %9.3f %6.2f", with[0].validate, with[1].validate, with[0].validate / with[1].validate);
    if (with[0].translate < 0) {
        puts("   holds instructions that cannot run yet");
    } else {
        printf(" %9.3f %9.3f %6.2f %8.1f %8.1f\n", with[0].translate, with[1].translate,
               with[0].translate / with[1].translate, with[0].held_translated, with[1].held_translated);
    }
}

/* instances: 0, or how many to make instead */
static int load_file(const char *name, int runs, int threads, int instances)
{
    FILE *file = fopen(name, "rb");
    struct times best[2] = { { .validate = 1e9, .translate = 1e9 }, { .validate = 1e9, .translate = 1e9 } };
    int status;
    uint8_t *bytes;
    long size;
    double mb;
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        perror(name);
        return 1;
    }
    rewind(file);
    bytes = malloc((size_t)size + 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        perror(name);
        return 1;
    }
    fclose(file);
    if (instances != 0) {
        status = many_instances(name, bytes, (size_t)size, instances);
        free(bytes);
        return status;
    }
    status = load_often(name, bytes, (size_t)size, runs, threads, best);
    free(bytes);
    if (status != 0) {
        return status;
    }
    mb = (double)size / 1e6;
    name = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;
    printf("%-26s %6.1f", name, mb);
    if (threads == 1) {
        print_times(mb, &best[0]);
    } else {
        print_threads(best);
    }
    return 0;
}

/* What one of many holds: each has a store, an instance with WASI, and a task. Memories and tables apart. */
struct many {
    wick_engine *engine;
    wick_module *module;
    wick_wasi *wasi;
    wick_store **stores;
    wick_linker *linker;
    int count;
};

static int make_many(struct many *m, const char *name)
{
    uint64_t used[4] = { 0 };
    uint64_t memory = 0;
    const double start = now();
    wick_diag diag;
    char text[256];
    wick_diag_init(&diag);
    for (int i = 0; i < m->count; i++) {
        wick_instance *instance;
        wick_task *task;
        used[0] -= wick_engine_memory_used(m->engine);
        if (wick_store_new(m->engine, NULL, &m->stores[i]) != WICK_OK) {
            fputs("no memory\n", stderr);
            return 1;
        }
        used[0] += wick_engine_memory_used(m->engine);
        if (wick_linker_new(m->stores[i], &m->linker) != WICK_OK || wick_wasi_link(m->wasi, m->linker) != WICK_OK) {
            fputs("no memory\n", stderr);
            return 1;
        }
        used[1] -= wick_engine_memory_used(m->engine);
        if (wick_linker_instantiate(m->linker, m->module, &instance, &diag) != WICK_OK) {
            wick_diag_format(&diag, name, NULL, text, sizeof text);
            fprintf(stderr, "%s\n", text);
            return 1;
        }
        used[1] += wick_engine_memory_used(m->engine);
        memory += wick_store_memory_used(m->stores[i]);
        used[2] -= wick_engine_memory_used(m->engine);
        if (wick_task_new(m->stores[i], NULL, &task) != WICK_OK) {
            fputs("no memory\n", stderr);
            return 1;
        }
        used[2] += wick_engine_memory_used(m->engine);
        wick_linker_free(m->linker);
        m->linker = NULL;
    }
    name = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;
    printf("%-26s %6d %9.0f %9.0f %9.0f %11.0f %9.1f\n", name, m->count, (double)used[0] / m->count,
           (double)(used[1] - memory) / m->count, (double)used[2] / m->count, (double)memory / m->count,
           (now() - start) / m->count * 1e6);
    return 0;
}

static int many_instances(const char *name, const uint8_t *bytes, size_t size, int count)
{
    struct many m = { .count = count };
    const wick_config config = { .quota = (uint64_t)16 << 30 };
    const wick_wasi_options options = { .host = &wick_posix_wasi_host };
    wick_diag diag;
    char text[256];
    int status = 1;
    wick_diag_init(&diag);
    m.stores = calloc((size_t)count, sizeof *m.stores);
    if (m.stores == NULL || wick_engine_new(&wick_posix_host, NULL, &config, &m.engine) != WICK_OK ||
        wick_wasi_new(m.engine, &options, &m.wasi) != WICK_OK) {
        fputs("no engine\n", stderr);
    } else if (wick_module_new(m.engine, bytes, size, WICK_MODULE_BORROW, &m.module, &diag) != WICK_OK) {
        wick_diag_format(&diag, name, NULL, text, sizeof text);
        fprintf(stderr, "%s\n", text);
    } else {
        status = make_many(&m, name);
    }
    if (m.linker != NULL) {
        wick_linker_free(m.linker);
    }
    for (int i = 0; m.stores != NULL && i < count && m.stores[i] != NULL; i++) {
        wick_store_free(m.stores[i]);
    }
    wick_module_free(m.module);
    wick_wasi_free(m.wasi);
    if (m.engine != NULL) {
        wick_engine_free(m.engine);
    }
    free(m.stores);
    return status;
}

int main(int argc, char **argv)
{
    int runs = 3;
    int instances = 0;
    int threads = 1;
    int at = 1;
    int status = 0;
    for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        const int value = atoi(argv[at + 1]);
        if (strcmp(argv[at], "-n") == 0) {
            runs = value;
        } else if (strcmp(argv[at], "-i") == 0) {
            instances = value;
        } else if (strcmp(argv[at], "-t") == 0) {
            threads = value;
        } else {
            fprintf(stderr, "no option %s\n", argv[at]);
            return 2;
        }
        if (value < 1) {
            fputs("a count is at least 1\n", stderr);
            return 2;
        }
    }
    if (instances != 0) {
        printf("%-26s %6s %9s %9s %9s %11s %9s\n", "bytes of each", "number", "store", "instance", "task", "memories", "us");
    } else if (threads != 1) {
        char by[24];
        snprintf(by, sizeof by, "by %d", threads);
        is_clock = true;
        printf("%-26s %6s %9s %9s %6s %9s %9s %6s %8s %8s\n", "module", "MB", "validate", by, "times", "translate", by,
               "times", "held MB", by);
    } else {
        printf("%-26s %6s %9s %8s %8s %9s %8s %8s %8s\n", "module", "MB", "validate", "MB/s", "held MB", "translate",
               "both", "held MB", "per byte");
    }
    for (; at < argc; at++) {
        status |= load_file(argv[at], runs, threads, instances);
    }
    return status;
}
