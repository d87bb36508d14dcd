/* oom_test.c - every allocation failed in turn, over loading, linking, running, growing: an error, nothing leaked, and
 * the objects go on working. */
#include "api.h"

static const char *const library_text =
    "(module (memory (export \"m\") 1 20) (table (export \"t\") 2 100 funcref)"
    "  (global (export \"g\") (mut i32) (i32.const 3)) (tag (export \"e\") (param i32))"
    "  (func (export \"add\") (param i32) (result i32) (i32.add (local.get 0) (global.get 0))))";

static const char *const program_text =
    "(module (import \"lib\" \"m\" (memory 1)) (import \"lib\" \"t\" (table $t 2 funcref))"
    "  (import \"lib\" \"g\" (global $g (mut i32))) (import \"lib\" \"e\" (tag (param i32)))"
    "  (import \"lib\" \"add\" (func $add (param i32) (result i32)))"
    "  (import \"host\" \"each\" (func $each (param i32) (result i32)))"
    "  (type $i (func (param i32) (result i32)))"
    "  (memory $own 1 9) (table $mine 3 50 funcref) (global $h i64 (i64.add (i64.const 2) (i64.const 3)))"
    "  (func $sq (export \"sq\") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))"
    "  (elem (table $t) (i32.const 0) func $sq $add) (elem $passive func $sq $sq)"
    "  (data (i32.const 5) \"hello\")"
    "  (func $start (global.set $g (i32.load8_u (i32.const 5))))"
    "  (start $start)"
    "  (func $deep (param i32) (result i32)"
    "    (if (result i32) (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1))))"
    "      (else (i32.const 1))))"
    "  (func (export \"run\") (param i32) (result i32) (local i32)"
    "    (local.set 1 (call $deep (i32.const 1000)))"
    "    (if (i32.eq (memory.grow $own (i32.const 2)) (i32.const -1)) (then (local.set 1 (i32.const 100))))"
    "    (if (i32.eq (table.grow $mine (ref.null func) (i32.const 30)) (i32.const -1))"
    "      (then (local.set 1 (i32.const 100))))"
    "    (table.init $mine $passive (i32.const 0) (i32.const 0) (i32.const 2))"
    "    (i32.add (local.get 1) (i32.add (call $each (local.get 0))"
    "      (call_indirect $t (type $i) (i32.const 2) (i32.const 1))))))";

/* Adds up sq(0) .. sq(n - 1). */
static wick_host_result each(wick_call *call, void *user) {
    wick_func **func = user;
    uint64_t *state = wick_call_state(call);
    wick_value value;
    if (wick_call_round(call) != 0) {
        wick_call_wasm_result(call, 0, &value);
        state[1] += value.of.i32;
    }
    if (state[0] == wick_call_arg_i32(call, 0)) {
        wick_call_return_i32(call, 0, (uint32_t)state[1]);
        return WICK_HOST_OK;
    }
    value = i32((uint32_t)state[0]++);
    return wick_call_wasm(call, *func, &value, 1);
}

struct objects {
    wick_store *store;
    wick_linker *linker;
    wick_module *lib, *program;
    wick_instance *instance;
    wick_func *sq;
};

static uint8_t *lib_bytes, *program_bytes;
static size_t lib_size, program_size;

static wick_err make_objects(wick_engine *engine, struct objects *o) {
    wick_err err;
    wick_ref ref;
    wick_func *direct;
    wick_functype type;
    wick_limits limits = {.min = 1, .max = 2};
    wick_memory *memory;
    wick_table *table;
    wick_global *global;
    wick_tag *tag;
    wick_value value = i32(1);
    wick_instance *lib;
#define STEP(call)        \
    do {                  \
        err = (call);     \
        if (err != 0) {   \
            return err;   \
        }                 \
    } while (0)
    STEP(wick_store_new(engine, NULL, &o->store));
    STEP(wick_linker_new(o->store, &o->linker));
    STEP(wick_functype_parse(engine, "ilfdiiiiiiiiiiiiiiiiiiiiiiiiiii:iii", &type));
    STEP(wick_linker_func(o->linker, "host", "each", "i:i", each, &o->sq));
    STEP(wick_functype_parse(engine, "i:", &type));
    STEP(wick_func_new(o->store, &type, each, NULL, &direct));
    STEP(wick_ref_new(o->store, o, NULL, &ref));
    STEP(wick_memory_new(o->store, &limits, &memory));
    STEP(wick_table_new(o->store, WICK_FUNCREF, &limits, wick_func_ref(direct), &table));
    STEP(wick_global_new(o->store, true, &value, &global));
    STEP(wick_tag_new(o->store, &type, &tag));
    STEP(wick_module_new(engine, lib_bytes, lib_size, 0, &o->lib, NULL));
    STEP(wick_linker_instantiate(o->linker, o->lib, &lib, NULL));
    STEP(wick_linker_instance(o->linker, "lib", 3, lib));
    STEP(wick_module_new(engine, program_bytes, program_size, 0, &o->program, NULL));
    STEP(wick_linker_instantiate(o->linker, o->program, &o->instance, NULL));
    o->sq = func_of(o->instance, "sq");
#undef STEP
    return WICK_OK;
}

