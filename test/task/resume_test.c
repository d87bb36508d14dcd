/* resume_test.c - a task that is stopped and resumed anywhere ends as one that is not: same results, same memory, same
 * sum of fuel, in both engines; and the sums themselves, where they can be counted by hand from rt.h's rules. */
#include "test/api/api.h"

#define MAX_RESULTS 200
#define MAX_FRAMES 6

/* A program exports "run" (param i32), any results, and perhaps "m". It may import h.wait (i32) -> i32, h.twice, and, with
 * a tag export "e" (param i32 i64) of its own, h.throw (i32) and h.guard (funcref i32) -> i32. */
struct program {
    const char *name;
    const char *text;
    uint32_t arg;
    uint64_t fuel; /* counted by hand; 0: not counted */
};

struct outcome {
    wick_status status;
    wick_err err;
    uint32_t err_offset;
    size_t n_results;
    uint64_t results[MAX_RESULTS];
    uint64_t fuel;
    uint64_t hash;   /* of the memory */
    uint64_t yields;
    size_t n_frames; /* of the backtrace */
    wick_frame frames[MAX_FRAMES];
};

static wick_host_result wait3(wick_call *call, void *user) {
    uint64_t *state = wick_call_state(call);
    (void)user;
    if (state[0]++ < 3) {
        return WICK_HOST_PENDING;
    }
    wick_call_return_i32(call, 0, wick_call_arg_i32(call, 0) + 1);
    return WICK_HOST_OK;
}

/* Calls the function it gets twice, the second time with the first result. */
static wick_host_result twice(wick_call *call, void *user) {
    wick_value value, func;
    (void)user;
    if (wick_call_round(call) == 0) {
        value = i32(wick_call_arg_i32(call, 1));
    } else {
        wick_call_wasm_result(call, 0, &value);
    }
    if (wick_call_round(call) == 2) {
        wick_call_return(call, 0, &value);
        return WICK_HOST_OK;
    }
    wick_call_arg(call, 0, &func);
    return wick_call_wasm(call, wick_ref_func(func.of.ref), &value, 1);
}

/* Waits once, then throws the caller's tag with its argument; a caller of another tag gets a plain trap. */
static wick_host_result throws(wick_call *call, void *user) {
    wick_extern item;
    wick_ref exception;
    wick_value args[2] = {i32(wick_call_arg_i32(call, 0)), {.type = WICK_I64, .of.i64 = 1000}};
    (void)user;
    if (wick_call_state(call)[0]++ == 0) {
        return WICK_HOST_PENDING;
    }
    NEED(wick_instance_export(wick_call_instance(call), "e", 1, &item) && item.kind == WICK_EXTERN_TAG);
    NEED(wick_exception_new(wick_call_store(call), item.of.tag, args, 2, &exception) == WICK_OK);
    return wick_call_throw(call, exception);
}

/* Calls the function it gets: its result, or 1000 plus the first value of its exception, thrown on when that is odd. */
static wick_host_result guard(wick_call *call, void *user) {
    wick_value value, func;
    (void)user;
    if (wick_call_round(call) == 0) {
        value = i32(wick_call_arg_i32(call, 1));
        wick_call_arg(call, 0, &func);
        return wick_call_wasm_catch(call, wick_ref_func(func.of.ref), &value, 1);
    }
    if (wick_call_exception(call) == 0) {
        wick_call_wasm_result(call, 0, &value);
    } else {
        wick_exception_arg(wick_call_exception(call), 0, &value);
        if ((value.of.i32 & 1) != 0) {
            return wick_call_throw(call, wick_call_exception(call));
        }
        value.of.i32 += 1000;
    }
    wick_call_return(call, 0, &value);
    return WICK_HOST_OK;
}

static uint64_t hash_bytes(const uint8_t *bytes, size_t n) {
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ bytes[i]) * 1099511628211u;
    }
    return h;
}

static wick_status run_with(wick_task *task, uint64_t step, uint64_t *yields) {
    wick_status status;
    do {
        status = wick_task_resume(task, step);
        *yields += status == WICK_YIELDED;
    } while (status == WICK_YIELDED || status == WICK_PENDING);
    return status;
}

