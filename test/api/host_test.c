/* host_test.c - host functions: arguments and results, PENDING, CALL, traps, nested calls, wrong use. */
#include "api.h"

static wick_engine_kind kind_now;

/* ---- arguments and results --------------------------------------------------------------------------------------- */

static wick_host_result mix(wick_call *call, void *user) {
    wick_value value;
    CHECK(user == (void *)&kind_now);
    CHECK_EQ(wick_call_arg_i32(call, 0), 7);
    CHECK_EQ(wick_call_arg_i64(call, 2), 9);
    wick_call_arg(call, 1, &value);
    CHECK(value.type == WICK_V128 && value.of.v128[0] == 5 && value.of.v128[1] == 6);
    CHECK_EQ(wick_call_args(call)[0], 7);
    CHECK_EQ(wick_call_args(call)[3], 9);
    CHECK_EQ(wick_call_round(call), 0);
    CHECK_EQ(wick_call_state(call)[0] | wick_call_state(call)[1], 0);
    value = i64(11);
    wick_call_return(call, 1, &value);
    wick_call_return_i32(call, 0, 12);
    return WICK_HOST_OK;
}

static wick_host_result where(wick_call *call, void *user) {
    wick_instance **want = user;
    CHECK(wick_call_instance(call) == *want);
    CHECK(wick_call_store(call) == wick_task_store(wick_call_task(call)));
    if (*want != NULL) {
        wick_memory *memory = wick_call_memory(call);
        CHECK(memory != NULL);
        CHECK(wick_call_bytes(call, 0, 65536) == wick_memory_data(memory));
        CHECK(wick_call_bytes(call, 65535, 1) == wick_memory_data(memory) + 65535);
        CHECK(wick_call_bytes(call, 65536, 0) != NULL);
        CHECK(wick_call_bytes(call, 65537, 0) == NULL);
        CHECK(wick_call_bytes(call, 65536, 1) == NULL);
        CHECK(wick_call_bytes(call, UINT64_MAX, 2) == NULL);
        CHECK(wick_call_bytes(call, 1, UINT64_MAX) == NULL);
    } else {
        CHECK(wick_call_memory(call) == NULL);
        CHECK(wick_call_bytes(call, 0, 0) == NULL);
    }
    return WICK_HOST_OK;
}

static void test_values(void) {
    struct world w;
    wick_instance *a, *none = NULL;
    wick_extern direct;
    wick_diag diag;
    world_open(&w, kind_now);
    NEED(wick_linker_func(w.linker, "h", "mix", "ivl:il", mix, &kind_now) == WICK_OK);
    NEED(wick_linker_func(w.linker, "h", "where", ":", where, &a) == WICK_OK);
    a = world_instance(&w, "a",
                       "(module (import \"h\" \"mix\" (func $mix (param i32 v128 i64) (result i32 i64)))"
                       "  (import \"h\" \"where\" (func $where)) (memory 1)"
                       "  (global $v v128 (v128.const i64x2 5 6))"
                       "  (func (export \"f\") (result i32)"
                       "    (call $mix (i32.const 7) (global.get $v) (i64.const 9))"
                       "    (i32.mul (i32.wrap_i64)))"
                       "  (func (export \"g\") (call $where)))");
    if (wick_module_translate(wick_instance_module(a), &diag) != WICK_ERR_not_executable) { /* v128 may wait for SIMD */
        CHECK_EQ(call0(func_of(a, "f")), 132);
    }
    CHECK_EQ(wick_func_call(func_of(a, "g"), NULL, 0, NULL, 0, &diag), WICK_OK);
    NEED(wick_linker_func(w.linker, "h", "where0", ":", where, &none) == WICK_OK);
    NEED(wick_linker_get(w.linker, (wick_name){"h", 1}, (wick_name){"where0", 6}, &direct));
    CHECK_EQ(wick_func_call(direct.of.func, NULL, 0, NULL, 0, &diag), WICK_OK); /* host to host */
    world_close(&w);
}

