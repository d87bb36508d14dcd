/* wide_test.c - frames beyond the reach of 16-bit slots: 50,000 locals, an operand stack of 100,000 values, and every
 * kind of instruction on operands that lie far up. The fast interpreter must agree with the reference. */
#include "test/api/api.h"

struct text {
    char *at;
    size_t size, cap;
};

static void put(struct text *t, const char *s) {
    const size_t n = strlen(s);
    if (t->size + n + 1 > t->cap) {
        t->cap = (t->cap + n) * 2 + 64;
        t->at = realloc(t->at, t->cap);
    }
    memcpy(t->at + t->size, s, n + 1);
    t->size += n;
}

static void put_n(struct text *t, const char *format, uint32_t n) {
    char line[256];
    snprintf(line, sizeof line, format, n, n, n, n);
    put(t, line);
}

/* Runs "run" (i32) on both engines and compares. */
static void both(const char *name, const struct text *t, uint32_t arg, wick_err want) {
    uint64_t results[2] = {0, 0};
    uint64_t fuel[2] = {0, 0};
    wick_err errs[2];
    for (int k = 0; k < 2; k++) {
        struct world w;
        const wick_value value = i32(arg);
        wick_instance *instance;
        wick_func *func;
        wick_task *task = NULL;
        wick_task_options options = {.stack_slots = 400000};
        world_open(&w, k == 0 ? WICK_ENGINE_REF : WICK_ENGINE_FAST);
        instance = world_instance(&w, "m", t->at);
        func = func_of(instance, "run");
        NEED(wick_task_new(w.store, &options, &task) == WICK_OK);
        NEED(wick_task_call(task, func, &value, 1) == WICK_OK);
        while (wick_task_resume(task, 50) == WICK_YIELDED) {
        }
        errs[k] = wick_task_diag(task)->err;
        if (wick_task_result_count(task) == 1) {
            results[k] = wick_task_result(task, 0).of.i64;
        }
        fuel[k] = wick_task_fuel_used(task);
        wick_task_free(task);
        world_close(&w);
    }
    if (errs[0] != want || errs[1] != want || results[0] != results[1] || fuel[0] != fuel[1]) {
        fprintf(stderr, "%s: errors %u %u, results %llu %llu, fuel %llu %llu\n", name, (unsigned)errs[0], (unsigned)errs[1],
                (unsigned long long)results[0], (unsigned long long)results[1], (unsigned long long)fuel[0],
                (unsigned long long)fuel[1]);
    }
    CHECK(errs[0] == want && errs[1] == want);
    CHECK(results[0] == results[1] && fuel[0] == fuel[1]);
}

static const char head[] =
    "(module (memory 2) (table 4 funcref) (elem (i32.const 0) $id $two) (global $g (mut i64) (i64.const 5))\n"
    "(type $t (func (param i32) (result i32)))\n"
    "(func $id (param i32) (result i32) (i32.add (local.get 0) (i32.const 7)))\n"
    "(func $two (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))\n"
    "(func $pair (param i32 i64) (result i64 i32) (i64.add (local.get 1) (i64.const 9)) (local.get 0))\n";

