/* enum_test.c - all short functions over small alphabets, on the reference and the fast interpreter, which must agree.
 *
 * Random modules (diff_test.c) seldom have the few instructions in a row that a translator treats specially and that one right
 * behind them which it should have been wary of. Here every sequence of symbols - an instruction or a few of them, after which
 * the translator is in some state - stands in several surroundings: as it is, in a block, in a loop, as the arm of an if, above
 * other operands, with its locals in registers and in slots. Sequences of each length are all tried as long as the budget lasts;
 * what is left of it goes to longer ones, by chance.
 *
 *   enum_test [-n FUNCTIONS] [-s SEED] [-g GROUP] [-f LOCALS] [-w FOLDER] [-c] [-i] [-y] [-v] [-l]
 *       functions for each alphabet in each surrounding; -f: so many locals beside; -w: the modules go there too, with what
 *       each function does in an instance of its own; -c: with canonical NaNs; -i: what functions call, their memories, globals
 *       and tags are another instance's; -y: the fast interpreter yields wherever it may; -v: how far each came; -l: only what
 *       alphabets there are */
#include <signal.h>
#include <unistd.h>

#include "base/diag.h"
#include "enum_code.h"
#include "enum_groups.h"
#include "port/posix/posix.h"

enum { MAX_LENGTH = 12, MAX_TUPLES = 4, FUEL = 24, FUEL_DRIVEN = 60, MAX_REPORTS = 20, HANG_SECONDS = 100 };

/* ---- functions of a module --------------------------------------------------------------------------------------- */

struct path { /* which function it is */
    const struct enum_group *group;
    const char *context;
    uint8_t n;
    uint8_t symbols[MAX_LENGTH];
};

static struct path paths[MAX_FUNCS];
static struct enum_func funcs[MAX_FUNCS];
static uint8_t func_codes[MAX_MODULE / 2];
static uint32_t n_funcs, code_used;
static uint64_t hashes[MAX_FUNCS * MAX_TUPLES];
static uint8_t module_bytes[MAX_MODULE];
static uint64_t n_tried, n_calls, n_failed;
static uint64_t n_ended[5]; /* calls by wick_status */
static volatile uint32_t running; /* for the handler of signals */
static bool is_foreign; /* helpers, memories, globals, tags are another instance's */
static uint32_t n_extra; /* locals that nobody uses, behind the others: operands lie far away */
static struct enum_symbol symbols[64];

static void print_path(const struct path *p) {
    printf("%s: %s |", p->group->name, p->context);
    for (uint32_t i = 0; i < p->n; i++) {
        printf(" %s", p->group->symbols[p->symbols[i]]);
    }
    printf("\n");
}

/* ---- the two interpreters --------------------------------------------------------------------------------------- */

struct side {
    wick_engine *engine;
    wick_store *store;
    wick_module *module;
    wick_module *helpers; /* is_foreign: of the other instance */
    wick_task *task;
    wick_table *funcs;
    wick_instance *instance;
    wick_func *drive;
    int64_t debt; /* of fuel, 0 or less, if all of it were given at once */
    bool yields;  /* wherever it may */
    wick_memory *memories[2];
    wick_global *globals[48];
    wick_ref things[2]; /* of the host */
    struct run_host host;
};

static struct side sides[2]; /* reference, fast */
static int things[2];