static void run_program(wick_engine_kind kind, const uint8_t *bytes, size_t n, const struct program *program,
                        uint64_t step, struct outcome *out) {
    struct world w;
    wick_module *m;
    wick_instance *instance = NULL;
    wick_task *task;
    wick_diag diag;
    wick_extern item;
    wick_value arg = i32(program->arg);
    memset(out, 0, sizeof *out);
    world_open(&w, kind);
    NEED(wick_linker_func(w.linker, "h", "wait", "i:i", wait3, NULL) == WICK_OK);
    NEED(wick_linker_func(w.linker, "h", "twice", "Fi:i", twice, NULL) == WICK_OK);
    NEED(wick_linker_func(w.linker, "h", "throw", "i:", throws, NULL) == WICK_OK);
    NEED(wick_linker_func(w.linker, "h", "guard", "Fi:i", guard, NULL) == WICK_OK);
    if (wick_module_new(w.engine, bytes, n, 0, &m, &diag) != WICK_OK) {
        test_die(&diag, NULL, program->name);
    }
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    if (wick_task_link(task, w.linker, m, &instance, &diag) != WICK_OK) {
        test_die(&diag, m, program->name);
    }
    out->status = run_with(task, step, &out->yields);
    if (out->status == WICK_DONE) {
        NEED(wick_task_call(task, func_of(instance, "run"), &arg, 1) == WICK_OK);
        out->status = run_with(task, step, &out->yields);
        if (wick_instance_export(instance, "m", 1, &item)) {
            out->hash = hash_bytes(wick_memory_data(item.of.memory), (size_t)wick_memory_bytes(item.of.memory));
        }
    }
    if (out->status == WICK_TRAPPED || out->status == WICK_THREW) {
        out->err = wick_task_diag(task)->err;
        out->err_offset = wick_task_diag(task)->offset;
        out->n_frames = wick_task_backtrace(task, out->frames, MAX_FRAMES);
        for (size_t i = 0; i < MAX_FRAMES; i++) {
            out->frames[i].instance = NULL; /* another address in each store */
        }
    }
    out->n_results = wick_task_result_count(task);
    for (size_t i = 0; i < out->n_results; i++) {
        out->results[i] = wick_task_result(task, i).of.i64;
    }
    if (out->status == WICK_THREW) {
        out->n_results = wick_exception_arg_count(wick_task_exception(task));
        for (size_t i = 0; i < out->n_results && i < MAX_RESULTS; i++) {
            wick_value value;
            wick_exception_arg(wick_task_exception(task), i, &value);
            out->results[i] = WICK_TYPE_KIND(value.type) == WICK_KIND_REF ? 0 : value.of.i64;
        }
    } else {
        CHECK_EQ(wick_task_exception(task), 0);
    }
    out->fuel = wick_task_fuel_used(task);
    wick_module_free(m);
    world_close(&w);
}

static bool same(const struct outcome *a, const struct outcome *b) {
    return a->status == b->status && a->err == b->err && a->err_offset == b->err_offset &&
           a->n_results == b->n_results && memcmp(a->results, b->results, sizeof a->results) == 0 &&
           a->fuel == b->fuel && a->hash == b->hash && a->n_frames == b->n_frames &&
           memcmp(a->frames, b->frames, sizeof a->frames) == 0;
}

static void try_program(const struct program *program) {
    static struct outcome want, got;
    size_t n;
    uint8_t *bytes = wat_bytes(program->text, &n);
    run_program(WICK_ENGINE_REF, bytes, n, program, WICK_FUEL_UNLIMITED, &want);
    CHECK_EQ(want.yields, 0);
    if (program->fuel != 0) {
        test_checks++;
        if (want.fuel != program->fuel) {
            test_failures++;
            printf("%s: expected %llu units, got %llu\n", program->name, (unsigned long long)program->fuel,
                   (unsigned long long)want.fuel);
        }
    }
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        for (uint64_t step = 0; step < 70; step++) {
            /* 0 stands for no bound; the last ones are long strides. */
            uint64_t fuel = step == 0 ? WICK_FUEL_UNLIMITED : step < 64 ? step : 1u << (step - 57);
            run_program((wick_engine_kind)kind, bytes, n, program, fuel, &got);
            test_checks++;
            if (!same(&want, &got)) {
                test_failures++;
                printf("%s: %s engine, steps of %lld: status %d/%d, error %d/%d at %x/%x, fuel %llu/%llu, "
                       "result %llx/%llx\n",
                       program->name, kind == WICK_ENGINE_REF ? "ref" : "fast", (long long)fuel, (int)want.status,
                       (int)got.status, (int)want.err, (int)got.err, want.err_offset, got.err_offset,
                       (unsigned long long)want.fuel, (unsigned long long)got.fuel,
                       (unsigned long long)want.results[0], (unsigned long long)got.results[0]);
                break;
            }
        }
    }
    free(bytes);
}

