/* trap_test.c - every kind of trap: its error, its operands, its place and its backtrace, the same in both engines;
 * and that what was done before it stays done, and the task can be used again. */
#include "test/api/api.h"

struct trap {
    const char *body; /* of "run" (param i32); $0 .. are in `common` */
    wick_err err;
    const char *op;   /* the instruction that the message names; NULL: none */
    size_t depth;     /* frames */
};

static const char *const common =
    "(module"
    "  (import \"h\" \"fail\" (func $fail (param i32)))"
    "  (import \"h\" \"calls\" (func $calls (param i32)))"
    "  (type $n (func)) (type $i (func (param i32) (result i32)))"
    "  (memory $m 1 2) (memory $m64 i64 1) (table $t 4 8 funcref) (table $t64 i64 4 funcref)"
    "  (global $g (export \"g\") (mut i32) (i32.const 0))"
    "  (data $d \"abcdef\") (elem $e func $nothing $nothing) (elem (table $t) (i32.const 0) func $nothing)"
    "  (func $nothing)"
    "  (func $down (param i32) (call $down (local.get 0)))"
    "  (func $div (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))"
    "  (func $inner (export \"inner\") (param i32) (drop (call $div (local.get 0))))"
    "  (func $via (param i32) (call $inner (local.get 0)) (nop))";

static const struct trap traps[] = {
    {"unreachable", WICK_ERR_unreachable, "unreachable", 1},
    {"(drop (i32.div_u (i32.const 1) (local.get 0)))", WICK_ERR_integer_divide_by_zero, "i32.div_u", 1},
    {"(drop (i32.rem_s (i32.const 1) (local.get 0)))", WICK_ERR_integer_divide_by_zero, "i32.rem_s", 1},
    {"(drop (i64.div_s (i64.const 1) (i64.extend_i32_u (local.get 0))))", WICK_ERR_integer_divide_by_zero,
     "i64.div_s", 1},
    {"(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))", WICK_ERR_integer_overflow, "i32.div_s", 1},
    {"(drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))", WICK_ERR_integer_overflow, "i64.div_s", 1},
    {"(drop (i32.trunc_f32_s (f32.const nan)))", WICK_ERR_invalid_conversion_to_integer, "i32.trunc_f32_s", 1},
    {"(drop (i64.trunc_f64_u (f64.const -1)))", WICK_ERR_integer_overflow, "i64.trunc_f64_u", 1},
    {"(drop (i32.load $m (i32.const 65533)))", WICK_ERR_oob_memory, "i32.load", 1},
    {"(drop (i32.load $m offset=0xffffffff (i32.const -1)))", WICK_ERR_oob_memory, "i32.load", 1},
    {"(drop (i64.load8_s $m64 offset=0xffffffffffffffff (i64.const 1)))", WICK_ERR_oob_memory, "i64.load8_s", 1},
    {"(i64.store $m64 (i64.const 65529) (i64.const 1))", WICK_ERR_oob_memory, "i64.store", 1},
    {"(memory.fill $m (i32.const 65000) (i32.const 0) (i32.const 537))", WICK_ERR_oob_memory, "memory.fill", 1},
    {"(memory.copy $m $m64 (i32.const 0) (i64.const 65536) (i32.const 1))", WICK_ERR_oob_memory, "memory.copy", 1},
    {"(memory.init $m $d (i32.const 0) (i32.const 3) (i32.const 4))", WICK_ERR_oob_memory, "memory.init", 1},
    {"(data.drop $d) (memory.init $m $d (i32.const 0) (i32.const 0) (i32.const 1))", WICK_ERR_oob_memory,
     "memory.init", 1},
    {"(drop (table.get $t (i32.const 4)))", WICK_ERR_oob_table, "table.get", 1},
    {"(table.set $t64 (i64.const -1) (ref.null func))", WICK_ERR_oob_table, "table.set", 1},
    {"(table.fill $t (i32.const 3) (ref.null func) (i32.const 2))", WICK_ERR_oob_table, "table.fill", 1},
    {"(table.copy $t $t64 (i32.const 0) (i64.const 4) (i32.const 1))", WICK_ERR_oob_table, "table.copy", 1},
    {"(table.init $t $e (i32.const 0) (i32.const 1) (i32.const 2))", WICK_ERR_oob_table, "table.init", 1},
    {"(call_indirect $t (type $n) (i32.const 9))", WICK_ERR_undefined_element, "call_indirect", 1},
    {"(call_indirect $t64 (type $n) (i64.const 0x100000000))", WICK_ERR_undefined_element, "call_indirect", 1},
    {"(call_indirect $t (type $n) (i32.const 2))", WICK_ERR_uninitialized_element, "call_indirect", 1},
    {"(drop (call_indirect $t (type $i) (i32.const 0) (i32.const 0)))", WICK_ERR_indirect_call_type,
     "call_indirect", 1},
    {"(return_call_indirect $t (type $n) (i32.const 2))", WICK_ERR_uninitialized_element, "return_call_indirect", 1},
    {"(call_ref $n (ref.null $n))", WICK_ERR_null_function, "call_ref", 1},
    {"(return_call_ref $n (ref.null $n))", WICK_ERR_null_function, "return_call_ref", 1},
    {"(drop (ref.as_non_null (ref.null func)))", WICK_ERR_null_reference, "ref.as_non_null", 1},
    {"(call $inner (local.get 0))", WICK_ERR_integer_divide_by_zero, "i32.div_s", 3},
    {"(call $via (local.get 0))", WICK_ERR_integer_divide_by_zero, "i32.div_s", 4},
    {"(return_call $via (local.get 0))", WICK_ERR_integer_divide_by_zero, "i32.div_s", 3},
    {"(call $calls (local.get 0))", WICK_ERR_integer_divide_by_zero, "i32.div_s", 4},
    {"(call $fail (i32.const 0))", WICK_ERR_host_trap, "call", 2},
    {"(call $fail (i32.const 1))", WICK_ERR_timeout, "call", 2},
    {"(return_call $fail (i32.const 1))", WICK_ERR_timeout, NULL, 1},
    {"(call $down (local.get 0))", WICK_ERR_stack, "call", 10000},
};