static uint64_t mix(uint64_t h, uint64_t x) {
    h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static wick_host_result host_fn(wick_call *call, void *user) {
    (void)user;
    wick_call_return_i32(call, 0, wick_call_arg_i32(call, 0) * 5 + 2);
    return WICK_HOST_OK;
}

static void close_instance(struct side *side) {
    wick_task_free(side->task);
    wick_store_free(side->store);
    side->task = NULL;
    side->debt = 0;
    side->store = NULL;
}

static void close_side(struct side *side) {
    close_instance(side);
    wick_module_free(side->module);
    wick_module_free(side->helpers);
    side->module = NULL;
    side->helpers = NULL;
}

/* The instance that has what the module imports. */
static wick_err open_helpers(struct side *side, wick_linker *linker, wick_diag *diag) {
    static uint8_t bytes[MAX_MODULE];
    wick_instance *instance = NULL;
    wick_err err = WICK_OK;
    if (side->helpers == NULL) {
        const size_t size = enum_module(NULL, 0, false, bytes, sizeof bytes);
        err = wick_module_new(side->engine, bytes, size, 0, &side->helpers, diag);
    }
    err = err != WICK_OK ? err : wick_linker_instantiate(linker, side->helpers, &instance, diag);
    return err != WICK_OK ? err : wick_linker_instance(linker, "helpers", 7, instance);
}

/* An instance of the module, which is made of these bytes if it is not there yet. */
static void open_side(struct side *side, const uint8_t *bytes, size_t size) {
    wick_store_options options = {.quota = 1 << 24, .heap_quota = 1 << 22};
    wick_task_options task_options = {.stack_slots = 1 << 17};
    wick_linker *linker = NULL;
    wick_instance *instance = NULL;
    wick_extern item;
    wick_diag diag;
    wick_err err;
    char text[300];
    wick_diag_init(&diag);
    err = side->module != NULL ? WICK_OK : wick_module_new(side->engine, bytes, size, 0, &side->module, &diag);
    err = err != WICK_OK ? err : wick_store_new(side->engine, &options, &side->store);
    err = err != WICK_OK ? err : wick_linker_new(side->store, &linker);
    err = err != WICK_OK ? err : wick_linker_func(linker, "env", "host", "i:i", host_fn, NULL);
    err = err != WICK_OK || !is_foreign ? err : open_helpers(side, linker, &diag);
    err = err != WICK_OK ? err : wick_linker_instantiate(linker, side->module, &instance, &diag);
    err = err != WICK_OK ? err : wick_task_new(side->store, &task_options, &side->task);
    wick_linker_free(linker);
    for (int i = 0; i < 2 && err == WICK_OK; i++) {
        err = wick_ref_new(side->store, &things[i], NULL, &side->things[i]);
    }
    if (err != WICK_OK) {
        wick_diag_format(&diag, NULL, NULL, text, sizeof text);
        if (diag.func != UINT32_MAX && diag.func >= N_HELPERS && diag.func - N_HELPERS < n_funcs) {
            print_path(&paths[diag.func - N_HELPERS]);
        }
        enum_die("a module is refused", text);
    }
    side->instance = instance;
    wick_instance_export(instance, "t", 1, &item);
    side->funcs = item.of.table;
    wick_instance_export(instance, "drive", 5, &item);
    side->drive = item.of.func;
    wick_instance_export(instance, "m", 1, &item);
    side->memories[0] = item.of.memory;
    wick_instance_export(instance, "m1", 2, &item);
    side->memories[1] = item.of.memory;
    for (uint32_t i = 0; i < enum_n_globals; i++) {
        char name[16];
        snprintf(name, sizeof name, "g%u", (unsigned)i);
        wick_instance_export(instance, name, strlen(name), &item);
        side->globals[i] = item.of.global;
    }
}

/* ---- calls ------------------------------------------------------------------------------------------------------- */

static const uint64_t i32_values[3] = {0, 5, 0xfffffffd};
static const uint64_t i64_values[3] = {0, UINT64_C(0x500000007), UINT64_C(0xfffffffffffffffd)};
static const uint64_t f32_values[3] = {0, 0x3fc00000, 0x7fc00000};
static const uint64_t f64_values[3] = {0, UINT64_C(0x3ff8000000000000), UINT64_C(0x7ff8000000000000)};
/* The values of the first parameters in each call. */
static const uint8_t tuples[MAX_TUPLES][3] = {{0, 1, 2}, {2, 0, 1}, {1, 1, 0}, {1, 2, 1}};

static wick_value argument(const struct side *side, char type, uint32_t which) {
    wick_value v;
    memset(&v, 0, sizeof v);
    switch (type) {
    case 'i': v.type = WICK_I32, v.of.i32 = (uint32_t)i32_values[which]; break;
    case 'l': v.type = WICK_I64, v.of.i64 = i64_values[which]; break;
    case 'f': v.type = WICK_F32, v.of.f32 = (uint32_t)f32_values[which]; break;
    case 'd': v.type = WICK_F64, v.of.f64 = f64_values[which]; break;
    case 's':
        v.type = WICK_V128;
        v.of.v128[0] = i64_values[which];
        v.of.v128[1] = f64_values[which] + which;
        break;
    case 'r': v.type = WICK_EXTERNREF, v.of.ref = which == 0 ? 0 : side->things[which - 1]; break;
    case 'p': v.type = WICK_FUNCREF; break;
    default: enum_die("no such parameter", (const char[2]){type, 0});
    }
    return v;
}

/* What is seen of a reference: whether it is null, and which of the host's objects it is. */
static uint64_t value_bits(const struct side *side, const wick_value *v) {
    switch (WICK_TYPE_KIND(v->type)) {
    case WICK_KIND_I32:
    case WICK_KIND_F32: return v->of.i32;
    case WICK_KIND_I64:
    case WICK_KIND_F64: return v->of.i64;
    case WICK_KIND_V128: return mix(v->of.v128[0], v->of.v128[1]);
    default: return v->of.ref == 0 ? 0 : v->of.ref == side->things[0] ? 1 : v->of.ref == side->things[1] ? 2 : 3;
    }
}

static bool is_loud;

static uint64_t note(uint64_t h, const char *what, uint64_t value) {
    if (is_loud) {
        printf(" %s %" PRIx64, what, value);
    }
    return mix(h, value);
}

static bool is_driven_group(const struct enum_group *group) {
    return group->contexts[0][0] == '*';
}

/* As much fuel as that, at once or in the smallest steps. */
static wick_status run(struct side *side, int64_t fuel) {
    const uint64_t before = wick_task_fuel_used(side->task);
    wick_status status = WICK_YIELDED;
    int64_t used = 0;
    if (!side->yields) {
        return wick_task_resume(side->task, (uint64_t)fuel);
    }
    for (uint64_t step = 0; status == WICK_YIELDED && used <= fuel + side->debt; step = 1) {
        status = wick_task_resume(side->task, step);
        used = (int64_t)(wick_task_fuel_used(side->task) - before);
    }
    side->debt += fuel - used;
    side->debt = side->debt < 0 ? side->debt : 0;
    return status;
}

/* Begins to call a function. */
static wick_status start(struct side *side, uint32_t index, const struct enum_group *group, uint32_t tuple) {
    const char *params = group->params;
    const bool is_driven = is_driven_group(group);
    wick_value args[8];
    wick_ref ref;
    size_t n;
    for (n = 0; params[n] != 0; n++) {
        args[n] = argument(side, params[n], n < 3 ? tuples[tuple][n] : (uint32_t)(tuple + n) % 3);
    }
    if (is_driven) {
        args[n] = (wick_value){.type = WICK_I32};
        args[n++].of.i32 = index;
    }
    if (wick_table_get(side->funcs, index, &ref) != WICK_OK ||
        wick_task_call(side->task, is_driven ? side->drive : wick_ref_func(ref), args, n) != WICK_OK) {
        enum_die("a function", "cannot be called");
    }
    return run(side, (is_driven ? FUEL_DRIVEN : FUEL) + n_extra / 64);
}

/* Calls a function and hashes what is seen of it. */
static uint64_t call(struct side *side, uint32_t index, const struct enum_group *group, uint32_t tuple) {
    const uint64_t before = wick_task_fuel_used(side->task);
    const wick_status status = start(side, index, group, tuple);
    uint64_t h = 0;
    n_ended[status]++;
    h = note(h, "status", status);
    h = note(h, "fuel", wick_task_fuel_used(side->task) - before);
    if (status == WICK_DONE) {
        const size_t n_results = wick_task_result_count(side->task);
        for (size_t i = 0; i < n_results; i++) {
            const wick_value v = wick_task_result(side->task, i);
            h = note(h, "result", value_bits(side, &v));
        }
    } else if (status == WICK_TRAPPED) {
        h = note(h, "error", wick_task_diag(side->task)->err);
        h = note(h, "offset", wick_task_diag(side->task)->offset);
    } else if (status == WICK_THREW) {
        wick_value v;
        wick_exception_arg(wick_task_exception(side->task), 0, &v);
        h = note(h, "exception", value_bits(side, &v));
    } else {
        wick_task_cancel(side->task);
    }
    for (uint32_t i = 0; i < enum_n_globals; i++) {
        wick_value v;
        wick_global_get(side->globals[i], &v);
        h = note(h, "global", value_bits(side, &v));
    }
    for (uint32_t m = 0; m < 2; m++) {
        h = note(h, "memory", mix(run_hash(wick_memory_data(side->memories[m]), 96), wick_memory_bytes(side->memories[m])));
    }
    return h;
}

static void died(int signal_number) {
    printf("signal %d in\n", signal_number);
    print_path(&paths[running]);
    printf("0 passed, 1 failed\n");
    fflush(stdout);
    _exit(1);
}

/* The function alone, both ways, and its module for whoever looks into it. */
static void report(uint32_t which) {
    const struct path *p = &paths[which];
    const size_t size = enum_module(&funcs[which], 1, is_foreign, module_bytes, MAX_MODULE);
    n_failed++;
    if (n_failed > MAX_REPORTS) {
        return;
    }
    print_path(p);
    for (uint32_t k = 0; k < 2; k++) {
        open_side(&sides[k], module_bytes, size);
    }
    for (uint32_t tuple = 0; tuple < MAX_TUPLES; tuple++) {
        if (call(&sides[0], 0, p->group, tuple) != call(&sides[1], 0, p->group, tuple)) {
            is_loud = true;
            for (uint32_t k = 0; k < 2; k++) { /* once more, on the globals and memories of before */
                printf("  %s, arguments %u:", k == 0 ? "ref " : "fast", (unsigned)tuple);
                close_side(&sides[k]);
                open_side(&sides[k], module_bytes, size);
                call(&sides[k], 0, p->group, tuple);
                printf("\n");
            }
            is_loud = false;
            break;
        }
    }
    printf("  ");
    for (size_t i = 0; i < size; i++) {
        printf("%02x", module_bytes[i]);
    }
    printf("\n");
    for (uint32_t k = 0; k < 2; k++) {
        close_side(&sides[k]);
    }
}

/* ---- for other engines ---------------------------------------------------------------------------------------------- */

static const char *folder;
static uint32_t n_written;

/* A value as a string of JSON that says its type; what hosts cannot be told is left out. */
static void write_value(FILE *file, const struct side *side, const wick_value *v, const char *before) {
    switch (WICK_TYPE_KIND(v->type)) {
    case WICK_KIND_I32: fprintf(file, "%s\"i:%" PRIx32 "\"", before, v->of.i32); break;
    case WICK_KIND_I64: fprintf(file, "%s\"l:%" PRIx64 "\"", before, v->of.i64); break;
    case WICK_KIND_F32: fprintf(file, "%s\"f:%" PRIx32 "\"", before, v->of.f32); break;
    case WICK_KIND_F64: fprintf(file, "%s\"d:%" PRIx64 "\"", before, v->of.f64); break;
    case WICK_KIND_V128: fprintf(file, "%s\"?\"", before); break;
    default: fprintf(file, "%s\"r:%" PRIx64 "\"", before, value_bits(side, v)); break;
    }
}

static bool script_takes_all(const char *types) {
    for (; *types != 0; types++) {
        if (!enum_script_takes(*types)) {
            return false;
        }
    }
    return true;
}

/* One call in an instance of its own: [function, arguments, status, why, results, globals, memories]. */
static void write_call(FILE *file, struct side *side, uint32_t index, const struct enum_group *group, uint32_t tuple) {
    const wick_status status = start(side, index, group, tuple);
    wick_value v;
    if (status == WICK_YIELDED || status == WICK_PENDING) {
        return;
    }
    fprintf(file, ",\n[%u,[", (unsigned)index);
    for (size_t n = 0; group->params[n] != 0; n++) {
        v = argument(side, group->params[n], n < 3 ? tuples[tuple][n] : (uint32_t)(tuple + n) % 3);
        write_value(file, side, &v, n == 0 ? "" : ",");
    }
    fprintf(file, "],%u,\"%s\",[", (unsigned)status,
            status == WICK_TRAPPED ? wk_err_info(wick_task_diag(side->task)->err)->text : "");
    if (status == WICK_THREW) {
        wick_exception_arg(wick_task_exception(side->task), 0, &v);
        write_value(file, side, &v, "");
    }
    for (size_t i = 0; status == WICK_DONE && i < wick_task_result_count(side->task); i++) {
        v = wick_task_result(side->task, i);
        write_value(file, side, &v, i == 0 ? "" : ",");
    }
    fprintf(file, "],[");
    for (uint32_t i = 0; i < enum_n_globals; i++) {
        wick_global_get(side->globals[i], &v);
        write_value(file, side, &v, i == 0 ? "" : ",");
    }
    fprintf(file, "],[");
    for (uint32_t m = 0; m < 2; m++) {
        fprintf(file, "%s\"%" PRIx64 ":", m == 0 ? "" : ",", wick_memory_bytes(side->memories[m]));
        for (uint32_t i = 0; i < 96; i++) {
            fprintf(file, "%02x", wick_memory_data(side->memories[m])[i]);
        }
        fprintf(file, "\"");
    }
    fprintf(file, "]]");
}

/* The module that module_bytes holds, and its calls. */
static void write_module(size_t size, uint32_t n_tuples) {
    char name[300];
    FILE *file;
    snprintf(name, sizeof name, "%s/%06u.wasm", folder, (unsigned)n_written);
    file = fopen(name, "wb");
    if (file == NULL || fwrite(module_bytes, 1, size, file) != size || fclose(file) != 0) {
        enum_die("cannot write", name);
    }
    snprintf(name, sizeof name, "%s/%06u.json", folder, (unsigned)n_written++);
    file = fopen(name, "w");
    if (file == NULL) {
        enum_die("cannot write", name);
    }
    fprintf(file, "{\"paths\":[");
    for (uint32_t i = 0; i < n_funcs; i++) {
        fprintf(file, "%s\"%s: %s |", i == 0 ? "" : ",\n", paths[i].group->name, paths[i].context);
        for (uint32_t k = 0; k < paths[i].n; k++) {
            fprintf(file, " %s", paths[i].group->symbols[paths[i].symbols[k]]);
        }
        fprintf(file, "\"");
    }
    fprintf(file, "],\"driven\":%d,\"calls\":[0", is_driven_group(paths[0].group));
    for (uint32_t i = 0; i < n_funcs; i++) {
        const struct enum_group *group = paths[i].group;
        if (!is_driven_group(group) && !script_takes_all(enum_types[funcs[i].type].text)) {
            continue;
        }
        for (uint32_t tuple = 0; tuple < n_tuples; tuple++) {
            open_side(&sides[1], module_bytes, size);
            write_call(file, &sides[1], i, group, tuple);
            close_instance(&sides[1]);
        }
    }
    close_side(&sides[1]);
    fprintf(file, "]}\n");
    if (fclose(file) != 0) {
        enum_die("cannot write", name);
    }
}

/* Runs what has been gathered. */
static void flush_module(uint32_t n_tuples) {
    size_t size;
    uint32_t bad = UINT32_MAX;
    if (n_funcs == 0) {
        return;
    }
    size = enum_module(funcs, n_funcs, is_foreign, module_bytes, MAX_MODULE);
    alarm(HANG_SECONDS);
    for (uint32_t k = 0; k < 2; k++) {
        running = 0;
        open_side(&sides[k], module_bytes, size);
        for (uint32_t i = 0; i < n_funcs && bad == UINT32_MAX; i++) {
            running = i;
            for (uint32_t tuple = 0; tuple < n_tuples; tuple++) {
                const uint64_t h = call(&sides[k], i, paths[i].group, tuple);
                if (k == 0) {
                    hashes[i * MAX_TUPLES + tuple] = h;
                } else if (hashes[i * MAX_TUPLES + tuple] != h) {
                    bad = i;
                    break;
                }
            }
        }
    }
    n_calls += (uint64_t)n_funcs * n_tuples;
    for (uint32_t m = 0; m < 2 && bad == UINT32_MAX; m++) {
        const uint64_t n = wick_memory_bytes(sides[0].memories[m]);
        if (n != wick_memory_bytes(sides[1].memories[m]) ||
            memcmp(wick_memory_data(sides[0].memories[m]), wick_memory_data(sides[1].memories[m]), n) != 0) {
            printf("memory %u differs after a module; its last function:\n", (unsigned)m);
            bad = n_funcs - 1;
        }
    }
    close_side(&sides[0]);
    close_side(&sides[1]);
    if (folder != NULL && bad == UINT32_MAX) {
        alarm(HANG_SECONDS);
        write_module(size, n_tuples);
    }
    if (bad != UINT32_MAX) {
        report(bad);
        /* what came before it agreed; what comes behind it runs again without it */
        n_funcs -= bad + 1;
        memmove(paths, paths + bad + 1, n_funcs * sizeof *paths);
        memmove(funcs, funcs + bad + 1, n_funcs * sizeof *funcs);
        if (n_failed <= MAX_REPORTS) {
            flush_module(n_tuples);
        }
    }
    n_funcs = 0;
    code_used = 0;
    enum_n_types = enum_n_kept;
}

/* ---- one function -------------------------------------------------------------------------------------------------- */

/* A context is `RESULTS: symbols`; RESULTS is "?" (what is left, and all locals), "*" (the locals of DRIVEN_RESULTS), or types, or nothing. */
struct setting {
    const struct enum_group *group;
    const char *context;
    char results[8];
    struct enum_symbol prefix[ENUM_MAX_PREFIX];
    uint32_t n_prefix;
    char locals[16];
    uint32_t n_tuples;
};

static void begin_setting(struct setting *t, const struct enum_group *group, const char *context, uint32_t n_tuples) {
    const char *at = strchr(context, ':');
    memset(t, 0, sizeof *t);
    enum_begin();
    t->group = group;
    t->context = context;
    enum_memory = group->memory;
    t->n_tuples = n_tuples;
    memcpy(t->results, context, (size_t)(at - context));
    snprintf(t->locals, sizeof t->locals, "%s%s", group->params, group->locals);
    enum_symbol_parse_all(t->prefix, &t->n_prefix, at + 1, t->locals);
    for (uint32_t i = 0; group->symbols[i] != NULL; i++) {
        enum_symbol_parse(&symbols[i], group->symbols[i], t->locals);
    }
    enum_n_kept = enum_n_types;
}

static void begin_function(const struct setting *t, struct enum_state *s) {
    struct enum_bytes b = {enum_code_room, 0, MAX_CODE};
    memset(s, 0, sizeof *s);
    s->n_frames = 1;
    s->frames[0].kind = 'f';
    strcpy(s->frames[0].out, t->results);
    put_u(&b, strlen(t->group->locals) + (n_extra != 0 ? 1 : 0));
    for (const char *c = t->group->locals; *c != 0; c++) {
        put(&b, 1);
        put_type(&b, *c);
    }
    if (n_extra != 0) {
        put_u(&b, n_extra), put_type(&b, 'l');
    }
    s->size = (uint32_t)b.n;
    for (uint32_t i = 0; i < t->n_prefix; i++) {
        for (uint32_t k = 0; k < t->prefix[i].times; k++) {
            if (!enum_apply(s, &t->prefix[i])) {
                enum_die("the context does not fit", t->context);
            }
        }
    }
}

static void add_function(const struct setting *t, const struct enum_state *at, const uint8_t *path, uint32_t n) {
    struct enum_state s = *at;
    char results[MAX_STACK + 16];
    struct path *p = &paths[n_funcs];
    enum_finish(&s, t->results, t->locals, results);
    p->group = t->group;
    p->context = t->context;
    p->n = (uint8_t)n;
    memcpy(p->symbols, path, n);
    funcs[n_funcs].type = enum_type(t->group->params, results);
    funcs[n_funcs].code = func_codes + code_used;
    funcs[n_funcs].size = s.size;
    memcpy(func_codes + code_used, enum_code_room, s.size);
    code_used += s.size;
    n_funcs++;
    n_tried++;
    if (n_funcs == MAX_FUNCS || code_used > MAX_MODULE / 2 - MAX_CODE || enum_n_types > MAX_TYPES - 100) {
        flush_module(t->n_tuples);
    }
}

/* ---- all sequences, and some --------------------------------------------------------------------------------------- */

/* All sequences of `length` more symbols, as functions; or, when enum_emits is false, how many there are, but not beyond `most`. */
static uint64_t walk(const struct setting *t, const struct enum_state *s, uint8_t *path, uint32_t n, uint32_t length,
                     uint64_t most) {
    uint64_t count = 0;
    if (length == n) {
        if (enum_emits) {
            add_function(t, s, path, n);
        }
        return 1;
    }
    for (uint32_t i = 0; t->group->symbols[i] != NULL && count <= most; i++) {
        struct enum_state next = *s;
        if (enum_apply(&next, &symbols[i])) {
            path[n] = (uint8_t)i;
            count += walk(t, &next, path, n + 1, length, most - count);
        }
    }
    return count;
}

/* A sequence by chance, of up to so many symbols. */
static void stroll(const struct setting *t, uint32_t length, uint64_t *random) {
    struct enum_state s;
    uint8_t path[MAX_LENGTH];
    uint32_t n_symbols = 0, n = 0;
    while (t->group->symbols[n_symbols] != NULL) {
        n_symbols++;
    }
    begin_function(t, &s);
    for (uint32_t tries = 0; n < length && tries < 100; tries++) {
        struct enum_state next = s;
        path[n] = (uint8_t)((run_random(random) >> 20) % n_symbols);
        if (enum_apply(&next, &symbols[path[n]])) {
            s = next;
            n++;
        }
    }
    add_function(t, &s, path, n);
}

static bool is_verbose, is_canonical;

static void run_setting(const struct setting *t, uint64_t budget, uint64_t seed) {
    struct enum_state s;
    uint8_t path[MAX_LENGTH];
    uint64_t all = 0, some = 0, random = seed * 77777 + 1;
    uint32_t length = 0;
    while (length < MAX_LENGTH - 4) {
        uint64_t count;
        enum_emits = false;
        begin_function(t, &s);
        count = walk(t, &s, path, 0, length, budget - all);
        enum_emits = true;
        if (count > budget - all) {
            break;
        }
        begin_function(t, &s);
        all += walk(t, &s, path, 0, length, UINT64_MAX);
        length++;
    }
    for (some = 0; all + some < budget; some++) {
        stroll(t, length + (uint32_t)(run_random(&random) >> 30) % 4, &random);
    }
    flush_module(t->n_tuples);
    if (is_verbose) {
        printf("%s: %s: %" PRIu64 ", all of %u symbols; %" PRIu64 " of up to %u; %" PRIu64 " calls return, %" PRIu64
               " trap, %" PRIu64 " throw, %" PRIu64 " take long\n",
               t->group->name, t->context, all, (unsigned)length - 1, some, (unsigned)length + 3, n_ended[WICK_DONE],
               n_ended[WICK_TRAPPED], n_ended[WICK_THREW], n_ended[WICK_YIELDED]);
        memset(n_ended, 0, sizeof n_ended);
    }
}

/* Does this build have all instructions of the group? */
static bool has_features(const struct enum_group *group, const char **out_missing) {
    char locals[16];
    snprintf(locals, sizeof locals, "%s%s", group->params, group->locals);
    enum_memory = group->memory;
    if (enum_memory == MEMORY_SHARED && !enum_has(WICK_FEATURE_THREADS)) {
        *out_missing = "threads";
        return false;
    }
    if (!enum_has_objects() && strpbrk(group->locals, "bghoj") != NULL) {
        *out_missing = "objects with all types";
        return false;
    }
    if (is_driven_group(group) && !enum_has_conts()) {
        *out_missing = "stack switching with all types";
        return false;
    }
    for (uint32_t i = 0; group->symbols[i] != NULL; i++) {
        struct enum_symbol symbol;
        if (enum_is_portable && strstr(group->symbols[i], "switch") != NULL) {
            *out_missing = "other engine with switch";
            return false;
        }
        enum_symbol_parse(&symbol, group->symbols[i], locals);
        for (uint32_t k = 0; k < symbol.n; k++) {
            if (!enum_has(1u << symbol.instrs[k].feature)) {
                *out_missing = wk_feature_name(symbol.instrs[k].feature);
                return false;
            }
        }
    }
    return true;
}

int main(int argc, char **argv) {
    uint64_t budget = 600, seed = 1;
    uint32_t n_skipped = 0;
    const char *only = NULL;
    int option;
    while ((option = getopt(argc, argv, "n:s:g:f:w:ciyvl")) != -1) {
        switch (option) {
        case 'n': budget = strtoull(optarg, NULL, 0); break;
        case 's': seed = strtoull(optarg, NULL, 0); break;
        case 'g': only = optarg; break;
        case 'c': is_canonical = true; break;
        case 'f': n_extra = (uint32_t)strtoul(optarg, NULL, 0); break;
        case 'w': folder = optarg, enum_is_portable = true; break;
        case 'i': is_foreign = true; break;
        case 'y': sides[1].yields = true; break;
        case 'l':
            for (uint32_t g = 0; g < sizeof enum_groups / sizeof *enum_groups; g++) {
                printf("%s\n", enum_groups[g].name);
            }
            return 0;
        case 'v': is_verbose = true; break;
        default: fprintf(stderr, "usage: enum_test [-n FUNCTIONS] [-s SEED] [-g GROUP] [-f LOCALS] [-w FOLDER] [-c] [-i] [-y] [-v] [-l]\n"); return 2;
        }
    }
    signal(SIGSEGV, died);
    signal(SIGBUS, died);
    signal(SIGABRT, died);
    signal(SIGALRM, died);
    for (uint32_t k = 0; k < 2; k++) {
        const wick_config config = {.engine = k == 0 ? WICK_ENGINE_REF : WICK_ENGINE_FAST,
                                    .canonical_nan = is_canonical};
        static wick_host host;
        host = run_plain_host;
        host.guard = wick_posix_host.guard;
        if (wick_engine_new(&host, &sides[k].host, &config, &sides[k].engine) != WICK_OK) {
            enum_die("no engine", "");
        }
    }
    enum_begin();
    for (uint32_t g = 0; g < sizeof enum_groups / sizeof *enum_groups; g++) {
        const struct enum_group *group = &enum_groups[g];
        const char *missing;
        if (only != NULL && strcmp(only, group->name) != 0) {
            continue;
        }
        if (!has_features(group, &missing)) {
            printf("skip %s: no %s\n", group->name, missing);
            n_skipped++;
            continue;
        }
        for (uint32_t c = 0; group->contexts[c] != NULL; c++) {
            struct setting t;
            begin_setting(&t, group, group->contexts[c], budget > 5000 ? 4 : 3);
            run_setting(&t, budget, seed + g * 100 + c);
        }
    }
    for (uint32_t k = 0; k < 2; k++) {
        wick_engine_free(sides[k].engine);
        if (sides[k].host.held != 0) {
            printf("%zu bytes are not given back\n", sides[k].host.held);
            n_failed++;
        }
    }
    printf("%" PRIu64 " functions, %" PRIu64 " calls\n", n_tried, n_calls);
    printf("%" PRIu64 " passed, %" PRIu64 " failed", n_tried - (n_failed < n_tried ? n_failed : n_tried), n_failed);
    printf(n_skipped != 0 ? ", %u skipped\n" : "\n", (unsigned)n_skipped);
    return n_failed != 0;
}
