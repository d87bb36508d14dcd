/*
 * What a call of a function of the embedder's takes from wasm and back: nanoseconds of user CPU time, the fastest of several
 * turns, less those of the loop that calls. Built by bench/calls.sh.
 *
 *   calls [-n TURNS] [CALLS] [NAME...]
 */
#include "port/posix/posix.h"
#include "wick/wick.h"
#include "wick/wick_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static double now(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec * 1e-6;
}

static wick_host_result nothing(wick_call *call, void *user)
{
    (void)call;
    (void)user;
    return WICK_HOST_OK;
}

static wick_host_result add(wick_call *call, void *user)
{
    (void)user;
    wick_call_return_i32(call, 0, wick_call_arg_i32(call, 0) + wick_call_arg_i32(call, 1));
    return WICK_HOST_OK;
}

/* The same, with the arguments' slots read. */
static wick_host_result add_slots(wick_call *call, void *user)
{
    const uint64_t *args = wick_call_args(call);
    (void)user;
    wick_call_return_i32(call, 0, (uint32_t)args[0] + (uint32_t)args[1]);
    return WICK_HOST_OK;
}

/* The last byte of a piece of the guest's memory. */
static wick_host_result bytes(wick_call *call, void *user)
{
    const uint32_t size = wick_call_arg_i32(call, 1);
    const uint8_t *at = wick_call_bytes(call, wick_call_arg_i32(call, 0), size);
    (void)user;
    if (at == NULL) {
        return wick_call_trap(call, "out of bounds");
    }
    wick_call_return_i32(call, 0, at[size - 1]);
    return WICK_HOST_OK;
}

/* Waits in every eighth call. */
static wick_host_result waits(wick_call *call, void *user)
{
    (void)user;
    if ((wick_call_arg_i32(call, 0) & 7) == 0 && wick_call_round(call) == 0) {
        return wick_call_pending(call, 0);
    }
    wick_call_return_i32(call, 0, 1);
    return WICK_HOST_OK;
}

static const struct kind {
    const char *name, *signature;
    wick_host_fn fn;
    const char *call; /* an expression of $n, to be added up */
} kinds[] = {
    {"loop", NULL, NULL, "(local.get $n)"},
    {"nothing", ":", nothing, "(local.get $n)) (call $nothing"},
    {"add", "ii:i", add, "(call $add (local.get $n) (i32.const 16))"},
    {"add_slots", "ii:i", add_slots, "(call $add_slots (local.get $n) (i32.const 16))"},
    {"add_table", "ii:i", add, "(call_indirect (type $t) (local.get $n) (i32.const 16) (i32.const 0))"},
    {"bytes", "ii:i", bytes, "(call $bytes (i32.and (local.get $n) (i32.const 4095)) (i32.const 16))"},
    {"waits", "ii:i", waits, "(call $waits (local.get $n) (i32.const 16))"},
};
#define N_KINDS (sizeof kinds / sizeof kinds[0])

static void need(int ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "calls: %s\n", what);
        exit(1);
    }
}

static wick_instance *make(wick_engine *engine, wick_store *store)
{
    static char text[8192];
    wick_linker *linker;
    wick_module *module;
    wick_instance *instance;
    uint8_t *wasm;
    size_t size, n = 0;
    need(wick_linker_new(store, &linker) == WICK_OK, "no linker");
    n += (size_t)snprintf(text, sizeof text, "(module (type $t (func (param i32 i32) (result i32)))\n");
    for (size_t i = 1; i < N_KINDS; i++) {
        const bool is_nothing = i == 1;
        need(wick_linker_func(linker, "h", kinds[i].name, kinds[i].signature, kinds[i].fn, NULL) == WICK_OK, "import");
        n += (size_t)snprintf(text + n, sizeof text - n, "(import \"h\" \"%s\" (func $%s%s))\n", kinds[i].name,
                              kinds[i].name, is_nothing ? "" : " (type $t)");
    }
    n += (size_t)snprintf(text + n, sizeof text - n, "(memory 1) (table funcref (elem $add))\n");
    for (size_t i = 0; i < N_KINDS; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "(func (export \"%s\") (param $n i32) (result i32) (local $sum i32)\n"
                              "  (loop $l (local.set $sum (i32.add (local.get $sum) %s))\n"
                              "    (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))\n"
                              "  (local.get $sum))\n",
                              kinds[i].name, kinds[i].call);
    }
    n += (size_t)snprintf(text + n, sizeof text - n, ")\n");
    need(n < sizeof text, "text");
    need(wick_text_assemble(engine, text, n, 0, &wasm, &size, NULL) == WICK_OK, "assemble");
    need(wick_module_new(engine, wasm, size, 0, &module, NULL) == WICK_OK, "module");
    need(wick_linker_instantiate(linker, module, &instance, NULL) == WICK_OK, "instance");
    wick_text_free(engine, wasm, size);
    wick_linker_free(linker);
    return instance; /* all the rest lives as long as the process */
}

/* Seconds of so many calls. */
static double run(wick_store *store, wick_instance *instance, const char *name, uint32_t n_calls)
{
    wick_value n = {.type = WICK_I32, .of.i32 = n_calls};
    wick_extern item;
    wick_task *task;
    wick_status status;
    double start;
    need(wick_instance_export(instance, name, strlen(name), &item), "export");
    need(wick_task_new(store, NULL, &task) == WICK_OK, "task");
    need(wick_task_call(task, item.of.func, &n, 1) == WICK_OK, "call");
    start = now();
    do {
        status = wick_task_resume(task, WICK_FUEL_UNLIMITED);
    } while (status == WICK_PENDING);
    start = now() - start;
    need(status == WICK_DONE, "it did not end");
    wick_task_free(task);
    return start;
}

int main(int argc, char **argv)
{
    uint32_t n_calls = 5000000;
    int turns = 5, first = 1;
    double best[N_KINDS];
    wick_engine *engine;
    wick_store *store;
    wick_instance *instance;
    if (first + 1 < argc && strcmp(argv[first], "-n") == 0) {
        turns = atoi(argv[first + 1]);
        first += 2;
    }
    if (first < argc && atoi(argv[first]) > 0) {
        n_calls = (uint32_t)atoi(argv[first++]);
    }
    need(wick_engine_new(&wick_posix_host, NULL, NULL, &engine) == WICK_OK, "engine");
    need(wick_store_new(engine, NULL, &store) == WICK_OK, "store");
    instance = make(engine, store);
    for (int turn = 0; turn < turns; turn++) {
        for (size_t i = 0; i < N_KINDS; i++) {
            bool is_wanted = first == argc || i == 0;
            for (int k = first; k < argc; k++) {
                is_wanted |= strcmp(argv[k], kinds[i].name) == 0;
            }
            const double t = is_wanted ? run(store, instance, kinds[i].name, n_calls) : -1;
            best[i] = turn == 0 || t < best[i] ? t : best[i];
        }
    }
    for (size_t i = 1; i < N_KINDS; i++) {
        if (best[i] >= 0) {
            printf("%-10s %6.1f ns\n", kinds[i].name, (best[i] - best[0]) * 1e9 / n_calls);
        }
    }
    return 0;
}