static const struct program programs[] = {
    /* A call from the host is 1, every taken back-edge 1. */
    {"nothing", "(module (func (export \"run\") (param i32)))", 0, 1},
    {"loop",
     "(module (func (export \"run\") (param i32) (result i32) (local i32)"
     "  (loop $l (local.set 1 (i32.add (local.get 1) (local.get 0)))"
     "    (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
     "  (local.get 1)))",
     10, 1 + 9},
    {"while",
     "(module (func (export \"run\") (param i32) (result i32) (local i32)"
     "  (block $out (loop $l (br_if $out (i32.eqz (local.get 0)))"
     "    (local.set 1 (i32.add (i32.mul (local.get 1) (i32.const 3)) (local.get 0)))"
     "    (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br $l)))"
     "  (local.get 1)))",
     20, 1 + 20},
    {"fib",
     "(module (func $fib (export \"run\") (param i32) (result i32)"
     "  (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))"
     "    (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))"
     "                   (call $fib (i32.sub (local.get 0) (i32.const 2))))))))",
     10, 177},
    /* 130 locals of one slot: 1 + 130 / 64. */
    {"many locals",
     "(module (func $f (param i32) (result i32) (local"
     " i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64"
     " i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64"
     " i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64"
     " i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64"
     " i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)"
     "  (i32.add (local.get 0) (i32.wrap_i64 (local.get 129))))"
     "  (func (export \"run\") (param i32) (result i32) (call $f (call $f (local.get 0)))))",
     5, 1 + 2 * 3},
    {"table of labels",
     "(module (func (export \"run\") (param i32) (result i32) (local i32)"
     "  (loop $again"
     "    (block $a (block $b (block $c"
     "      (br_table $a $b $c $again (i32.and (local.get 0) (i32.const 3))))"
     "      (local.set 1 (i32.add (local.get 1) (i32.const 100))))"
     "      (local.set 1 (i32.add (local.get 1) (i32.const 10))))"
     "    (local.set 1 (i32.add (local.get 1) (i32.const 1)))"
     "    (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
     "  (local.get 1)))",
     2, 0},
    {"indirect",
     "(module (type $t (func (param i32) (result i32)))"
     "  (table funcref (elem $a $b $c))"
     "  (func $a (type $t) (i32.add (local.get 0) (i32.const 1)))"
     "  (func $b (type $t) (i32.mul (local.get 0) (i32.const 3)))"
     "  (func $c (type $t) (i32.xor (local.get 0) (i32.const 0x55)))"
     "  (func (export \"run\") (param i32) (result i32) (local i32)"
     "    (loop $l"
     "      (local.set 1 (call_indirect (type $t) (local.get 1) (i32.rem_u (local.get 0) (i32.const 3))))"
     "      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
     "    (local.get 1)))",
     30, 1 + 30 + 29},
    {"references",
     "(module (type $t (func (param i32) (result i32)))"
     "  (func $a (type $t) (i32.add (local.get 0) (i32.const 1)))"
     "  (elem declare func $a)"
     "  (func $maybe (param (ref null $t)) (result i32)"
     "    (block $null (return (call_ref $t (i32.const 40) (br_on_null $null (local.get 0))))) (i32.const -1))"
     "  (func $other (param (ref null $t)) (result i32)"
     "    (block $is (result (ref $t)) (br_on_non_null $is (local.get 0)) (return (i32.const -2)))"
     "    (drop) (call_ref $t (i32.const 7) (ref.as_non_null (local.get 0))))"
     "  (func (export \"run\") (param i32) (result i32 i32 i32 i32)"
     "    (call $maybe (ref.func $a)) (call $maybe (ref.null $t))"
     "    (call $other (ref.func $a)) (call $other (ref.null $t))))",
     0, 1 + 4 + 2},
    {"tail calls",
     "(module (type $t (func (param i32 i32) (result i32)))"
     "  (table funcref (elem $even))"
     "  (func $even (type $t) (if (i32.eqz (local.get 0)) (then (return (local.get 1))))"
     "    (return_call $odd (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 2))))"
     "  (func $odd (type $t) (if (i32.eqz (local.get 0)) (then (return (i32.const -1))))"
     "    (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (local.get 1) (i32.const 0)))"
     "  (func (export \"run\") (param i32) (result i32)"
     "    (return_call_ref $t (local.get 0) (i32.const 0) (ref.func $even)))"
     "  (elem declare func $even))",
     20, 1 + 1 + 20},
    {"bulk",
     "(module (memory (export \"m\") 1) (data $d \"0123456789abcdef\")"
     "  (func (export \"run\") (param i32) (result i32)"
     "    (memory.fill (i32.const 10) (i32.const 7) (i32.const 12288))"          /* 3 */
     "    (memory.init $d (i32.const 100) (i32.const 3) (i32.const 9))"          /* 0 */
     "    (memory.copy (i32.const 5) (i32.const 64) (i32.const 10000))"          /* 2 */
     "    (memory.copy (i32.const 3000) (i32.const 0) (i32.const 20000))"        /* 4 */
     "    (memory.fill (i32.const 65536) (i32.const 7) (i32.const 0))"
     "    (data.drop $d) (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0))"
     "    (i32.load (i32.const 3100))))",
     0, 1 + 3 + 2 + 4},
    {"bulk trap",
     "(module (memory (export \"m\") 1)"
     "  (func (export \"run\") (param i32)"
     "    (memory.fill (i32.const 10) (i32.const 7) (i32.const 12288))"
     "    (memory.copy (i32.const 60000) (i32.const 0) (i32.const 6000))))",
     0, 1 + 3},
    {"growth",
     "(module (memory (export \"m\") i64 1 100) (table $t 0 1000 funcref)"
     "  (func (export \"run\") (param i32) (result i64 i64 i32 i32 i64)"
     "    (memory.grow (i64.const 3)) (memory.grow (i64.const 1000))"            /* 48, 0 */
     "    (table.grow $t (ref.null func) (i32.const 1000))"                      /* 1 */
     "    (table.grow $t (ref.null func) (i32.const 1))"
     "    (memory.size)))",
     0, 1 + 48 + 1},
    {"tables",
     "(module (table $a 3000 funcref) (table $b i64 3000 funcref) (func $f) (elem $e func $f $f $f)"
     "  (func (export \"run\") (param i32) (result i32 i32 i64)"
     "    (table.fill $a (i32.const 1) (ref.func $f) (i32.const 1500))"          /* 2 */
     "    (table.copy $a $a (i32.const 2) (i32.const 1) (i32.const 1024))"       /* 2 */
     "    (table.copy $b $a (i64.const 0) (i32.const 0) (i32.const 511))"        /* 0 */
     "    (table.init $b $e (i64.const 2999) (i32.const 1) (i32.const 1))"
     "    (elem.drop $e)"
     "    (ref.is_null (table.get $a (i32.const 1500))) (ref.is_null (table.get $b (i64.const 2999)))"
     "    (table.size $b)))",
     0, 1 + 4},
    {"host that waits",
     "(module (import \"h\" \"wait\" (func $wait (param i32) (result i32)))"
     "  (func (export \"run\") (param i32) (result i32) (local i32)"
     "    (loop $l (local.set 1 (call $wait (local.get 1)))"
     "      (br_if $l (i32.lt_u (local.get 1) (local.get 0))))"
     "    (return_call $wait (local.get 1))))",
     5, 1 + 5 + 4 + 1},
    {"host that calls",
     "(module (import \"h\" \"twice\" (func $twice (param funcref i32) (result i32)))"
     "  (import \"h\" \"wait\" (func $wait (param i32) (result i32)))"
     "  (func $inner (param i32) (result i32) (i32.mul (call $wait (local.get 0)) (i32.const 3)))"
     "  (func $outer (param i32) (result i32) (call $twice (ref.func $inner) (local.get 0)))"
     "  (elem declare func $inner $outer $wait)"
     "  (func (export \"run\") (param i32) (result i32 i32)"
     "    (call $twice (ref.func $outer) (local.get 0))"
     "    (call $twice (ref.func $wait) (local.get 0))))",
     4, 1 + (1 + 2 * (1 + 1 + 2 * 2)) + (1 + 2)},
    {"start and segments",
     "(module (memory (export \"m\") 2) (table 2000 funcref) (global $g (mut i32) (i32.const 0))"
     "  (func $start (global.set $g (i32.load (i32.const 8)))"
     "    (memory.fill (i32.const 9000) (i32.const 1) (i32.const 8192)))"
     "  (func $f) (elem (i32.const 3) $f $f) (elem (i32.const 5) $f)"
     "  (data (i32.const 8) \"abcdefgh\") (data (i32.const 10) \"xyz\")"
     "  (start $start)"
     "  (func (export \"run\") (param i32) (result i32) (global.get $g)))",
     0, 1 + 2 + 1},
    {"deep recursion ends",
     "(module (func $f (export \"run\") (param i32) (result i32) (local i64 i64)"
     "  (i32.add (i32.const 1) (call $f (i32.add (local.get 0) (i32.const 1))))))",
     0, 0},
    {"traps",
     "(module (memory 1) (func $f (param i32) (result i32) (i32.div_u (i32.const 5) (local.get 0)))"
     "  (func (export \"run\") (param i32) (result i32) (local i32)"
     "    (loop $l (local.set 1 (i32.add (local.get 1) (call $f (local.get 0))))"
     "      (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br $l)) (local.get 1)))",
     9, 1 + 10 + 9},
    {"block values",
     "(module (func (export \"run\") (param i32) (result i32 i64) (local i32)"
     "  (i32.const 1) (i64.const 2)"
     "  (loop $l (param i32 i64) (result i32 i64)"
     "    (i64.add (i64.const 5)) (local.set 1 (i32.const 9))"
     "    (block $b (param i32 i64) (result i32 i64)"
     "      (br_if $b (i32.eqz (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
     "      (br $l)))))",
     12, 1 + 11},
    {"wide values",
     "(module (global $v (mut v128) (v128.const i64x2 1 2))"
     "  (func $swap (param v128 v128) (result v128 v128) (local.get 1) (local.get 0))"
     "  (func $pick (param v128 i32) (result v128) (local v128)"
     "    (drop (local.get 2))"
     "    (select (local.get 0) (local.get 2) (local.get 1)))"
     "  (func (export \"run\") (param i32) (result v128 v128) (local v128)"
     "    (local.set 1 (global.get $v))"
     "    (call $swap (call $pick (local.get 1) (i32.const 1)) (call $pick (global.get $v) (i32.const 0)))))",
     0, 1 + 2 + 1},
    {"sort",
     "(module (memory (export \"m\") 1)"
     "  (func (export \"run\") (param $n i32) (result i32) (local $i i32) (local $j i32) (local $x i32)"
     "    (local.set $x (i32.const 12345))"
     "    (loop $fill"
     "      (i32.store (i32.shl (local.get $i) (i32.const 2))"
     "        (local.tee $x (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345))))"
     "      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))"
     "    (local.set $i (i32.const 1))"
     "    (block $done (loop $outer"
     "      (br_if $done (i32.ge_u (local.get $i) (local.get $n)))"
     "      (local.set $x (i32.load (i32.shl (local.get $i) (i32.const 2))))"
     "      (local.set $j (local.get $i))"
     "      (block $placed (loop $inner"
     "        (br_if $placed (i32.eqz (local.get $j)))"
     "        (br_if $placed (i32.le_s (i32.load (i32.shl (i32.sub (local.get $j) (i32.const 1)) (i32.const 2)))"
     "                                 (local.get $x)))"
     "        (i32.store (i32.shl (local.get $j) (i32.const 2))"
     "          (i32.load (i32.shl (i32.sub (local.get $j) (i32.const 1)) (i32.const 2))))"
     "        (local.set $j (i32.sub (local.get $j) (i32.const 1)))"
     "        (br $inner)))"
     "      (i32.store (i32.shl (local.get $j) (i32.const 2)) (local.get $x))"
     "      (local.set $i (i32.add (local.get $i) (i32.const 1)))"
     "      (br $outer)))"
     "    (i32.load (i32.const 0))))",
     30, 0},
#include "exceptions.h"
#include "continuations.h"
};

