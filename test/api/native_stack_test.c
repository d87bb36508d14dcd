/* native_stack_test.c - the native stack of every public function, by painting: each runs in a thread whose stack is
 * filled with a pattern first. The bound is 2 KiB, callbacks excluded; the thread's own frame is measured and taken
 * off. */
#include <pthread.h>

#include "api.h"
#include "test/check/sanitize.h"

#define STACK_SIZE (256 * 1024)
#define PAINT 0xa7

static _Alignas(4096) uint8_t stack_block[STACK_SIZE];

struct job {
    void (*fn)(void *);
    void *arg;
    uintptr_t top; /* address of a local of the thread's function */
};

static void *job_thread(void *arg) {
    struct job *job = arg;
    volatile char here = 0;
    job->top = (uintptr_t)&here;
    job->fn(job->arg);
    return NULL;
}

static void touch_nothing(void *arg) {
    (void)arg;
}

static size_t depth_of(void (*fn)(void *), void *arg) {
    struct job job = {fn, arg, 0};
    pthread_attr_t attr;
    pthread_t thread;
    size_t low;
    memset(stack_block, PAINT, sizeof stack_block);
    pthread_attr_init(&attr);
    NEED(pthread_attr_setstack(&attr, stack_block, sizeof stack_block) == 0);
    NEED(pthread_create(&thread, &attr, job_thread, &job) == 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
    for (low = 0; low < sizeof stack_block && stack_block[low] == PAINT; low++) {
    }
    return job.top - (uintptr_t)(stack_block + low);
}

static size_t worst;
static bool is_warm; /* the dynamic linker has bound memcpy and its siblings, on this stack */

static void measure(const char *name, void (*fn)(void *), void *arg) {
    size_t empty = depth_of(touch_nothing, NULL);
    size_t depth = depth_of(fn, arg);
    depth = depth > empty ? depth - empty : 0;
    if (!is_warm) {
        return;
    }
    test_checks++;
    if (depth > worst) {
        worst = depth;
    }
    if (depth > STACK_BOUND && STACK_IS_BOUNDED) {
        test_failures++;
        printf("%s takes %zu bytes of native stack\n", name, depth);
    } else if (getenv("V") != NULL) {
        printf("%6zu %s\n", depth, name);
    }
}

/* ---- the calls --------------------------------------------------------------------------------------------------- */

/* Allocation is a callback; here it comes from a block without touching the stack deeply. */
static _Alignas(16) uint8_t heap[64 << 20];
static size_t heap_at;

static void *flat_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    uint8_t *fresh;
    (void)user;
    if (new_size == 0) {
        return NULL;
    }
    if (p != NULL && new_size <= old_size) {
        return p;
    }
    if (heap_at + new_size > sizeof heap) {
        return NULL;
    }
    fresh = heap + heap_at;
    heap_at += (new_size + 15) & ~(size_t)15;
    for (size_t i = 0; i < old_size; i++) {
        fresh[i] = ((uint8_t *)p)[i];
    }
    return fresh;
}

static void flat_log(void *user, const char *text, size_t n) {
    (void)user;
    (void)text;
    (void)n;
}

static wick_host flat_host;
static wick_config config;
static wick_engine *engine;
static wick_store *store;
static wick_linker *linker;
static wick_module *module, *bad;
static wick_instance *instance;
static wick_task *task;
static wick_func *func, *host_func;
static wick_memory *memory;
static wick_table *table;
static wick_global *global;
static wick_tag *tag;
static wick_ref ref;
static wick_functype type, tag_type;
static wick_value value, result;
static wick_diag diag;
static wick_extern item;
static wick_err err;
static wick_status status;
static uint8_t *bytes;
static size_t n_bytes;
static const char *export_name;
static char text_buf[300];
static wick_name no_name = {"nothing", 7};

static wick_host_result host_plain(wick_call *call, void *user) {
    wick_call_return_i32(call, 0, wick_call_arg_i32(call, 0));
    (void)user;
    return WICK_HOST_OK;
}

static wick_host_result host_calls(wick_call *call, void *user) {
    wick_func **inner = user;
    wick_value v;
    if (wick_call_round(call) == 0) {
        wick_call_arg(call, 0, &v);
        return wick_call_wasm(call, *inner, &v, 1);
    }
    wick_call_wasm_result(call, 0, &v);
    wick_call_return(call, 0, &v);
    return WICK_HOST_OK;
}

static bool drop_text(void *user, const char *text, size_t size) {
    (void)user, (void)text, (void)size;
    return true;
}

#define JOB(name, ...)              \
    static void name(void *arg) {   \
        (void)arg;                  \
        __VA_ARGS__                 \
    }