static wick_host_result fail(wick_call *call, void *user) {
    (void)user;
    return wick_call_arg_i32(call, 0) == 0 ? wick_call_trap(call, "on purpose")
                                           : wick_call_fail(call, WICK_ERR_timeout);
}

static wick_host_result calls(wick_call *call, void *user) {
    wick_func **func = user;
    wick_value value;
    if (wick_call_round(call) != 0) {
        return WICK_HOST_OK;
    }
    wick_call_arg(call, 0, &value);
    return wick_call_wasm(call, *func, &value, 1);
}

struct result {
    wick_diag diag;
    char text[300];
    wick_frame frames[WICK_BACKTRACE_DEPTH];
    size_t n_frames;
    uint32_t global;
    uint64_t fuel;
};

static void run_trap(wick_engine_kind kind, const uint8_t *bytes, size_t n, struct result *out) {
    struct world w;
    wick_module *m;
    wick_instance *instance = NULL;
    wick_func *inner;
    wick_task *task;
    wick_value arg = i32(0), value;
    memset(out, 0, sizeof *out);
    world_open(&w, kind);
    NEED(wick_linker_func(w.linker, "h", "fail", "i:", fail, NULL) == WICK_OK);
    NEED(wick_linker_func(w.linker, "h", "calls", "i:", calls, &inner) == WICK_OK);
    NEED(wick_module_new(w.engine, bytes, n, 0, &m, &out->diag) == WICK_OK);
    NEED(wick_linker_instantiate(w.linker, m, &instance, &out->diag) == WICK_OK);
    inner = func_of(instance, "inner");
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    for (int round = 0; round < 2; round++) { /* the task can be used again */
        NEED(wick_task_call(task, func_of(instance, "run"), &arg, 1) == WICK_OK);
        CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_TRAPPED);
        CHECK_EQ(wick_task_result_count(task), 0);
    }
    out->diag = *wick_task_diag(task);
    wick_diag_format(&out->diag, "trap.wasm", m, out->text, sizeof out->text);
    out->n_frames = wick_task_backtrace(task, out->frames, WICK_BACKTRACE_DEPTH);
    for (size_t i = 0; i < WICK_BACKTRACE_DEPTH && i < out->n_frames; i++) {
        CHECK(out->frames[i].instance == NULL || out->frames[i].instance == instance);
        out->frames[i].instance = NULL;
    }
    wick_global_get(item_of(instance, "g").of.global, &value);
    out->global = value.of.i32;
    out->fuel = wick_task_fuel_used(task);
    wick_module_free(m);
    world_close(&w);
}

static void try_trap(const struct trap *trap) {
    static struct result ref, fast;
    static char text[8000];
    uint8_t *bytes;
    size_t n;
    snprintf(text, sizeof text,
             "%s (func $run (export \"run\") (param i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) %s))",
             common, trap->body);
    bytes = wat_bytes(text, &n);
    run_trap(WICK_ENGINE_REF, bytes, n, &ref);
    run_trap(WICK_ENGINE_FAST, bytes, n, &fast);
    CHECK_EQ(ref.diag.err, trap->err);
    CHECK_EQ(ref.global, 2);
    CHECK(trap->op == NULL || strstr(ref.text, trap->op) != NULL);
    CHECK(trap->depth == 10000 ? ref.n_frames > 1000 : ref.n_frames == trap->depth);
    test_checks++;
    if (strcmp(ref.text, fast.text) != 0 || ref.n_frames != fast.n_frames || ref.global != fast.global ||
        ref.fuel != fast.fuel || memcmp(ref.frames, fast.frames, sizeof ref.frames) != 0) {
        test_failures++;
        printf("%s:\n  ref  %s (%zu frames, fuel %llu)\n  fast %s (%zu frames, fuel %llu)\n", trap->body, ref.text,
               ref.n_frames, (unsigned long long)ref.fuel, fast.text, fast.n_frames, (unsigned long long)fast.fuel);
        for (size_t i = 0; i < 6 && i < WICK_BACKTRACE_DEPTH && (i < ref.n_frames || i < fast.n_frames); i++) {
            printf("  frame %zu: ref func %d at 0x%x, fast func %d at 0x%x\n", i, (int)ref.frames[i].func,
                   ref.frames[i].offset, (int)fast.frames[i].func, fast.frames[i].offset);
        }
    }
    if (getenv("V") != NULL) {
        printf("%s\n", ref.text);
    }
    free(bytes);
}

int main(void) {
    for (size_t i = 0; i < sizeof traps / sizeof traps[0]; i++) {
        if (getenv("V") != NULL) {
            printf("%s\n", traps[i].body);
            fflush(stdout);
        }
        try_trap(&traps[i]);
    }
    return test_end("trap_test");
}