#define TEXT(words) at += (size_t)snprintf(text + at, cap - at, "%s", (words))

/* Long straight-line code: charges at its instructions 256, 512, ... */
static void try_straight(uint32_t n, uint64_t want, bool with_call) {
    size_t cap = 40 * (size_t)n + 400, at = 0;
    char *text = malloc(cap);
    struct program program = {"straight line", text, 3, want};
    at += (size_t)snprintf(text + at, cap - at, "(module (func $id (param i32) (result i32) (local.get 0))"
                                                "  (func (export \"run\") (param i32) (result i32) local.get 0 ");
    for (uint32_t i = 1; i < n; i++) { /* instruction numbers 1 .. n - 1 */
        at += (size_t)snprintf(text + at, cap - at, with_call && i == 300 ? "call $id " : "i32.clz ");
    }
    snprintf(text + at, cap - at, "))");
    try_program(&program);
    free(text);
}

/* Marks have no number: a loop whose turns go into `depth` blocks and out of one of them, behind `before` instructions, past
 * an if's else and dead code. Only what is between the marks counts: `want` units for 3 turns. */
static void try_marks(uint32_t before, uint32_t depth, uint64_t want) {
    const size_t cap = 60 * (size_t)depth + 12 * (size_t)before + 1000;
    char *text = malloc(cap);
    size_t at = 0;
    struct program program = {"marks", text, 3, want};
    TEXT("(module (func (export \"run\") (param i32) (result i32) (loop $l ");
    for (uint32_t i = 0; i < before; i++) {
        TEXT("nop ");
    }
    for (uint32_t i = 0; i < depth; i++) {
        TEXT("block ");
    }
    at += (size_t)snprintf(text + at, cap - at, "(br_if %u (i32.eq (local.get 0) (i32.const 2))) ", depth / 2);
    TEXT("(if (i32.eq (local.get 0) (i32.const 1)) (then nop) (else (br $l (local.set 0 (i32.const 2))) block nop end)) ");
    for (uint32_t i = 0; i < depth; i++) {
        TEXT("end ");
    }
    TEXT("(local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if $l (local.get 0))) local.get 0))");
    try_program(&program);
    free(text);
}