static void free_objects(struct objects *o) {
    wick_linker_free(o->linker);
    wick_store_free(o->store);
    wick_module_free(o->lib);
    wick_module_free(o->program);
}

/* memory.grow may answer -1 where memory ran out: then run answers 100 more, without an error. */
static bool is_right(uint32_t value) {
    uint32_t right = 1 + (0 + 1 + 4 + 9) + (2 + 'h');
    return value == right || value == right + 99;
}

static wick_err run_objects(struct objects *o) {
    wick_value arg = i32(4), result;
    wick_diag diag;
    wick_err err = wick_func_call(func_of(o->instance, "run"), &arg, 1, &result, 1, &diag);
    if (err == WICK_OK) {
        CHECK(is_right(result.of.i32));
    } else {
        CHECK_EQ(diag.err, err);
    }
    return err;
}

/* Everything from nothing, the k-th allocation failing; then again without failure, with the same engine. */
static void test_all(wick_engine_kind kind, bool lazy, bool fail_all) {
    wick_config config = {.engine = kind, .lazy = lazy};
    long long k;
    for (k = 0; k < 100000; k++) {
        struct port port;
        wick_host host = port_table();
        wick_engine *engine;
        struct objects o;
        wick_err err;
        bool failed;
        port_init(&port);
        port.fail_at = k;
        port.fail_all = fail_all;
        memset(&o, 0, sizeof o);
        err = wick_engine_new(&host, &port, &config, &engine);
        if (err != WICK_OK) {
            CHECK_EQ(err, WICK_ERR_nomem);
            CHECK_CLEAN(&port);
            continue;
        }
        err = make_objects(engine, &o);
        if (err == WICK_OK) {
            err = run_objects(&o);
        }
        CHECK(err == WICK_OK || err == WICK_ERR_nomem);
        failed = port.n > k;
        port.fail_at = -1;
        if (o.instance != NULL) {
            CHECK_EQ(run_objects(&o), WICK_OK); /* what there is goes on working */
        }
        free_objects(&o);
        memset(&o, 0, sizeof o);
        CHECK_EQ(make_objects(engine, &o), WICK_OK); /* and so does the engine */
        CHECK_EQ(run_objects(&o), WICK_OK);
        free_objects(&o);
        wick_engine_free(engine);
        CHECK_CLEAN(&port);
        if (!failed) {
            break;
        }
    }
    CHECK(k > 30 && k < 100000);
}

/* The linker's table, tasks and their stacks, growth by the host. */
static void test_growth(wick_engine_kind kind) {
    struct world w;
    wick_instance *instance;
    wick_limits limits = {.min = 0, .max = 1000};
    wick_memory *memory;
    wick_table *table;
    wick_extern item;
    wick_task *task;
    char name[16];
    world_open(&w, kind);
    instance = world_instance(&w, "a", library_text);
    item = item_of(instance, "add");
    NEED(wick_memory_new(w.store, &limits, &memory) == WICK_OK);
    NEED(wick_table_new(w.store, WICK_FUNCREF, &limits, 0, &table) == WICK_OK);
    w.port.fail_all = 1;
    for (int i = 0; i < 60; i++) {
        w.port.fail_at = 0;
        w.port.n = i % 3 == 0 ? 0 : -1; /* fails at once, or at the second allocation */
        snprintf(name, sizeof name, "n%d", i);
        (void)wick_linker_define(w.linker, "x", name, &item);
        w.port.n = 0;
        CHECK_EQ(wick_linker_define(w.linker, "x", "one more", &item), WICK_ERR_nomem);
        CHECK_EQ(wick_memory_grow(memory, 1), UINT64_MAX);
        CHECK_EQ(wick_task_new(w.store, NULL, &task), WICK_ERR_nomem);
        w.port.n = -1;
        CHECK_EQ(wick_task_new(w.store, NULL, &task), WICK_ERR_nomem);
        w.port.fail_at = -1;
        CHECK_EQ(wick_linker_define(w.linker, "x", name, &item), WICK_OK);
        CHECK_EQ(wick_memory_grow(memory, 1), (uint64_t)i);
        CHECK_EQ(wick_table_grow(table, 3, 0), (uint64_t)i * 3);
        CHECK(wick_linker_get(w.linker, (wick_name){"x", 1}, (wick_name){name, strlen(name)}, &item));
    }
    world_close(&w);
}

int main(void) {
    lib_bytes = wat_bytes(library_text, &lib_size);
    program_bytes = wat_bytes(program_text, &program_size);
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        test_all((wick_engine_kind)kind, false, false);
        test_all((wick_engine_kind)kind, true, false);
        test_all((wick_engine_kind)kind, false, true);
        test_growth((wick_engine_kind)kind);
    }
    free(lib_bytes);
    free(program_bytes);
    return test_end("oom_test");
}
