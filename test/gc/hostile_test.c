/* hostile_test.c - objects at the limits: 10,000 fields, 10,000 operands, 63 levels of subtypes, lengths that overflow, an array.new
 * that is cancelled. */
#include "test/api/api.h"

struct text {
    char *at;
    size_t n, cap;
};

static void put(struct text *t, const char *format, unsigned a, unsigned b) {
    if (t->cap - t->n < 400) {
        t->cap = t->cap * 2 + 1000;
        t->at = realloc(t->at, t->cap);
        NEED(t->at != NULL);
    }
    t->n += (size_t)snprintf(t->at + t->n, t->cap - t->n, format, a, b);
}

static uint32_t call(wick_instance *instance, const char *name, uint32_t arg, wick_err want) {
    wick_value value = i32(arg), result = i32(0);
    CHECK_EQ(wick_func_call(func_of(instance, name), &value, 1, &result, 1, NULL), want);
    return result.of.i32;
}

#define BEGIN "(module (rec (type $box (struct (field (mut i32))))) (type $refs (array (mut anyref)))" \
              "(type $bytes (array (mut i8))) (type $wide (array (mut v128)))" \
              "(import \"host\" \"gc\" (func $gc)) (global $g (mut anyref) (ref.null any))"

static wick_host_result host_gc(wick_call *call_, void *user) {
    (void)user;
    CHECK_EQ(wick_store_collect(wick_call_store(call_)), WICK_OK);
    return WICK_HOST_OK;
}

static void open_world(struct world *w, wick_engine_kind kind) {
    world_open(w, kind);
    NEED(wick_linker_func(w->linker, "host", "gc", ":", host_gc, NULL) == WICK_OK);
}

/* Every third field a reference, every third a byte. */
static void test_fields(wick_engine_kind kind) {
    struct world w;
    struct text t = {NULL, 0, 0};
    wick_instance *instance;
    open_world(&w, kind);
    put(&t, BEGIN " (type $big (struct", 0, 0);
    for (unsigned i = 0; i < 10000; i++) {
        put(&t, i % 3 == 0 ? "(field (mut anyref))" : i % 3 == 1 ? "(field (mut i8))" : "(field (mut i64))", 0, 0);
    }
    put(&t, ")) (func (export \"f\") (param i32) (result i32) (local $b (ref null $big))"
            "(local.set $b (struct.new_default $big))", 0, 0);
    for (unsigned i = 0; i < 10000; i += 999) {
        put(&t, "(struct.set $big %u (local.get $b) (struct.new $box (i32.const %u)))", i, i);
        put(&t, "(struct.set $big %u (local.get $b) (i32.const %u))", i + (i < 9999 ? 1 : -2u), i + 7);
    }
    put(&t, "(call $gc)", 0, 0);
    for (unsigned i = 0; i < 10000; i += 999) {
        put(&t, "(struct.get $box 0 (ref.cast (ref $box) (struct.get $big %u (local.get $b)))) (local.get 0) i32.add"
                " (local.set 0)", i, 0);
    }
    for (unsigned i = 0; i < 9000; i += 999) {
        put(&t, "(struct.get_u $big %u (local.get $b)) (local.get 0) i32.add (local.set 0)", i + 1, 0);
    }
    put(&t, "(local.get 0)))", 0, 0);
    instance = world_instance(&w, "m", t.at);
    uint32_t want = 5;
    for (unsigned i = 0; i < 10000; i += 999) {
        want += i + (i < 9000 ? (i + 7) % 256 : 0);
    }
    CHECK_EQ(call(instance, "f", 5, WICK_OK), want);
    free(t.at);
    world_close(&w);
}

/* struct.new and array.new_fixed of 9,999 and 10,000 operands, all of them references that nobody else holds. */
static void test_operands(wick_engine_kind kind) {
    struct world w;
    struct text t = {NULL, 0, 0};
    wick_instance *instance;
    open_world(&w, kind);
    put(&t, BEGIN " (type $big (struct", 0, 0);
    for (unsigned i = 0; i < 9999; i++) {
        put(&t, "(field (ref $box))", 0, 0);
    }
    put(&t, ")) (func $b (param i32) (result (ref $box)) (struct.new $box (local.get 0)))"
            "(func (export \"f\") (param i32) (result i32) (local $a (ref null $refs)) (local $s (ref null $big))", 0, 0);
    for (unsigned i = 0; i < 10000; i++) {
        put(&t, i == 5000 ? "(call $gc) (call $b (i32.const %u))" : "(call $b (i32.const %u))", i, 0);
    }
    put(&t, "(array.new_fixed $refs 10000) (local.set $a) (call $gc)", 0, 0);
    for (unsigned i = 0; i < 9999; i++) {
        put(&t, i == 5000 ? "(call $gc) (call $b (i32.const %u))" : "(call $b (i32.const %u))", i, 0);
    }
    put(&t, "(struct.new $big) (local.set $s) (call $gc)"
            "(struct.get $box 0 (ref.cast (ref $box) (array.get $refs (local.get $a) (local.get 0))))"
            "(struct.get $box 0 (struct.get $big 9998 (local.get $s))) i32.add"
            "(struct.get $box 0 (struct.get $big 1 (local.get $s))) i32.add))", 0, 0);
    instance = world_instance(&w, "m", t.at);
    CHECK_EQ(call(instance, "f", 9999, WICK_OK), 9999 + 9998 + 1);
    CHECK_EQ(call(instance, "f", 10000, WICK_ERR_oob_array), 0);
    free(t.at);
    world_close(&w);
}