JOB(do_engine_new, err = wick_engine_new(&flat_host, NULL, &config, &engine);)
JOB(do_engine_free, wick_engine_free(engine);)
JOB(do_store_new, err = wick_store_new(engine, NULL, &store);)
JOB(do_store_free, wick_store_free(store);)
JOB(do_linker_new, err = wick_linker_new(store, &linker);)
JOB(do_linker_free, wick_linker_free(linker);)
JOB(do_module_new, err = wick_module_new(engine, bytes, n_bytes, 0, &module, &diag);)
JOB(do_module_bad, err = wick_module_new(engine, bytes, n_bytes - 9, 0, &bad, &diag);)
JOB(do_module_free, wick_module_free(module);)
JOB(do_module_translate, err = wick_module_translate(module, &diag);)
JOB(do_print, err = wick_text_print(module, 0, drop_text, NULL, &diag);)
JOB(do_print_folded, err = wick_text_print(module, WICK_PRINT_FOLDED | WICK_PRINT_OFFSETS, drop_text, NULL, &diag);)
JOB(do_module_name, (void)wick_module_func_name(module, 7);)
JOB(do_functype, err = wick_functype_parse(engine, "i:i", &type);)
JOB(do_linker_func, err = wick_linker_func(linker, "h", "plain", "i:i", host_plain, NULL);)
JOB(do_linker_func2, err = wick_linker_func(linker, "h", "calls", "i:i", host_calls, &func);)
JOB(do_linker_get, (void)wick_linker_get(linker, no_name, no_name, &item);)
JOB(do_linker_instance, err = wick_linker_instance(linker, "i", 1, instance);)
JOB(do_instantiate, err = wick_linker_instantiate(linker, module, &instance, &diag);)
JOB(do_export, (void)wick_instance_export(instance, export_name, strlen(export_name), &item);)
JOB(do_func_call, err = wick_func_call(func, &value, 1, &result, 1, &diag);)
JOB(do_func_new, err = wick_func_new(store, &type, host_plain, NULL, &host_func);)
JOB(do_task_new, err = wick_task_new(store, NULL, &task);)
JOB(do_task_call, err = wick_task_call(task, func, &value, 1);)
JOB(do_task_link, err = wick_task_link(task, linker, module, &instance, &diag);)
JOB(do_task_resume, status = wick_task_resume(task, 3);)
JOB(do_task_run, status = wick_task_resume(task, WICK_FUEL_UNLIMITED);)
JOB(do_task_cancel, wick_task_cancel(task);)
JOB(do_task_backtrace, (void)wick_task_backtrace(task, NULL, 0);)
JOB(do_task_result, (void)wick_task_result(task, 0);)
JOB(do_task_free, wick_task_free(task);)
JOB(do_memory_new, wick_limits l = {.min = 1, .max = 9}; err = wick_memory_new(store, &l, &memory);)
JOB(do_memory_grow, (void)wick_memory_grow(memory, 1);)
JOB(do_table_new, wick_limits l = {.min = 1, .max = 9}; err = wick_table_new(store, WICK_FUNCREF, &l, 0, &table);)
JOB(do_table_grow, (void)wick_table_grow(table, 1, 0);)
JOB(do_table_set, err = wick_table_set(table, 0, wick_func_ref(func));)
JOB(do_global_new, err = wick_global_new(store, true, &value, &global);)
JOB(do_global_set, err = wick_global_set(global, &value);)
JOB(do_tag_type, err = wick_functype_parse(engine, "i:", &tag_type);)
JOB(do_tag_new, err = wick_tag_new(store, &tag_type, &tag);)
JOB(do_ref_new, err = wick_ref_new(store, NULL, NULL, &ref);)
JOB(do_collect, err = wick_store_collect(store);)
JOB(do_diag, (void)wick_diag_format(&diag, "file.wasm", module, text_buf, sizeof text_buf);)
JOB(do_features, uint32_t f; err = wick_features_parse("all,-simd,-gc", &f);)

