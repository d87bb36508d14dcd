/* pause.c - how long a collection holds a program up. A tree of `megabytes` stays alive while the program allocates; it
 * runs in slices of 16 units of fuel (some microseconds), and the processor time of each slice is measured, so a step of
 * the collector shows as a long slice. The same for one collection in one go.
 *
 *   cc -O2 -Iinclude -Isrc -I. bench/gc/pause.c build/libwick.a build/obj/port/posix.o -lpthread -o build/pause
 *   build/pause 100 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "port/posix/posix.h"
#include "wick/wick.h"
#include "wick/wick_text.h"

static const char *const text =
    "(module"
    "  (type $tree (struct (field (mut (ref null $tree))) (field (mut (ref null $tree)))))"
    "  (global $live (mut (ref null $tree)) (ref.null $tree))"
    "  (func $make (param $d i32) (result (ref $tree))"
    "    (if (result (ref $tree)) (local.get $d)"
    "      (then (struct.new $tree (call $make (i32.sub (local.get $d) (i32.const 1)))"
    "                              (call $make (i32.sub (local.get $d) (i32.const 1)))))"
    "      (else (struct.new_default $tree))))"
    "  (func (export \"live\") (param $d i32) (global.set $live (call $make (local.get $d))))"
    /* replaces one subtree of the living tree after the other: references are overwritten while marking goes on */
    "  (func (export \"churn\") (param $n i32) (local $at (ref null $tree)) (local $bits i32)"
    "    (loop $l"
    "      (local.set $at (global.get $live)) (local.set $bits (i32.mul (local.get $n) (i32.const 0x9e3779b1)))"
    "      (loop $down"
    "        (local.set $at (struct.get $tree 0 (local.get $at)))"
    "        (br_if $down (i32.and (local.tee $bits (i32.shr_u (local.get $bits) (i32.const 4))) (i32.const 1))))"
    "      (struct.set $tree 1 (local.get $at) (call $make (i32.const 6)))"
    "      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"
    "  (func (export \"spin\") (param $n i32) (loop $l"
    "      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))";

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_length(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

static void need(int ok, const char *what) {
    if (!ok) {
        printf("failed: %s\n", what);
        exit(1);
    }
}

static wick_value i32(uint32_t value) {
    wick_value v = {.type = WICK_I32};
    v.of.i32 = value;
    return v;
}

static wick_func *func(wick_instance *instance, const char *name) {
    wick_extern item;
    need(wick_instance_export(instance, name, strlen(name), &item), name);
    return item.of.func;
}

/* Calls it, in slices of so much fuel. */
static void run(wick_task *task, wick_func *f, uint32_t n_rounds, uint64_t fuel) {
    enum { MOST = 4000000 };
    double *slices = malloc(MOST * sizeof *slices), all = 0;
    const wick_value rounds = i32(n_rounds);
    wick_status status;
    size_t n = 0;
    need(wick_task_call(task, f, &rounds, 1) == WICK_OK, "call");
    do {
        const double at = seconds();
        status = wick_task_resume(task, fuel);
        slices[n] = seconds() - at;
        all += slices[n++];
    } while (status == WICK_YIELDED && n < MOST);
    need(status == WICK_DONE, "run");
    qsort(slices, n, sizeof *slices, by_length);
    printf("%zu slices, %.2f s: longest %.0f us, then %.0f, %.0f; 1 in 10,000 above %.0f us, 1 in 1,000 above %.0f us\n", n, all,
           slices[0] * 1e6, slices[1] * 1e6, slices[2] * 1e6, slices[n / 10000] * 1e6, slices[n / 1000] * 1e6);
    free(slices);
}

int main(int argc, char **argv) {
    const unsigned megabytes = argc > 1 ? (unsigned)atoi(argv[1]) : 100;
    const wick_host *host = &wick_posix_host;
    wick_engine *engine;
    wick_store *store;
    wick_linker *linker;
    wick_module *module;
    wick_instance *instance;
    wick_task *task;
    wick_heap_stats stats;
    uint8_t *bytes;
    size_t size;
    unsigned depth = 0;
    while ((24u << (depth + 1)) / 1000000 < megabytes) {
        depth++;
    }
    need(wick_engine_new(host, NULL, NULL, &engine) == WICK_OK, "engine");
    need(wick_text_assemble(engine, text, strlen(text), 0, &bytes, &size, NULL) == WICK_OK, "text");
    need(wick_module_new(engine, bytes, size, 0, &module, NULL) == WICK_OK, "module");
    need(wick_store_new(engine, NULL, &store) == WICK_OK, "store");
    need(wick_linker_new(store, &linker) == WICK_OK, "linker");
    need(wick_linker_instantiate(linker, module, &instance, NULL) == WICK_OK, "instance");
    const wick_value d = i32(depth);
    need(wick_func_call(func(instance, "live"), &d, 1, NULL, 0, NULL) == WICK_OK, "live");
    need(wick_store_collect(store) == WICK_OK, "collect");
    double at = seconds();
    need(wick_store_collect(store) == WICK_OK, "collect");
    at = seconds() - at;
    wick_store_heap_stats(store, &stats);
    printf("live: %.1f MB in %.1f MB; one collection in one go: %.1f ms\n", (double)stats.live / 1e6,
           (double)stats.held / 1e6, at * 1e3);
    const uint64_t before = stats.collections, steps = stats.steps, units = stats.units;
    need(wick_task_new(store, NULL, &task) == WICK_OK, "task");
    run(task, func(instance, "churn"), 300000, 16);
    wick_store_heap_stats(store, &stats);
    printf("%llu collections in %llu steps of %llu units, the longest of %llu; held %.1f MB\n",
           (unsigned long long)(stats.collections - before), (unsigned long long)(stats.steps - steps),
           (unsigned long long)(stats.units - units), (unsigned long long)stats.longest_step, (double)stats.held / 1e6);
    printf("for comparison, a loop that allocates nothing: ");
    run(task, func(instance, "spin"), 40000000, 16);
    wick_task_free(task);
    wick_linker_free(linker);
    wick_store_free(store);
    wick_module_free(module);
    wick_text_free(engine, bytes, size);
    wick_engine_free(engine);
    return 0;
}
