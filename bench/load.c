/*
 * How fast modules load, one core: decode + validate (a lazy engine), translate, and the memory
 * that the module then holds. The fastest of several loads counts. Built by bench/run.sh.
 *
 *   load [-n RUNS] FILE.wasm...
 */
#include "wick/wick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void *host_realloc(void *user, void *p, size_t old_size, size_t new_size)
{
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(p);
        return NULL;
    }
    return realloc(p, new_size);
}

static void host_log(void *user, const char *text, size_t n)
{
    (void)user;
    fwrite(text, 1, n, stderr);
}

static const wick_host host = { .size = sizeof host, .realloc = host_realloc, .log = host_log };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct times {
    double validate;
    double translate; /* < 0: it cannot be translated */
    double held;      /* MB after validation, and after translation */
    double held_translated;
};

static int load_once(const char *name, const uint8_t *bytes, size_t size, struct times *times)
{
    const wick_config config = { .lazy = true, .quota = (uint64_t)16 << 30 };
    wick_engine *engine = NULL;
    wick_module *module = NULL;
    wick_diag diag;
    char text[256];
    double start;
    int status = 0;
    wick_diag_init(&diag);
    if (wick_engine_new(&host, NULL, &config, &engine) != WICK_OK) {
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

static int load_file(const char *name, int runs)
{
    FILE *file = fopen(name, "rb");
    struct times best = { .validate = 1e9, .translate = 1e9 };
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
    for (int i = 0; i < runs; i++) {
        struct times times = { 0 };
        if (load_once(name, bytes, (size_t)size, &times) != 0) {
            free(bytes);
            return 1;
        }
        best.validate = times.validate < best.validate ? times.validate : best.validate;
        best.translate = times.translate < best.translate ? times.translate : best.translate;
        best.held = times.held;
        best.held_translated = times.held_translated;
    }
    free(bytes);
    mb = (double)size / 1e6;
    name = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;
    printf("%-26s %6.1f %9.3f %8.0f %8.1f", name, mb, best.validate, mb / best.validate, best.held);
    if (best.translate < 0) {
        puts("   holds instructions that cannot run yet");
    } else {
        printf(" %9.3f %8.0f %8.1f\n", best.translate, mb / (best.validate + best.translate),
               best.held_translated);
    }
    return 0;
}

int main(int argc, char **argv)
{
    int runs = 3;
    int first = 1;
    int status = 0;
    if (argc > 2 && strcmp(argv[1], "-n") == 0) {
        runs = atoi(argv[2]);
        first = 3;
    }
    printf("%-26s %6s %9s %8s %8s %9s %8s %8s\n", "module", "MB", "validate", "MB/s", "held MB",
           "translate", "both", "held MB");
    for (int i = first; i < argc; i++) {
        status |= load_file(argv[i], runs);
    }
    return status;
}