/* Deep nesting in the bytes, recursion in the program, host calls, bulk instructions, continuations, floats. */
static char *program_text(void) {
    size_t cap = 1 << 20, at = 0;
    char *text = malloc(cap);
#define PUT_TEXT(...) at += (size_t)snprintf(text + at, cap - at, __VA_ARGS__)
    PUT_TEXT("(module (import \"h\" \"plain\" (func $plain (param i32) (result i32)))"
             "(import \"h\" \"calls\" (func $calls (param i32) (result i32)))"
             "(memory 1 9) (table 5 50 funcref) (type $i (func (param i32) (result i32)))"
             "(global i32 (i32.add (i32.const 1) (i32.add (i32.const 1) (i32.const 1))))"
             "(elem (i32.const 0) $rec $nest) (data (i32.const 9) \"abc\")"
             "(func $rec (export \"rec\") (param i32) (result i32)"
             " (if (result i32) (local.get 0) (then (call_indirect (type $i) (i32.sub (local.get 0) (i32.const 1))"
             " (i32.const 0))) (else (i32.const 7))))"
             "(func (export \"host\") (param i32) (result i32) (call $plain (call $plain (local.get 0))))"
             "(func (export \"inner\") (param i32) (result i32)"
             " (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 3))"
             "   (else (call $calls (i32.sub (local.get 0) (i32.const 1))))))"
             "(func (export \"bulk\") (param i32) (result i32)"
             " (memory.fill (i32.const 0) (i32.const 1) (i32.const 60000))"
             " (memory.copy (i32.const 1) (i32.const 0) (i32.const 60000)) (drop (memory.grow (i32.const 1)))"
             " (drop (table.grow (ref.null func) (i32.const 9))) (memory.size))"
             "(func (export \"trap\") (param i32) (result i32) (i32.div_u (i32.const 1) (i32.const 0)))"
             "(rec (type $n (struct (field (mut (ref null $n))) (field (mut (ref null $n))))))"
             "(global $g (mut (ref null $n)) (ref.null $n))"
             "(func $gc (export \"gc\") (param i32) (result i32)"
             " (loop $l (global.set $g (struct.new $n (global.get $g) (struct.new $n (global.get $g) (ref.null $n))))"
             "  (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
             " (global.set $g (ref.null $n)) (local.get 0))"
             "(func (export \"endless\") (param i32) (result i32) (call $endless2 (local.get 0)))"
             "(func $endless2 (param i32) (result i32) (call $endless2 (local.get 0)))"
             /* continuations in continuations, a collection in each; suspended, gone on with, switched, thrown into */
             "(type $fc (func (param i32))) (type $ci (cont $fc)) (type $f0 (func)) (type $c0 (cont $f0))"
             "(rec (type $fs (func (param (ref null $cs)))) (type $cs (cont $fs)))"
             "(tag $y (param (ref null $n))) (tag $sw) (tag $e) (elem declare func $down $over)"
             "(func $down (param i32) (local $s (ref null $n)) (local.set $s (struct.new $n (global.get $g) (ref.null $n)))"
             " (if (i32.eqz (i32.and (local.get 0) (i32.const 63))) (then (drop (call $gc (i32.const 3000)))))"
             " (if (local.get 0) (then (resume $ci (i32.sub (local.get 0) (i32.const 1)) (cont.new $ci (ref.func $down))))"
             "  (else (resume $cs (on $sw switch) (ref.null $cs) (cont.new $cs (ref.func $over)))"
             "   (suspend $y (local.get $s)) (suspend $y (local.get $s)))))"
             "(func $over (type $fs) (if (ref.is_null (local.get 0)) (then"
             "  (drop (switch $cs $sw (cont.new $cs (ref.func $over)))))))"
             "(func (export \"conts\") (param i32) (result i32) (local $k (ref null $c0))"
             " (block $on (result (ref null $n) (ref $c0)) (resume $ci (on $y $on) (local.get 0)"
             "   (cont.new $ci (ref.func $down))) (unreachable)) (local.set $k) (drop)"
             " (block $on (result (ref null $n) (ref $c0)) (resume $c0 (on $y $on) (local.get $k)) (unreachable))"
             " (local.set $k) (drop)"
             " (block $h (try_table (catch $e $h) (resume_throw $c0 $e (local.get $k))) (unreachable)) (i32.const 0))"
             "(func (export \"floats\") (param i32) (result i32)"
             " (local f64 f32) (local.set 1 (f64.convert_i32_u (local.get 0)))"
             " (local.set 1 (f64.sqrt (f64.div (f64.mul (local.get 1) (f64.const 3.7)) (f64.add (local.get 1)"
             "   (f64.const 0.1)))))"
             " (local.set 2 (f32.nearest (f32.min (f32.demote_f64 (local.get 1)) (f32.const 9))))"
             " (i32.trunc_sat_f64_s (f64.max (f64.promote_f32 (local.get 2)) (f64.floor (local.get 1)))))"
             "(func $nest (export \"nest\") (param i32) (result i32) ");
    for (int i = 0; i < 5000; i++) {
        PUT_TEXT(i % 2 == 0 ? "block " : "loop ");
    }
    for (int i = 0; i < 5000; i++) {
        PUT_TEXT("end ");
    }
    PUT_TEXT("local.get 0))");
#undef PUT_TEXT
    return text;
}

static void call_export(const char *name, uint32_t arg) {
    export_name = name;
    do_export(NULL);
    func = item.of.func;
    value = i32(arg);
    measure("wick_func_call", do_func_call, NULL);
    if (is_warm && getenv("V") != NULL) {
        printf("       ... of %s\n", name);
    }
}