static void many_locals(void) {
    struct text t = {NULL, 0, 0};
    put(&t, head);
    put(&t, "(func $run (export \"run\") (param i32) (result i64) (local");
    for (int i = 0; i < 24990; i++) {
        put(&t, " i32");
    }
    for (int i = 0; i < 12500; i++) {
        put(&t, " i64 f64");
    }
    put(&t, ")\n");
    /* i32 locals 1.., i64 locals 24991 + 2k, f64 locals 24992 + 2k */
    put(&t, "(loop $l\n");
    for (uint32_t i = 1; i < 24990; i += 997) {
        put_n(&t, "(local.set %u (i32.add (i32.mul (local.get 0) (i32.const %u)) (i32.const 3)))\n", i);
        put_n(&t, "(i32.store8 offset=%u (i32.and (local.get %u) (i32.const 1023)) (local.get %u))\n", i);
    }
    for (uint32_t i = 24991; i < 49980; i += 1994) {
        put_n(&t, "(local.set %u (i64.xor (i64.extend_i32_u (local.get 0)) (i64.const %u)))\n", i);
        put_n(&t, "(global.set $g (i64.add (global.get $g) (local.get %u)))\n", i);
    }
    for (uint32_t i = 24992; i < 49980; i += 1994) {
        put_n(&t, "(local.set %u (f64.div (f64.convert_i32_s (local.get 0)) (f64.const %u)))\n", i);
        put_n(&t, "(f64.store offset=40000 (i32.const %u) (f64.add (local.get %u) (f64.sqrt (local.get %u))))\n", i);
        put_n(&t, "(global.set $g (i64.add (i64.reinterpret_f64 (f64.load offset=40000 (i32.const %u))) (global.get $g)))\n",
              i);
        put_n(&t, "(if (f64.lt (local.get %u) (f64.const 3)) (then (local.set %u (f64.const 1)))"
                  " (else (local.set %u (f64.neg (local.get %u)))))\n", i);
    }
    /* calls, select, tables, blocks with results, with far operands */
    put(&t, "(local.set 24000 (call $id (local.get 998)))\n"
            "(local.set 24001 (call_indirect (type $t) (local.get 24000) (i32.and (local.get 0) (i32.const 1))))\n"
            "(local.set 24002 (select (local.get 24000) (local.get 24001) (local.get 23929)))\n"
            "(local.set 24003 (select (local.get 24000) (local.get 24001) (i32.lt_u (local.get 24002) (local.get 1))))\n"
            "(local.set 24004 (block $a (result i32) (block $b (result i32) (block $c (result i32)\n"
            "  (local.get 24003) (br_table $a $b $c (i32.and (local.get 24002) (i32.const 3))))\n"
            "  (i32.const 1) (i32.add)) (local.tee 24005) (drop (i32.const 2)) (local.get 24001) (i32.sub)))\n"
            "(call $pair (local.get 24004) (local.get 26985)) (local.set 24006) (local.set 26987)\n"
            "(local.set 24007 (i32.rem_u (local.get 24006) (i32.add (local.get 24006) (i32.const 1))))\n"
            "(memory.copy (i32.const 70000) (local.get 24007) (i32.const 100))\n"
            "(global.set $g (i64.add (global.get $g) (i64.add (local.get 26987) (i64.load32_u (i32.const 70010)))))\n"
            "(global.set $g (i64.rotl (global.get $g) (i64.extend_i32_s (local.get 24005))))\n"
            "(i64.add128 (local.get 26985) (local.get 0) (i64.extend_i32_u) (i64.const -1) (local.get 26987))\n"
            "(local.set 26989) (local.set 26991)\n"
            "(i64.sub128 (local.get 26989) (i64.const 1) (local.get 26991) (local.get 26987))\n"
            "(i64.mul_wide_s) (local.set 26993) (i64.mul_wide_u (local.get 26993))\n"
            "(global.set $g (i64.add (global.get $g))) (global.set $g (i64.xor (global.get $g)))\n"
            "(br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))\n"
            "(i64.add (global.get $g) (i64.extend_i32_u (i32.add (local.get 24004) (local.get 24006)))))\n)");
    both("50,000 locals", &t, 40, WICK_OK);
    free(t.at);
}