/* Branches, returns and tail calls that carry n values: n / 64 more. */
static void try_wide(uint32_t n) {
    size_t cap = 400 * (size_t)n + 2000, at = 0;
    char *text = malloc(cap);
    struct program program = {"many values", text, 3, 0};
    at += (size_t)snprintf(text + at, cap - at, "(module (type $r (func (param i32) (result");
#define MANY(word)                                                    \
    for (uint32_t i = 0; i < n; i++) {                                \
        at += (size_t)snprintf(text + at, cap - at, " %s", (word));   \
    }
    MANY("i64");
    TEXT("))) (type $p (func (param");
    MANY("i64");
    TEXT(") (result i64)))");
    TEXT("(func $sum (type $p) ");
    TEXT("(i64.add (local.get 0) (local.get ");
    at += (size_t)snprintf(text + at, cap - at, "%u)))", n - 1);
    TEXT("(func $tail (type $p)");
    for (uint32_t i = 0; i < n; i++) {
        at += (size_t)snprintf(text + at, cap - at, " local.get %u", n - 1 - i);
    }
    TEXT(" return_call $sum)");
    TEXT("(func $make (type $r)");
    for (uint32_t i = 0; i < n; i++) {
        at += (size_t)snprintf(text + at, cap - at, " i64.const %u", i * i);
    }
    TEXT(" return)");
    TEXT("(func $make2 (type $r) local.get 0 call $make br 0)");
    TEXT("(func $make3 (type $r) (local.get 0) (block (type $r) call $make2 br 0))");
    TEXT("(func (export \"run\") (type $r) (local i64) local.get 0 call $make3 call $tail local.set 1"
         "  local.get 0 call $make3 drop local.get 1))");
    program.fuel = 1 + 2 * 3 + 2 + 2 * (3 * (n / 64)) + 2 * (n / 64) + (n / 64) + (n / 64);
    /* two rounds of three calls and returns; tail and sum; the block's branch in each round; the tail call's arguments;
     * run's own return */
    try_program(&program);
    free(text);
#undef MANY
#undef TEXT
}

int main(void) {
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (getenv("V") != NULL) {
            printf("%s\n", programs[i].name);
            fflush(stdout);
        }
        try_program(&programs[i]);
    }
    try_straight(257, 1 + 1, false);
    try_straight(256, 1, false); /* the final end has no number */
    try_straight(255, 1, false);
    try_straight(1000, 1 + 3, false);
    for (uint32_t before = 236; before <= 260; before++) {
        try_marks(before, before & 1 ? 1 : 300, 0);
    }
    try_marks(0, 3000, 1 + 2); /* the call, two ways back */
    try_straight(700, 1 + 1 + 1 + 1, true); /* 256; then the call's own unit; from 301 on counted again: 301 + 256 */
    try_wide(10);
    try_wide(64);
    try_wide(150);
    return test_end("resume_test");
}