/* 63 supertypes: casts of every level to every level, by ref.test, ref.cast and br_on_cast. */
static void test_depth(wick_engine_kind kind) {
    enum { LEVELS = 64 };
    struct world w;
    struct text t = {NULL, 0, 0};
    wick_instance *instance;
    open_world(&w, kind);
    put(&t, BEGIN " (type $t0 (sub (struct (field i32))))", 0, 0);
    for (unsigned i = 1; i < LEVELS; i++) {
        put(&t, "(type $t%u (sub $t%u (struct (field i32))))", i, i - 1);
    }
    put(&t, "(func $make (param i32) (result (ref $t0))", 0, 0);
    for (unsigned i = 0; i < LEVELS; i++) {
        put(&t, "(if (i32.eq (local.get 0) (i32.const %u)) (then (return (struct.new $t%u (local.get 0)))))", i, i);
    }
    put(&t, "(unreachable)) (func (export \"f\") (param i32) (result i32) (local $o anyref) (local $n i32)"
            "(local.set $o (call $make (local.get 0)))", 0, 0);
    for (unsigned i = 0; i < LEVELS; i++) {
        put(&t, "(local.set $n (i32.add (local.get $n) (ref.test (ref $t%u) (local.get $o))))", i, 0);
        put(&t, "(block $no (result anyref) (br_on_cast_fail $no anyref (ref $t%u) (local.get $o))"
                "(local.set $n (i32.add (local.get $n) (i32.const 100)))) drop", i, 0);
        put(&t, "(block $is (result (ref $t%u)) (drop (br_on_cast $is anyref (ref $t%u) (local.get $o)))"
                "(local.set $n (i32.add (local.get $n) (i32.const 10000))) (call $make (i32.const 63)) ", i, i);
        put(&t, "(ref.cast (ref $t%u))) drop", i, 0);
    }
    put(&t, "(local.get $n)) (func (export \"down\") (param i32) (result i32)"
            "(struct.get $t63 0 (ref.cast (ref $t63) (call $make (local.get 0))))))", 0, 0);
    instance = world_instance(&w, "m", t.at);
    for (uint32_t i = 0; i < LEVELS; i += 3) {
        CHECK_EQ(call(instance, "f", i, WICK_OK), (i + 1) * 101 + (LEVELS - 1 - i) * 10000);
    }
    CHECK_EQ(call(instance, "down", 63, WICK_OK), 63);
    CHECK_EQ(call(instance, "down", 62, WICK_ERR_cast_failure), 0);
    free(t.at);
    world_close(&w);
}

/* A task that is cancelled in the middle of array.new forgets the array: what it instantiates next makes its own. */
static void test_cancel(wick_engine_kind kind) {
    struct world w;
    wick_task *task;
    wick_instance *instance = NULL;
    wick_value arg = i32(100000);
    wick_status status;
    open_world(&w, kind);
    instance = world_instance(&w, "m",
                              BEGIN "(func (export \"f\") (param i32) (result i32)"
                              "  (array.len (array.new $bytes (i32.const 7) (local.get 0)))))");
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    NEED(wick_task_call(task, func_of(instance, "f"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, 5), WICK_YIELDED);
    wick_task_cancel(task);
    instance = NULL;
    NEED(wick_task_link(task, w.linker,
                        world_module(&w, BEGIN "(global $n (export \"n\") (mut i32) (i32.const 0)) (func $s"
                                               "  (global.set $g (array.new $wide (v128.const i64x2 5 6) (i32.const 60000)))"
                                               "  (global.set $n (array.len (ref.cast (ref $wide) (global.get $g)))))"
                                               "(start $s))"),
                        &instance, NULL) == WICK_OK);
    while ((status = wick_task_resume(task, 5)) == WICK_YIELDED) {
    }
    CHECK_EQ(status, WICK_DONE);
    if (status == WICK_DONE) {
        wick_value n;
        wick_global_get(item_of(instance, "n").of.global, &n);
        CHECK_EQ(n.of.i32, 60000);
    }
    wick_task_free(task);
    world_close(&w);
}

int main(void) {
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        test_fields((wick_engine_kind)kind);
        test_operands((wick_engine_kind)kind);
        test_depth((wick_engine_kind)kind);
        test_cancel((wick_engine_kind)kind);
    }
    return test_end("objects at the limits");
}
