/* cont_test.c - continuations: results that are known, several instances, how deep and how many, quotas, every allocation
 * failing in turn, tasks that end in the middle, and what the host sees of them. By steps of fuel: resume_test.c. */
#include "test/api/api.h"

/* ---- known results ------------------------------------------------------------------------------------------------ */

struct known {
    const char *name;
    uint32_t arg, want;
};

#define COMMON                                                                                                   \
    "(module $m (type $f (func)) (type $c (cont $f)) (type $fi (func (param i32))) (type $ci (cont $fi))"        \
    "  (type $fr (func (result i32))) (type $cr (cont $fr)) (type $fir (func (param i32) (result i32)))"         \
    "  (type $cir (cont $fir))"                                                                                  \
    "  (import \"h\" \"wait\" (func $wait (param i32) (result i32)))"                                            \
    "  (import \"h\" \"call\" (func $call (param funcref i32) (result i32)))"                                    \
    "  (tag $y (export \"y\") (param i32)) (tag $ask (result i32)) (tag $e (param i32))"

static const char *const known_text =
    COMMON
    "  (elem declare func $gen $asks $leaf $down $thrower $in_host)"
    "  (func $gen (export \"gen\") (param i32) (loop $l (suspend $y (local.get 0))"
    "    (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))"
    "  (func (export \"sum\") (param i32) (result i32) (local $k (ref null $c)) (local $s i32)"
    "    (block $on (result i32 (ref $c)) (resume $ci (on $y $on) (local.get 0) (cont.new $ci (ref.func $gen)))"
    "      (return (i32.const 0)))"
    "    (loop $l (param i32 (ref $c)) (local.set $k) (local.set $s (i32.add (local.get $s)))"
    "      (resume $c (on $y $l) (local.get $k)))"
    "    (local.get $s))"
    /* (n - 1) * 10 + (n - 2) by what the handler answers */
    "  (func $asks (result i32) (i32.add (i32.mul (suspend $ask) (i32.const 10)) (suspend $ask)))"
    "  (func (export \"asks\") (param i32) (result i32) (local $k (ref $cir))"
    "    (block $on (result (ref $cir)) (resume $cr (on $ask $on) (cont.new $cr (ref.func $asks))) (return))"
    "    (loop $l (param (ref $cir)) (result i32) (local.set $k)"
    "      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))"
    "      (resume $cir (on $ask $l) (local.get 0) (local.get $k))))"
    /* n resumes one in the other, a suspension from the innermost to the outermost, and back */
    "  (global $seen (mut i32) (i32.const 0))"
    "  (func $leaf (suspend $y (i32.const 5)) (global.set $seen (i32.add (global.get $seen) (i32.const 100))))"
    "  (func $down (param i32) (if (i32.eqz (local.get 0)) (then (call $leaf))"
    "    (else (resume $ci (i32.sub (local.get 0) (i32.const 1)) (cont.new $ci (ref.func $down)))))"
    "    (global.set $seen (i32.add (global.get $seen) (i32.const 1))))"
    "  (func (export \"nest\") (param i32) (result i32) (local $k (ref $c))"
    "    (global.set $seen (i32.const 0))"
    "    (block $on (result i32 (ref $c)) (resume $ci (on $y $on) (local.get 0) (cont.new $ci (ref.func $down)))"
    "      (return (i32.const -1)))"
    "    (local.set $k) (global.set $seen (i32.add (global.get $seen)))"
    "    (resume $c (local.get $k)) (global.get $seen))"
    /* 1000 * value of the exception through n resumes + what ran */
    "  (func $thrower (param i32) (if (i32.eqz (local.get 0)) (then (throw $e (i32.const 7))))"
    "    (global.set $seen (i32.add (global.get $seen) (i32.const 1)))"
    "    (resume $ci (i32.sub (local.get 0) (i32.const 1)) (cont.new $ci (ref.func $thrower)))"
    "    (global.set $seen (i32.const 999)))"
    "  (func (export \"thrown\") (param i32) (result i32) (global.set $seen (i32.const 0))"
    "    (block $h (result i32) (try_table (catch $e $h)"
    "      (resume $ci (local.get 0) (cont.new $ci (ref.func $thrower)))) (unreachable))"
    "    (i32.add (i32.mul (i32.const 1000)) (global.get $seen)))"
    /* a suspension through a host function's frame: what the host function calls waits in the middle */
    "  (func $in_host (param i32) (result i32) (i32.add (suspend $ask) (call $wait (local.get 0))))"
    "  (func $host_body (result i32) (i32.mul (call $call (ref.func $in_host) (i32.const 20)) (i32.const 2)))"
    "  (elem declare func $host_body)"
    "  (func (export \"host\") (param i32) (result i32) (local $k (ref $cir))"
    "    (block $on (result (ref $cir)) (resume $cr (on $ask $on) (cont.new $cr (ref.func $host_body))) (return))"
    "    (local.set $k) (resume $cir (local.get 0) (local.get $k)))"
    /* kept for another call, perhaps of another instance */
    "  (global $kept (export \"kept\") (mut (ref null $c)) (ref.null $c))"
    "  (func (export \"begin\") (param i32) (result i32)"
    "    (block $on (result i32 (ref $c)) (resume $ci (on $y $on) (local.get 0) (cont.new $ci (ref.func $gen)))"
    "      (return (i32.const -1)))"
    "    (global.set $kept))"
    "  (func (export \"go_on\") (param i32) (result i32)"
    "    (block $on (result i32 (ref $c)) (resume $c (on $y $on) (global.get $kept))"
    "      (global.set $kept (ref.null $c)) (return (i32.const 0)))"
    "    (global.set $kept))"
    "  (func (export \"give\") (param i32) (result (ref null $c)) (global.get $kept))"
    "  (func (export \"take\") (param (ref null $c)) (global.set $kept (local.get 0))))";