static void test_kind(wick_engine_kind kind) {
    static const struct {
        const char *name;
        uint32_t arg;
        wick_err err;
    } calls[] = {
        {"rec", 5000, WICK_OK},  {"host", 3, WICK_OK}, {"inner", 300, WICK_OK},
        {"bulk", 0, WICK_OK},    {"trap", 0, WICK_ERR_integer_divide_by_zero},
        {"gc", 30000, WICK_OK}, {"conts", 1000, WICK_OK}, {"endless", 0, WICK_ERR_stack},
        {"floats", 3, WICK_OK}, {"nest", 4, WICK_OK},
    };
    heap_at = 0;
    memset(&config, 0, sizeof config);
    config.engine = kind;
    measure("wick_engine_new", do_engine_new, NULL);
    measure("wick_features_parse", do_features, NULL);
    measure("wick_functype_parse", do_functype, NULL);
    measure("wick_module_new", do_module_new, NULL);
    NEED(err == WICK_OK);
    measure("wick_module_new (bad)", do_module_bad, NULL);
    NEED(err != WICK_OK);
    measure("wick_diag_format", do_diag, NULL);
    measure("wick_module_translate", do_module_translate, NULL);
    measure("wick_module_func_name", do_module_name, NULL);
    measure("wick_text_print", do_print, NULL);
    NEED(err == WICK_OK);
    measure("wick_text_print (folded)", do_print_folded, NULL);
    NEED(err == WICK_OK);
    measure("wick_store_new", do_store_new, NULL);
    measure("wick_linker_new", do_linker_new, NULL);
    measure("wick_linker_instantiate (unlinkable)", do_instantiate, NULL);
    NEED(err == WICK_ERR_unknown_import);
    measure("wick_diag_format", do_diag, NULL);
    measure("wick_linker_func", do_linker_func, NULL);
    measure("wick_linker_func", do_linker_func2, NULL);
    measure("wick_linker_get", do_linker_get, NULL);
    measure("wick_linker_instantiate", do_instantiate, NULL);
    NEED(err == WICK_OK);
    measure("wick_linker_instance", do_linker_instance, NULL);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        call_export(calls[i].name, calls[i].arg);
        CHECK_EQ(err, calls[i].err);
        measure("wick_diag_format", do_diag, NULL);
    }
    measure("wick_func_new", do_func_new, NULL);
    measure("wick_memory_new", do_memory_new, NULL);
    measure("wick_memory_grow", do_memory_grow, NULL);
    measure("wick_table_new", do_table_new, NULL);
    measure("wick_table_grow", do_table_grow, NULL);
    measure("wick_table_set", do_table_set, NULL);
    measure("wick_global_new", do_global_new, NULL);
    measure("wick_global_set", do_global_set, NULL);
    measure("wick_functype_parse", do_tag_type, NULL);
    measure("wick_tag_new", do_tag_new, NULL);
    measure("wick_ref_new", do_ref_new, NULL);
    measure("wick_store_collect", do_collect, NULL);
    measure("wick_task_new", do_task_new, NULL);
    export_name = "inner";
    do_export(NULL);
    func = item.of.func;
    value = i32(50);
    measure("wick_task_call", do_task_call, NULL);
    for (int i = 0; i < 30; i++) {
        measure("wick_task_resume", do_task_resume, NULL);
        measure("wick_task_backtrace", do_task_backtrace, NULL);
    }
    measure("wick_task_cancel", do_task_cancel, NULL);
    measure("wick_task_call", do_task_call, NULL);
    measure("wick_task_resume", do_task_run, NULL);
    CHECK_EQ(status, WICK_DONE);
    measure("wick_task_result", do_task_result, NULL);
    measure("wick_task_link", do_task_link, NULL);
    measure("wick_task_resume", do_task_run, NULL);
    measure("wick_task_free", do_task_free, NULL);
    measure("wick_linker_free", do_linker_free, NULL);
    measure("wick_store_free", do_store_free, NULL);
    measure("wick_module_free", do_module_free, NULL);
    measure("wick_engine_free", do_engine_free, NULL);
}

int main(void) {
    char *text = program_text();
    bytes = wat_bytes(text, &n_bytes);
    free(text);
    flat_host.size = sizeof flat_host;
    flat_host.realloc = flat_realloc;
    flat_host.log = flat_log;
    for (int round = 0; round < 2; round++) {
        is_warm = round == 1;
        test_kind(WICK_ENGINE_FAST);
        test_kind(WICK_ENGINE_REF);
    }
    printf("deepest: %zu bytes\n", worst);
    free(bytes);
    return test_end("native_stack_test");
}