static void many_operands(void) {
    struct text t = {NULL, 0, 0};
    put(&t, head);
    put(&t, "(func $run (export \"run\") (param i32) (result i64) (local i64)\n");
    for (uint32_t i = 0; i < 100000; i++) {
        if (i % 5 == 0) {
            put_n(&t, "(i32.const %u)", i);
        } else if (i % 5 == 1) {
            put(&t, "local.get 0 ");
        } else if (i % 5 == 2) {
            put(&t, "(call $id (local.get 0))");
        } else if (i % 5 == 3) {
            put(&t, "(i32.add (local.get 0) (i32.const 12))");
        } else {
            put(&t, "(i32.load8_u (i32.mul (local.get 0) (i32.const 3)))");
        }
    }
    put(&t, "(block (br_if 0 (local.get 0)) (local.set 0 (i32.const 5)))\n");
    put(&t, "(if (param i32 i32) (result i32) (local.get 0) (then (i32.sub)) (else (i32.xor)))\n");
    for (uint32_t i = 0; i < 99998; i++) {
        put(&t, i % 3 == 0 ? "i32.add " : i % 3 == 1 ? "i32.xor " : "i32.sub ");
    }
    put(&t, "i64.extend_i32_u)\n)");
    both("100,000 operands", &t, 3, WICK_OK);
    both("100,000 operands, other way", &t, 0, WICK_OK);
    free(t.at);
}

/* Recursion with wide frames: both stop at the same depth. */
static void wide_recursion(void) {
    struct text t = {NULL, 0, 0};
    put(&t, "(module (global $depth (mut i32) (i32.const 0)) (func $run (export \"run\") (param i32) (result i64) (local");
    for (int i = 0; i < 40000; i++) {
        put(&t, " i64");
    }
    put(&t, ") (local.set 40000 (i64.extend_i32_u (local.get 0)))\n"
            "(if (result i64) (local.get 0)"
            " (then (i64.add (local.get 40000) (call $run (i32.sub (local.get 0) (i32.const 1)))))"
            " (else (local.get 39999)))))");
    both("recursion that fits", &t, 8, WICK_OK);
    both("recursion that does not", &t, 9, WICK_ERR_stack);
    free(t.at);
}

/* 50,000 vectors as locals: 100,000 slots, in a function that calls itself, throws out of such frames, makes objects in
 * them and leaves one for another by a tail call. */