static const struct known knowns[] = {
    {"sum", 1, 1}, {"sum", 10, 55}, {"sum", 1000, 500500}, {"asks", 5, 43}, {"nest", 0, 106}, {"nest", 3, 109},
    {"nest", 500, 606}, {"thrown", 0, 7000}, {"thrown", 4, 7004}, {"thrown", 700, 7700}, {"host", 3, 2 * (3 + 21)},
    {"begin", 3, 3}, {"go_on", 0, 2}, {"go_on", 0, 1}, {"go_on", 0, 0},
};

static wick_host_result wait_host(wick_call *call, void *user) {
    (void)user;
    if (wick_call_round(call) < 2) {
        return WICK_HOST_PENDING;
    }
    wick_call_return_i32(call, 0, wick_call_arg_i32(call, 0) + 1);
    return WICK_HOST_OK;
}

static wick_host_result call_host(wick_call *call, void *user) {
    wick_value func, value;
    (void)user;
    if (wick_call_round(call) == 0) {
        wick_call_arg(call, 0, &func);
        value = i32(wick_call_arg_i32(call, 1));
        return wick_call_wasm(call, wick_ref_func(func.of.ref), &value, 1);
    }
    wick_call_wasm_result(call, 0, &value);
    wick_call_return(call, 0, &value);
    return WICK_HOST_OK;
}

static void cont_open_world(struct world *w, wick_engine_kind kind) {
    world_open(w, kind);
    NEED(wick_linker_func(w->linker, "h", "wait", "i:i", wait_host, NULL) == WICK_OK);
    NEED(wick_linker_func(w->linker, "h", "call", "Fi:i", call_host, NULL) == WICK_OK);
}

static void known_results(wick_engine_kind kind) {
    struct world w;
    wick_instance *instance;
    cont_open_world(&w, kind);
    instance = world_instance(&w, "m", known_text);
    for (size_t i = 0; i < sizeof knowns / sizeof knowns[0]; i++) {
        CHECK_EQ(call1(func_of(instance, knowns[i].name), knowns[i].arg), knowns[i].want);
    }
    world_close(&w);
}