/* ---- PENDING ----------------------------------------------------------------------------------------------------- */

static int effects;

static wick_host_result slow(wick_call *call, void *user) {
    uint64_t *state = wick_call_state(call);
    (void)user;
    CHECK_EQ(wick_call_arg_i32(call, 0), 41);
    CHECK_EQ(state[0], wick_call_round(call));
    state[0]++;
    if (state[0] == 1) {
        effects++;
    }
    if (state[0] < 4) {
        wick_call_return_i32(call, 0, 1000);
        return WICK_HOST_PENDING;
    }
    wick_call_return_i32(call, 0, wick_call_arg_i32(call, 0) + 1);
    return WICK_HOST_OK;
}

static const char *const slow_text = "(module (import \"h\" \"slow\" (func $slow (param i32) (result i32)))"
                                     "  (func (export \"f\") (param i32) (result i32)"
                                     "    (i32.add (i32.const 100) (call $slow (local.get 0))))"
                                     "  (func (export \"tail\") (param i32) (result i32)"
                                     "    (return_call $slow (local.get 0))))";

static void test_pending(void) {
    struct world w;
    wick_instance *a;
    wick_task *task;
    wick_value arg = i32(41);
    wick_frame frames[4];
    wick_extern direct;
    world_open(&w, kind_now);
    NEED(wick_linker_func(w.linker, "h", "slow", "i:i", slow, NULL) == WICK_OK);
    a = world_instance(&w, "a", slow_text);
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    for (int i = 0; i < 3; i++) {
        wick_func *func = i == 0 ? func_of(a, "f") : func_of(a, "tail");
        if (i == 2) {
            NEED(wick_linker_get(w.linker, (wick_name){"h", 1}, (wick_name){"slow", 4}, &direct));
            func = direct.of.func;
        }
        effects = 0;
        NEED(wick_task_call(task, func, &arg, 1) == WICK_OK);
        CHECK_EQ(wick_task_resume(task, 100), WICK_PENDING);
        CHECK_EQ(wick_task_result_count(task), 0);
        if (i == 0) {
            CHECK_EQ(wick_task_backtrace(task, frames, 4), 2);
            CHECK(frames[0].instance == NULL);
            CHECK(frames[1].instance == a && frames[1].func == 1);
        }
        CHECK_EQ(wick_task_resume(task, 0), WICK_PENDING);
        CHECK_EQ(wick_task_resume(task, 0), WICK_PENDING);
        CHECK_EQ(wick_task_resume(task, 10), WICK_DONE);
        CHECK_EQ(effects, 1);
        CHECK_EQ(wick_task_result_count(task), 1);
        CHECK_EQ(wick_task_result(task, 0).of.i32, i == 0 ? 142 : 42);
    }
    /* Cancelled while it waits: idle again. */
    NEED(wick_task_call(task, func_of(a, "f"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, 100), WICK_PENDING);
    wick_task_cancel(task);
    CHECK_EQ(wick_task_backtrace(task, frames, 4), 0);
    NEED(wick_task_call(task, func_of(a, "f"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, 100), WICK_PENDING);
    wick_task_free(task); /* while it waits */
    CHECK_EQ(call1(func_of(a, "f"), 41), 142); /* asks again and again, yielding to the port */
    CHECK_EQ(w.port.n_yields, 3);
    world_close(&w);
}

/* ---- CALL -------------------------------------------------------------------------------------------------------- */

/* Calls the function in user for each of 0 .. arg - 1 and adds up what it answers. */
static wick_host_result each(wick_call *call, void *user) {
    wick_func **func = user;
    uint64_t *state = wick_call_state(call);
    wick_value value;
    if (wick_call_round(call) != 0) {
        wick_call_wasm_result(call, 0, &value);
        CHECK_EQ(value.type, WICK_I32);
        state[1] += value.of.i32;
    }
    if (state[0] == wick_call_arg_i32(call, 0)) {
        wick_call_return_i32(call, 0, (uint32_t)state[1]);
        return WICK_HOST_OK;
    }
    value = i32((uint32_t)state[0]++);
    return wick_call_wasm(call, *func, &value, 1);
}

static void test_call(void) {
    struct world w;
    wick_instance *a;
    wick_func *inner;
    wick_task *task;
    wick_value arg = i32(10);
    world_open(&w, kind_now);
    NEED(wick_linker_func(w.linker, "h", "each", "i:i", each, &inner) == WICK_OK);
    a = world_instance(&w, "a",
                       "(module (import \"h\" \"each\" (func $each (param i32) (result i32)))"
                       "  (func (export \"square\") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))"
                       "  (func (export \"f\") (param i32) (result i32)"
                       "    (i32.add (i32.const 1) (call $each (local.get 0))))"
                       "  (func (export \"nest\") (param i32) (result i32)"
                       "    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))"
                       "      (then (i32.const 1)) (else (call $each (local.get 0)))))"
                       "  (func (export \"trap\") (param i32) (result i32)"
                       "    (i32.div_u (i32.const 6) (i32.sub (i32.const 3) (local.get 0)))))");
    inner = func_of(a, "square");
    CHECK_EQ(call1(func_of(a, "f"), 10), 286);
    CHECK_EQ(call1(func_of(a, "f"), 0), 1);
    inner = func_of(a, "nest"); /* wasm calls the host, which calls wasm, ...: 2^(n-1) */
    CHECK_EQ(call1(func_of(a, "nest"), 8), 128);
    /* Out of fuel at every place, and the sum is the same. */
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    for (uint64_t step = 1; step < 20; step++) {
        wick_status status;
        NEED(wick_task_call(task, func_of(a, "nest"), (arg = i32(6), &arg), 1) == WICK_OK);
        do {
            status = wick_task_resume(task, step);
        } while (status == WICK_YIELDED);
        CHECK_EQ(status, WICK_DONE);
        CHECK_EQ(wick_task_result(task, 0).of.i32, 32);
    }
    /* The callee's trap ends the task; the backtrace shows the host between. */
    {
        wick_frame frames[8];
        inner = func_of(a, "trap");
        NEED(wick_task_call(task, func_of(a, "f"), (arg = i32(10), &arg), 1) == WICK_OK);
        CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_TRAPPED);
        CHECK_EQ(wick_task_diag(task)->err, WICK_ERR_integer_divide_by_zero);
        CHECK_EQ(wick_task_diag(task)->func, 4);
        CHECK_EQ(wick_task_backtrace(task, frames, 8), 3);
        CHECK(frames[0].func == 4 && frames[1].instance == NULL && frames[2].func == 2);
    }
    world_close(&w);
}

/* A host function that calls a host function that waits, then one that calls the wrong thing. */
static wick_host_result relay(wick_call *call, void *user) {
    wick_func **func = user;
    wick_value value;
    if (wick_call_round(call) == 0) {
        value = i32(41);
        return wick_call_wasm(call, *func, &value, 1);
    }
    wick_call_wasm_result(call, 0, &value);
    wick_call_return(call, 0, &value);
    return WICK_HOST_OK;
}

static wick_host_result wrong(wick_call *call, void *user) {
    wick_func **func = user;
    wick_value value = i64(1);
    switch (wick_call_arg_i32(call, 0)) {
    case 0:
        return WICK_HOST_TRAP;
    case 1:
        return WICK_HOST_CALL;
    case 2:
        return (wick_host_result)77;
    case 3:
        return wick_call_wasm(call, *func, &value, 1);
    case 4:
        return wick_call_wasm(call, NULL, NULL, 0);
    case 5:
        return wick_call_fail(call, WICK_OK);
    case 6:
        CHECK_EQ(wick_task_resume(wick_call_task(call), 5), WICK_TRAPPED);
        wick_task_cancel(wick_call_task(call)); /* ignored: it runs */
        wick_task_free(wick_call_task(call));
        wick_store_free(wick_call_store(call));
        return wick_call_fail(call, WICK_ERR_usage);
    case 9: /* asks for the same call again without saying so */
        value = i32(100);
        return wick_call_round(call) == 0 ? wick_call_wasm(call, *func, &value, 1) : WICK_HOST_CALL;
    case 7:
        return wick_call_trap(call, "no more paper");
    case 100:
        return WICK_HOST_OK;
    default:
        return wick_call_fail(call, WICK_ERR_timeout);
    }
}

static wick_host_result wrong_ref(wick_call *call, void *user) {
    wick_value value;
    (void)user;
    value = ref_value(WICK_EXTERNREF, wick_func_ref(*(wick_func **)user));
    wick_call_return(call, 0, &value);
    return WICK_HOST_OK;
}

static void test_wrong(void) {
    static const wick_err want[] = {WICK_ERR_usage, WICK_ERR_usage, WICK_ERR_usage,     WICK_ERR_usage, WICK_ERR_usage,
                                    WICK_ERR_usage, WICK_ERR_usage, WICK_ERR_host_trap, WICK_ERR_timeout,
                                    WICK_ERR_usage};
    struct world w;
    wick_instance *a;
    wick_func *func;
    wick_value arg, result;
    wick_diag diag;
    wick_extern item;
    char text[200];
    world_open(&w, kind_now);
    NEED(wick_linker_func(w.linker, "h", "wrong", "i:i", wrong, &func) == WICK_OK);
    NEED(wick_linker_func(w.linker, "h", "slow", "i:i", slow, NULL) == WICK_OK);
    NEED(wick_linker_func(w.linker, "h", "relay", "i:i", relay, &func) == WICK_OK);
    NEED(wick_linker_func(w.linker, "h", "ref", ":r", wrong_ref, &func) == WICK_OK);
    a = world_instance(&w, "a",
                       "(module (import \"h\" \"wrong\" (func $wrong (param i32) (result i32)))"
                       "  (import \"h\" \"relay\" (func $relay (param i32) (result i32)))"
                       "  (import \"h\" \"ref\" (func $ref (result externref)))"
                       "  (func (export \"f\") (param i32) (result i32) (call $wrong (local.get 0)))"
                       "  (func (export \"r\") (param i32) (result i32) (call $relay (local.get 0)))"
                       "  (func (export \"x\") (drop (call $ref))))");
    func = func_of(a, "f");
    for (uint32_t i = 0; i < 10; i++) {
        arg = i32(i);
        CHECK_EQ(wick_func_call(func_of(a, "f"), &arg, 1, &result, 1, &diag), want[i]);
        CHECK_EQ(diag.err, want[i]);
        CHECK_EQ(diag.func, 3); /* the caller's place */
        CHECK(strstr((wick_diag_format(&diag, NULL, NULL, text, sizeof text), text), "call") != NULL);
    }
    arg = i32(7);
    (void)wick_func_call(func_of(a, "f"), &arg, 1, &result, 1, &diag);
    wick_diag_format(&diag, NULL, wick_instance_module(a), text, sizeof text);
    CHECK(strstr(text, "no more paper") != NULL);
    CHECK_EQ(wick_func_call(func_of(a, "x"), NULL, 0, NULL, 0, &diag), WICK_ERR_usage);
    NEED(wick_linker_get(w.linker, (wick_name){"h", 1}, (wick_name){"slow", 4}, &item));
    func = item.of.func;
    effects = 0;
    CHECK_EQ(call1(func_of(a, "r"), 0), 42);
    CHECK_EQ(effects, 1);
    /* Arguments that do not fit. */
    arg = i64(1);
    CHECK_EQ(wick_func_call(func_of(a, "f"), &arg, 1, &result, 1, &diag), WICK_ERR_usage);
    CHECK_EQ(wick_func_call(func_of(a, "f"), &arg, 0, &result, 1, &diag), WICK_ERR_usage);
    arg = i32(1);
    CHECK_EQ(wick_func_call(func_of(a, "f"), &arg, 1, &result, 0, &diag), WICK_ERR_usage);
    CHECK_EQ(wick_func_call(NULL, &arg, 1, &result, 0, &diag), WICK_ERR_usage);
    world_close(&w);
}

/* ---- nested calls ------------------------------------------------------------------------------------------------ */

static wick_host_result nested(wick_call *call, void *user) {
    wick_func **func = user;
    uint32_t n = wick_call_arg_i32(call, 0);
    wick_call_return_i32(call, 0, n == 0 ? 1 : n * call1(*func, n - 1));
    return WICK_HOST_OK;
}

static void test_nested(void) {
    struct world w;
    wick_instance *a;
    wick_func *func;
    wick_task *task;
    wick_value arg = i32(9);
    world_open(&w, kind_now);
    NEED(wick_linker_func(w.linker, "h", "nested", "i:i", nested, &func) == WICK_OK);
    a = world_instance(&w, "a",
                       "(module (import \"h\" \"nested\" (func $nested (param i32) (result i32)))"
                       "  (func (export \"f\") (param i32) (result i32) (call $nested (local.get 0))))");
    func = func_of(a, "f");
    CHECK_EQ(call1(func, 9), 362880);
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    NEED(wick_task_call(task, func, &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, 1), WICK_YIELDED); /* behind the host function, which cannot yield */
    CHECK_EQ(wick_task_resume(task, 1), WICK_DONE);
    CHECK_EQ(wick_task_result(task, 0).of.i32, 362880);
    world_close(&w);
}

/* ---- what a host function sees of its task ----------------------------------------------------------------------- */

static uint64_t seen[64];
static size_t n_seen;

static wick_host_result look(wick_call *call, void *user) {
    wick_task *task = wick_call_task(call);
    wick_memory *memory = wick_call_memory(call);
    (void)user;
    CHECK(n_seen + 2 <= 64);
    seen[n_seen++] = wick_task_fuel_used(task);
    seen[n_seen++] = wick_memory_bytes(memory) + wick_memory_data(memory)[wick_call_arg_i32(call, 0)];
    CHECK(wick_task_user(task) == user);
    /* What the host changes is seen by the code that goes on. */
    wick_memory_data(memory)[7] = (uint8_t)n_seen;
    if (n_seen == 6) {
        CHECK_EQ(wick_memory_grow(memory, 1), 1);
    }
    wick_call_return_i32(call, 0, (uint32_t)n_seen);
    return WICK_HOST_OK;
}

static void test_look(void) {
    static const uint64_t want[] = {1,  65536,  3,  65537,  5,  65538,  7,  131075, 9,  131076,
                                    11, 131077, 13, 131078, 15, 131079, 17, 131080, 19, 131081};
    struct world w;
    wick_instance *a;
    n_seen = 0;
    world_open(&w, kind_now);
    NEED(wick_linker_func(w.linker, "h", "look", "i:i", look, NULL) == WICK_OK);
    a = world_instance(&w, "a",
                       "(module (import \"h\" \"look\" (func $look (param i32) (result i32))) (memory 1 3)"
                       "  (func (export \"f\") (param $n i32) (result i32) (local $i i32) (local $sum i32)"
                       "    (loop $l"
                       "      (local.set $sum (i32.add (local.get $sum)"
                       "        (i32.add (call $look (i32.const 100)) (i32.load8_u (i32.const 7)))))"
                       "      (local.set $i (i32.add (local.get $i) (i32.const 1)))"
                       "      (i32.store8 (i32.const 100) (local.get $i))"
                       "      (if (i32.eq (local.get $i) (i32.const 4))"
                       "        (then (i32.store8 (i32.const 131071) (i32.const 1))))"
                       "      (br_if $l (i32.lt_u (local.get $i) (local.get $n))))"
                       "    (local.get $sum)))");
    CHECK_EQ(call1(func_of(a, "f"), 10), 2 * 110);
    CHECK_EQ(n_seen, 20);
    for (size_t i = 0; i < 20; i++) {
        CHECK_EQ(seen[i], want[i]);
    }
    world_close(&w);
}

/* ---- what a host function changes under the code that calls it --------------------------------------------------- */

enum change { CHANGE_NOTHING, CHANGE_MEMORY, CHANGE_TABLE, CHANGE_RUN, CHANGE_RUN_OTHER, CHANGE_STACK, CHANGE_STOP,
              CHANGE_PENDING, CHANGE_ALL };
struct changed {
    wick_func *one, *two, *poke, *other, *wide;
    wick_table *table;
    uint32_t third; /* what the function in entry 3 of the table answers */
    uint32_t sum;   /* of that, at each call */
    int n;          /* calls that answered */
};
#define WIDE 600u

static wick_host_result change(wick_call *call, void *user) {
    static wick_value zeros[WIDE];
    struct changed *c = user;
    const uint32_t i = wick_call_arg_i32(call, 1);
    const uint32_t what = wick_call_arg_i32(call, 0);
    uint64_t *state;
    switch (what < CHANGE_ALL ? what : i % CHANGE_ALL) {
    case CHANGE_MEMORY:
        CHECK(wick_memory_grow(wick_call_memory(call), 1) != UINT64_MAX);
        break;
    case CHANGE_TABLE:
        c->third = 3 - c->third;
        CHECK(wick_table_grow(c->table, 1, wick_func_ref(c->one)) != UINT64_MAX);
        CHECK_EQ(wick_table_set(c->table, 3, wick_func_ref(c->third == 1 ? c->one : c->two)), WICK_OK);
        break;
    case CHANGE_RUN:
        CHECK_EQ(call1(c->poke, i), i);
        break;
    case CHANGE_RUN_OTHER: /* it has the same memory 0 */
        CHECK_EQ(call1(c->other, i), i + 1);
        break;
    case CHANGE_STACK: /* makes room for a call, and thinks better of it */
        for (uint32_t k = 0; k < WIDE; k++) {
            zeros[k] = i32(0);
        }
        (void)wick_call_wasm(call, c->wide, zeros, WIDE);
        break;
    case CHANGE_STOP:
        wick_task_stop(wick_call_task(call));
        break;
    case CHANGE_PENDING:
        if (wick_call_round(call) == 0) {
            state = wick_call_state(call);
            CHECK(state[0] == 0 && state[1] == 0);
            state[0] = i + 1;
            state[1] = UINT64_MAX;
            return wick_call_pending(call, 0);
        }
        CHECK_EQ(*wick_call_state(call), i + 1);
        break;
    default:
        CHECK_EQ(wick_call_round(call), 0);
        CHECK_EQ(wick_call_exception(call), 0);
        break;
    }
    CHECK_EQ(wick_call_arg_i32(call, 0), what);
    CHECK_EQ(wick_call_arg_i32(call, 1), i);
    c->n++;
    c->sum += c->third;
    wick_call_return_i32(call, 0, 3 * i);
    return WICK_HOST_OK;
}

static void test_change(uint64_t fuel, bool is_indirect) {
    static const char head[] =
        "(module (import \"h\" \"change\" (func $change (param i32 i32) (result i32)))"
        "  (type $r (func (result i32))) (type $c (func (param i32 i32) (result i32)))"
        "  (memory (export \"m\") 1 200) (table (export \"t\") 4 200 funcref) (elem (i32.const 0) $one $one $change $one)"
        "  (func $one (export \"one\") (result i32) (i32.const 1))"
        "  (func (export \"two\") (result i32) (i32.const 2))"
        "  (func (export \"poke\") (param i32) (result i32) (i32.store8 (i32.const 5) (local.get 0))"
        "    (i32.load8_u (i32.const 5)))"
        "  (func $last (result i32) (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1)))"
        "  (func (export \"f\") (param $what i32) (param $via i32) (result i32) (local $i i32) (local $sum i32) (local $d f64)"
        "    (local.set $d (f64.const 0.5))"
        "    (loop $l"
        "      (local.set $sum (i32.add (local.get $sum) (if (result i32) (local.get $via)"
        "        (then (call_indirect (type $c) (local.get $what) (local.get $i) (i32.const 2)))"
        "        (else (call $change (local.get $what) (local.get $i))))))"
        "      (i32.store8 (call $last) (local.get $i))"
        "      (local.set $sum (i32.add (local.get $sum) (i32.load8_u (call $last))))"
        "      (local.set $sum (i32.add (local.get $sum)"
        "        (i32.add (call_indirect (type $r) (i32.const 3))"
        "          (call_indirect (type $r) (i32.sub (table.size) (i32.const 1))))))"
        "      (local.set $d (f64.add (local.get $d) (f64.const 0.25)))"
        "      (local.set $i (i32.add (local.get $i) (i32.const 1)))"
        "      (br_if $l (i32.lt_u (local.get $i) (i32.const 20))))"
        "    (i32.add (local.get $sum) (i32.trunc_f64_s (local.get $d))))"
        "  (func (export \"wide\") (param";
    static char text[sizeof head + WIDE * 4 + 8];
    struct world w;
    struct changed c;
    wick_instance *a, *b;
    size_t n = sizeof head - 1;
    memcpy(text, head, n);
    for (uint32_t i = 0; i < WIDE; i++, n += 4) {
        memcpy(text + n, " i32", 4);
    }
    memcpy(text + n, ")))", 4);
    world_open(&w, kind_now);
    memset(&c, 0, sizeof c);
    NEED(wick_linker_func(w.linker, "h", "change", "ii:i", change, &c) == WICK_OK);
    a = world_instance(&w, "a", text);
    b = world_instance(&w, "b",
                       "(module (import \"a\" \"m\" (memory 1)) (func (export \"other\") (param i32) (result i32)"
                       "  (i32.store8 (i32.const 9) (local.get 0)) (i32.add (i32.load8_u (i32.const 9)) (i32.const 1))))");
    c.one = func_of(a, "one");
    c.two = func_of(a, "two");
    c.third = 1;
    c.poke = func_of(a, "poke");
    c.wide = func_of(a, "wide");
    c.other = func_of(b, "other");
    c.table = item_of(a, "t").of.table;
    for (uint32_t what = CHANGE_NOTHING; what <= CHANGE_ALL; what++) {
        wick_task *task; /* with a small stack of its own */
        wick_value args[2] = {i32(what), i32(is_indirect)};
        wick_status status;
        int yields = 0, pendings = 0;
        c.n = 0;
        c.sum = 0;
        NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
        NEED(wick_task_call(task, func_of(a, "f"), args, 2) == WICK_OK);
        while ((status = wick_task_resume(task, fuel)) == WICK_YIELDED || status == WICK_PENDING) {
            yields += status == WICK_YIELDED;
            pendings += status == WICK_PENDING;
        }
        CHECK_EQ(status, WICK_DONE);
        CHECK_EQ(wick_task_result(task, 0).of.i32, 4 * 190 + 20 + c.sum + 5);
        CHECK_EQ(c.n, 20);
        CHECK_EQ(pendings, what == CHANGE_PENDING ? 20 : what == CHANGE_ALL ? 2 : 0);
        if (fuel == WICK_FUEL_UNLIMITED) {
            CHECK_EQ(yields, what == CHANGE_STOP ? 20 : what == CHANGE_ALL ? 2 : 0);
        }
        wick_task_free(task);
    }
    world_close(&w);
}
#undef WIDE

int main(void) {
    for (kind_now = WICK_ENGINE_FAST; kind_now <= WICK_ENGINE_REF; kind_now++) {
        test_values();
        test_pending();
        test_call();
        test_wrong();
        test_nested();
        test_look();
        for (int is_indirect = 0; is_indirect < 2; is_indirect++) {
            test_change(WICK_FUEL_UNLIMITED, is_indirect);
            test_change(70, is_indirect); /* sometimes less than a slice, sometimes more */
            test_change(1, is_indirect);
        }
    }
    return test_end("host_test");
}