static void many_vectors(void) {
    struct text t = {NULL, 0, 0};
    put(&t, "(module (memory 1) (global $v (mut v128) (v128.const i64x2 1 2)) (tag $e (param i32 v128))\n"
            "(type $s (struct (field (mut i64)) (field (mut (ref null $s))))) (type $a (array (mut i32)))\n"
            "(type $f (func (param i32 v128) (result v128)))\n"
            "(table 2 (ref null $f)) (elem (i32.const 0) (ref null $f) (ref.func $deep) (ref.func $plain))\n"
            "(func $plain (type $f) (i32x4.add (local.get 1) (i32x4.splat (local.get 0))))\n"
            "(func $deep (type $f) (local");
    for (int i = 0; i < 49990; i++) {
        put(&t, " v128");
    }
    /* 49992 i32, 49993 i64, 49994 (ref null $s), 49995 (ref null $a), 49996 exnref, 49997 f64 */
    put(&t, " i32 i64 (ref null $s) (ref null $a) exnref f64)\n");
    for (uint32_t i = 2; i < 49992; i += 1999) {
        put_n(&t, "(local.set %u (i64x2.add (local.get 1) (i32x4.splat (i32.add (local.get 0) (i32.const %u)))))\n", i);
        put_n(&t, "(v128.store offset=%u (i32.const 0) (local.get %u))\n", i);
        put_n(&t, "(local.set %u (i8x16.swizzle (v128.load offset=%u (i32.const 0)) (local.get 1)))\n", i);
        put_n(&t, "(global.set $v (v128.xor (global.get $v) (local.get %u)))\n", i);
        put_n(&t, "(local.set 49992 (i32.add (local.get 49992) (i32x4.extract_lane 2 (local.get %u))))\n", i);
        put_n(&t, "(local.set %u (select (local.get %u) (global.get $v) (i8x16.all_true (local.get %u))))\n", i);
        put_n(&t, "(local.set %u (v128.bitselect (local.get %u) (local.get 1) (global.get $v)))\n", i);
        put_n(&t, "(local.set %u (i64x2.replace_lane 1 (local.get %u) (i64.extend_i32_u (local.get 49992))))\n", i);
        put_n(&t, "(local.set %u (i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31 (local.get %u) (global.get $v)))\n",
              i);
        put_n(&t, "(v128.store16_lane offset=64 3 (i32.const 8) (local.get %u))\n", i);
        put_n(&t, "(local.set %u (v128.load8_lane offset=65 1 (i32.const 8) (local.get %u)))\n", i);
    }
    put(&t, "(local.set 49997 (f64.convert_i32_s (local.get 49992)))\n"
            "(local.set 49994 (struct.new $s (i64.extend_i32_u (local.get 0)) (local.get 49994)))\n"
            "(struct.set $s 1 (local.get 49994) (struct.new $s (i64.const 9) (local.get 49994)))\n"
            "(local.set 49993 (struct.get $s 0 (struct.get $s 1 (struct.get $s 1 (local.get 49994)))))\n"
            "(local.set 49995 (array.new $a (local.get 49992) (i32.const 6)))\n"
            "(array.set $a (local.get 49995) (i32.const 3) (i32.wrap_i64 (local.get 49993)))\n"
            "(local.set 49992 (i32.add (local.get 49992) (array.get $a (local.get 49995) (local.get 0))))\n"
            "(local.set 49992 (i32.add (local.get 49992) (ref.test (ref $a) (local.get 49995))))\n"
            "(local.set 49992 (i32.add (local.get 49992) (i31.get_s (ref.i31 (local.get 49992)))))\n"
            /* a throw of a far vector, caught here with its reference, and thrown again */
            "(block $c (result i32 v128 exnref) (try_table (result i32 v128 exnref) (catch_ref $e $c)\n"
            "  (throw $e (local.get 49992) (local.get 3999))))\n"
            "(local.set 49996) (local.set 40001) (local.set 49992)\n"
            "(block $d (result i32 v128) (try_table (result i32 v128) (catch $e $d) (throw_ref (local.get 49996))))\n"
            "(local.set 40003) (drop)\n"
            "(global.set $v (i64x2.add (global.get $v) (i64x2.add (local.get 40001) (local.get 40003))))\n"
            /* down, by a call and then by tail calls; the bottom throws through all frames above */
            "(if (i32.eqz (local.get 0)) (then (throw $e (i32.const 77) (local.get 40003))))\n"
            "(if (i32.eq (local.get 0) (i32.const 3)) (then (return (call $deep (i32.const 2) (local.get 40003)))))\n"
            "(if (i32.eq (local.get 0) (i32.const 2)) (then\n"
            "  (return_call_indirect (type $f) (i32.sub (local.get 0) (i32.const 1)) (local.get 40001) (i32.const 0))))\n"
            "(if (i32.eq (local.get 0) (i32.const 5)) (then\n"
            "  (return_call_ref $f (local.get 49992) (local.get 40001) (table.get (i32.const 1)))))\n"
            "(return_call $deep (i32.sub (local.get 0) (i32.const 1)) (local.get 40003)))\n"
            "(func $run (export \"run\") (param i32) (result i64) (local v128)\n"
            "(local.set 1 (block $c (result i32 v128) (try_table (catch $e $c)\n"
            "  (local.set 1 (call $deep (local.get 0) (v128.const i32x4 3 4 5 6)))) (i32.const 1) (local.get 1)))\n"
            "(global.set $v (v128.xor (global.get $v) (local.get 1))) (i64.extend_i32_u)\n"
            "(i64.add (i64x2.extract_lane 0 (global.get $v))) (i64.xor (i64x2.extract_lane 1 (global.get $v)))))");
    both("vectors that are thrown", &t, 3, WICK_OK);
    both("vectors that are thrown from the first frame", &t, 0, WICK_OK);
    both("vectors that come back", &t, 5, WICK_OK);
    both("vectors, tail calls", &t, 2, WICK_OK);
    free(t.at);
}

int main(void) {
    many_vectors();
    many_locals();
    many_operands();
    wide_recursion();
    return test_end("wide_test");
}