/* A continuation that one instance began runs under another one's handlers, with the first one's memory. */
static void two_instances(wick_engine_kind kind) {
    struct world w;
    wick_instance *instance;
    cont_open_world(&w, kind);
    world_instance(&w, "a",
                   "(module (memory 1) (data (i32.const 0) \"\\2a\") (type $f (func (result i32))) (type $c (cont $f))"
                   "  (tag $y (export \"y\") (param i32)) (elem declare func $body)"
                   "  (func $body (result i32) (suspend $y (i32.load8_u (i32.const 0)))"
                   "    (i32.store8 (i32.const 1) (i32.const 7)) (i32.load (i32.const 0)))"
                   "  (func (export \"new\") (result (ref $c)) (cont.new $c (ref.func $body))))");
    instance = world_instance(
        &w, "b",
        "(module (type $f (func (result i32))) (type $c (cont $f))"
        "  (import \"a\" \"y\" (tag $y (param i32))) (import \"a\" \"new\" (func $new (result (ref $c))))"
        "  (memory 1) (data (i32.const 0) \"\\01\\02\\03\")"
        "  (tag $mine (param i32))"
        "  (func (export \"run\") (param i32) (result i32) (local $k (ref $c)) (local $x i32)"
        "    (block $on (result i32 (ref $c)) (resume $c (on $mine $on) (on $y $on) (call $new)) (return))"
        "    (local.set $k) (local.set $x)"
        "    (i32.add (i32.mul (resume $c (local.get $k)) (local.get $x)) (i32.load8_u (i32.const 2)))))");
    CHECK_EQ(call1(func_of(instance, "run"), 0), (7 * 256 + 42) * 42 + 3);
    world_close(&w);
}

/* ---- what the host sees ------------------------------------------------------------------------------------------- */

static void host_view(wick_engine_kind kind) {
    struct world w;
    wick_instance *instance;
    wick_value arg = i32(5), kept;
    wick_frame frames[8];
    wick_task *task;
    wick_diag diag;
    cont_open_world(&w, kind);
    instance = world_instance(&w, "m", known_text);
    CHECK_EQ(call1(func_of(instance, "begin"), 3), 3);
    NEED(wick_func_call(func_of(instance, "give"), &arg, 1, &kept, 1, &diag) == WICK_OK);
    CHECK_EQ(wick_ref_get_kind(w.store, kept.of.ref), WICK_REF_KIND_CONT);
    CHECK(wick_ref_is(w.store, kept.of.ref, WICK_REF(WICK_HEAP_cont)));
    CHECK(!wick_ref_is(w.store, kept.of.ref, WICK_REF_NULL(WICK_HEAP_nocont)));
    CHECK(!wick_ref_is(w.store, kept.of.ref, WICK_REF(WICK_HEAP_any)));
    CHECK(!wick_ref_is(w.store, kept.of.ref, WICK_REF(WICK_HEAP_func)));
    CHECK(wick_ref_is(w.store, kept.of.ref, wick_ref_type(w.store, kept.of.ref)));
    NEED(wick_func_call(func_of(instance, "take"), &kept, 1, NULL, 0, &diag) == WICK_OK);
    CHECK_EQ(call1(func_of(instance, "go_on"), 0), 2);
    /* the reference is used up, the global has another one */
    NEED(wick_func_call(func_of(instance, "take"), &kept, 1, NULL, 0, &diag) == WICK_OK);
    CHECK_EQ(wick_func_call(func_of(instance, "go_on"), &arg, 1, &kept, 1, &diag), WICK_ERR_consumed_continuation);
    CHECK_EQ(wick_err_get_class(WICK_ERR_consumed_continuation), WICK_CLASS_TRAP);
    /* nobody handles what the host has called */
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    NEED(wick_task_call(task, func_of(instance, "gen"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_TRAPPED);
    CHECK_EQ(wick_task_diag(task)->err, WICK_ERR_unhandled_tag);
    CHECK_EQ(wick_err_get_class(wick_task_diag(task)->err), WICK_CLASS_SUSPENSION);
    CHECK_EQ(wick_task_backtrace(task, frames, 8), 1);
    /* a task that waits in a host function in a continuation: the frames of all stacks */
    NEED(wick_task_call(task, func_of(instance, "host"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_PENDING);
    CHECK_EQ(wick_task_backtrace(task, frames, 8), 5); /* wait, in_host, call, host_body, host */
    CHECK(frames[0].instance == NULL);
    CHECK(frames[1].instance == instance);
    CHECK(frames[2].instance == NULL);
    CHECK(frames[4].instance == instance);
    wick_task_cancel(task);
    NEED(wick_task_call(task, func_of(instance, "host"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_PENDING);
    wick_task_free(task);
    /* one that is freed with its store, in the middle */
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    NEED(wick_task_call(task, func_of(instance, "sum"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, 4), WICK_YIELDED);
    world_close(&w);
}

/* Calls the function it gets; an exception's value, thrown over a collection, is its result. */
static wick_host_result guard_host(wick_call *call, void *user) {
    wick_value func, value = i32(wick_call_arg_i32(call, 1));
    (void)user;
    if (wick_call_round(call) == 0) {
        wick_call_arg(call, 0, &func);
        return wick_call_wasm_catch(call, wick_ref_func(func.of.ref), &value, 1);
    }
    if (wick_call_exception(call) == 0) {
        wick_call_wasm_result(call, 0, &value);
    } else {
        wick_exception_arg(wick_call_exception(call), 0, &value);
    }
    wick_call_return(call, 0, &value);
    return WICK_HOST_OK;
}

/* An exception leaves a continuation, in which a host function ran at the very beginning of the stack, for a host function
 * far up the stack below. The task stops there while what is garbage is collected and its memory used again. */
static void caught_below(wick_engine_kind kind) {
    struct world w;
    wick_instance *instance;
    wick_value arg = i32(0), other = i32(666);
    wick_task *task;
    wick_status status;
    cont_open_world(&w, kind);
    NEED(wick_linker_func(w.linker, "h", "guard", "Fi:i", guard_host, NULL) == WICK_OK);
    instance = world_instance(
        &w, "m",
        "(module (type $f (func)) (type $c (cont $f))"
        "  (import \"h\" \"wait\" (func $wait (param i32) (result i32)))"
        "  (import \"h\" \"guard\" (func $guard (param funcref i32) (result i32)))"
        "  (tag $e (export \"e\") (param i32)) (elem declare func $in $body)"
        "  (func $body (throw $e (call $wait (i32.const 6))))"
        "  (func $in (param i32) (result i32) (resume $c (cont.new $c (ref.func $body))) (local.get 0))"
        "  (func (export \"run\") (param i32) (result i32) (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)"
        "    (i32.add (i32.const 100) (call $guard (ref.func $in) (i32.const 1))))"
        /* resume_throw into a continuation in which a host function that catches waits */
        "  (type $fr (func (result i32))) (type $cr (cont $fr)) (tag $y) (elem declare func $sleep $guarded)"
        "  (func $sleep (param i32) (result i32) (suspend $y) (unreachable))"
        "  (func $guarded (result i32) (i32.add (i32.const 100) (call $guard (ref.func $sleep) (i32.const 1))))"
        "  (func (export \"into\") (param i32) (result i32) (local $k (ref null $cr))"
        "    (block $on (result (ref $cr)) (resume $cr (on $y $on) (cont.new $cr (ref.func $guarded))) (unreachable))"
        "    (local.set $k) (resume_throw $cr $e (i32.const 7) (local.get $k))))");
    for (uint64_t step = 1; step < 7; step++) {
        int n = 0;
        NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
        NEED(wick_task_call(task, func_of(instance, step < 4 ? "run" : "into"), &arg, 1) == WICK_OK);
        while ((status = wick_task_resume(task, (step - 1) % 3 + 1)) == WICK_YIELDED || status == WICK_PENDING) {
            wick_ref ref;
            CHECK_EQ(wick_store_collect(w.store), WICK_OK);
            n += 50; /* reaches what was made behind those of last time */
            for (int i = 0; i < n; i++) {
                NEED(wick_exception_new(w.store, item_of(instance, "e").of.tag, &other, 1, &ref) == WICK_OK);
            }
        }
        CHECK_EQ(status, WICK_DONE);
        CHECK_EQ(wick_task_result(task, 0).of.i32, 107);
        wick_task_free(task);
    }
    world_close(&w);
}

/* ---- how deep, how many ------------------------------------------------------------------------------------------- */

static wick_status run_deep(wick_engine_kind kind, const char *name, uint32_t arg, uint32_t slots, uint64_t quota,
                            wick_diag *out_diag, uint32_t *out_result, uint64_t *out_fuel) {
    struct world w;
    wick_task_options options;
    wick_store_options store_options;
    wick_instance *instance;
    wick_value value = i32(arg);
    wick_status status;
    wick_task *task;
    cont_open_world(&w, kind);
    if (quota != 0) {
        memset(&store_options, 0, sizeof store_options);
        store_options.quota = quota;
        wick_linker_free(w.linker);
        wick_store_free(w.store);
        NEED(wick_store_new(w.engine, &store_options, &w.store) == WICK_OK);
        NEED(wick_linker_new(w.store, &w.linker) == WICK_OK);
        NEED(wick_linker_func(w.linker, "h", "wait", "i:i", wait_host, NULL) == WICK_OK);
        NEED(wick_linker_func(w.linker, "h", "call", "Fi:i", call_host, NULL) == WICK_OK);
    }
    instance = world_instance(&w, "m", known_text);
    memset(&options, 0, sizeof options);
    options.stack_slots = slots;
    NEED(wick_task_new(w.store, &options, &task) == WICK_OK);
    NEED(wick_task_call(task, func_of(instance, name), &value, 1) == WICK_OK);
    do {
        status = wick_task_resume(task, 100000);
    } while (status == WICK_YIELDED);
    *out_diag = *wick_task_diag(task);
    *out_result = status == WICK_DONE ? wick_task_result(task, 0).of.i32 : 0;
    *out_fuel = wick_task_fuel_used(task);
    world_close(&w);
    return status;
}

static void deep(void) {
    uint64_t fuel[2];
    uint32_t result;
    wick_diag diag;
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        const wick_engine_kind k = (wick_engine_kind)kind;
        CHECK_EQ(run_deep(k, "nest", 100000, 2000000, 0, &diag, &result, &fuel[kind == WICK_ENGINE_REF]), WICK_DONE);
        CHECK_EQ(result, 5 + 100 + 100000 + 1);
        CHECK_EQ(run_deep(k, "thrown", 100000, 2000000, 0, &diag, &result, &fuel[kind == WICK_ENGINE_REF]), WICK_DONE);
        CHECK_EQ(result, 107000);
        /* the stacks together are bounded */
        CHECK_EQ(run_deep(k, "nest", 100000, 20000, 0, &diag, &result, &fuel[kind == WICK_ENGINE_REF]), WICK_TRAPPED);
        CHECK_EQ(diag.err, WICK_ERR_stack);
        /* and their bytes */
        CHECK_EQ(run_deep(k, "nest", 100000, 2000000, 1000000, &diag, &result, &fuel[kind == WICK_ENGINE_REF]),
                 WICK_TRAPPED);
        CHECK_EQ(diag.err, WICK_ERR_heap);
    }
    CHECK_EQ(run_deep(WICK_ENGINE_FAST, "nest", 100000, 20000, 0, &diag, &result, &fuel[0]), WICK_TRAPPED);
    CHECK_EQ(run_deep(WICK_ENGINE_REF, "nest", 100000, 20000, 0, &diag, &result, &fuel[1]), WICK_TRAPPED);
    CHECK_EQ(fuel[0], fuel[1]); /* at the same depth */
}

/* A million continuations, all begun; the quota says where it ends. */
static void many(wick_engine_kind kind, uint32_t n, uint64_t quota, wick_err want) {
    struct world w;
    wick_store_options store_options;
    wick_instance *instance;
    wick_value value = i32(n), result;
    wick_diag diag;
    cont_open_world(&w, kind);
    memset(&store_options, 0, sizeof store_options);
    store_options.quota = quota;
    wick_linker_free(w.linker);
    wick_store_free(w.store);
    NEED(wick_store_new(w.engine, &store_options, &w.store) == WICK_OK);
    NEED(wick_linker_new(w.store, &w.linker) == WICK_OK);
    instance = world_instance(
        &w, "m",
        "(module (type $f (func)) (type $c (cont $f)) (type $fi (func (param i32))) (type $ci (cont $fi)) (tag $y)"
        "  (table $t 0 1000000 (ref null $c)) (elem declare func $body) (global $sum (mut i32) (i32.const 0))"
        "  (func $body (param i32) (suspend $y) (global.set $sum (i32.add (global.get $sum) (local.get 0))))"
        "  (func (export \"run\") (param $n i32) (result i32) (local $i i32) (local $k (ref null $c))"
        "    (drop (table.grow $t (ref.null $c) (local.get $n)))"
        "    (loop $l"
        "      (block $on (result (ref $c)) (resume $ci (on $y $on) (local.get $i) (cont.new $ci (ref.func $body)))"
        "        (unreachable))"
        "      (local.set $k) (table.set $t (local.get $i) (local.get $k))"
        "      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))"
        "    (loop $l (local.set $i (i32.sub (local.get $i) (i32.const 1)))"
        "      (resume $c (table.get $t (local.get $i)))"
        "      (br_if $l (local.get $i)))"
        "    (global.get $sum)))");
    CHECK_EQ(wick_func_call(func_of(instance, "run"), &value, 1, &result, 1, &diag), want);
    if (want == WICK_OK) {
        CHECK_EQ(result.of.i32, (uint32_t)((uint64_t)n * (n - 1) / 2));
    }
    world_close(&w);
}

/* Continuations that nobody can reach any more, of frames of 8 bytes * n_locals each: as many as one likes. */
static void garbage(wick_engine_kind kind, uint32_t n, uint32_t n_locals, uint64_t quota) {
    struct world w;
    wick_store_options store_options;
    wick_instance *instance;
    wick_value value = i32(n), result;
    char *text = malloc(1000 + 4 * (size_t)n_locals), *at = text;
    wick_diag diag;
    at += sprintf(at, "(module (type $f (func)) (type $c (cont $f)) (type $s (struct (field i64)))"
                      "  (tag $y (param (ref $s))) (elem declare func $body) (func $body (local $s (ref null $s)) (local");
    for (uint32_t i = 0; i < n_locals; i++) {
        at += sprintf(at, " i64");
    }
    strcpy(at, ") (local.set $s (struct.new $s (i64.const 7))) (suspend $y (ref.as_non_null (local.get $s)))"
               "    (suspend $y (ref.as_non_null (local.get $s))))"
               "  (func (export \"run\") (param $n i32) (result i32) (local $sum i32) (local $k (ref null $c))"
               "    (loop $l"
               "      (block $on (result (ref $s) (ref $c)) (resume $c (on $y $on) (cont.new $c (ref.func $body)))"
               "        (unreachable))"
               "      (local.set $k) (drop)"
               "      (block $on (result (ref $s) (ref $c)) (resume $c (on $y $on) (local.get $k)) (unreachable))"
               "      (drop) (i32.wrap_i64 (struct.get $s 0)) (local.set $sum (i32.add (local.get $sum)))"
               "      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
               "    (local.get $sum)))");
    cont_open_world(&w, kind);
    memset(&store_options, 0, sizeof store_options);
    store_options.quota = quota;
    wick_linker_free(w.linker);
    wick_store_free(w.store);
    NEED(wick_store_new(w.engine, &store_options, &w.store) == WICK_OK);
    NEED(wick_linker_new(w.store, &w.linker) == WICK_OK);
    instance = world_instance(&w, "m", text);
    CHECK_EQ(wick_func_call(func_of(instance, "run"), &value, 1, &result, 1, &diag), WICK_OK);
    CHECK_EQ(result.of.i32, 7 * n);
    world_close(&w);
    free(text);
}

/* ---- memory that is not there -------------------------------------------------------------------------------------- */

static void out_of_memory(wick_engine_kind kind, const char *name, uint32_t arg, uint32_t want) {
    long long k = 0;
    bool again = true;
    while (again) {
        struct world w;
        wick_instance *instance;
        wick_value value = i32(arg), result;
        wick_diag diag;
        wick_err err;
        cont_open_world(&w, kind);
        instance = world_instance(&w, "m", known_text);
        w.port.n = 0;
        w.port.fail_at = k++;
        err = wick_func_call(func_of(instance, name), &value, 1, &result, 1, &diag);
        again = w.port.n > w.port.fail_at;
        CHECK(err == WICK_OK || err == WICK_ERR_nomem || err == WICK_ERR_heap || err == WICK_ERR_stack);
        CHECK(again || err == WICK_OK);
        if (err == WICK_OK) {
            CHECK_EQ(result.of.i32, want);
        }
        w.port.fail_at = -1;
        CHECK_EQ(call1(func_of(instance, name), arg), want); /* what failed left all in order */
        world_close(&w);
        if (k > 5000) {
            FAILED("allocations without end");
            return;
        }
    }
}

int main(void) {
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        const wick_engine_kind k = (wick_engine_kind)kind;
        known_results(k);
        two_instances(k);
        host_view(k);
        caught_below(k);
        out_of_memory(k, "sum", 3, 6);
        out_of_memory(k, "asks", 5, 43);
        out_of_memory(k, "nest", 6, 112);
        out_of_memory(k, "thrown", 4, 7004);
        out_of_memory(k, "host", 3, 48);
        many(k, 20000, 0, WICK_OK);
        garbage(k, 100000, 1, 2000000);
        garbage(k, 10000, 2000, 2000000);
        many(k, 1000000, (uint64_t)64 << 20, WICK_ERR_heap);
    }
    many(WICK_ENGINE_FAST, 1000000, 0, WICK_OK);
    deep();
    return test_end("cont_test");
}
