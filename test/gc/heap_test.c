/* heap_test.c - the heap of a store: what is reachable stays as it was, what is not goes, in both interpreters. */
#include "test/api/api.h"

/* Stress builds collect at every allocation: what makes much is left out, or makes little. */
#if WICK_STRESS_GC_EACH_ALLOC
#define FEW 20u
#define FAILING_NODES 100u
#define FAILING_CALL "string"
#else
#define FEW 2000u
#define FAILING_NODES 50000u
#define FAILING_CALL "trees"
#endif
#ifdef WICK_TEST_SMALL /* emulated CPUs */
#define LIST_NODES 200000u
#define ROUNDS 20u
#else
#define LIST_NODES 10000000u
#define ROUNDS 100u
#endif

static const char *const lab_text =
    "(module"
    "  (import \"host\" \"gc\" (func $gc))"
    "  (import \"host\" \"maybe\" (func $maybe (param externref)))"
    "  (rec (type $node (sub (struct (field (mut (ref null $node))) (field (mut i64))))))"
    "  (rec (type $tree (struct (field (mut (ref null $tree))) (field (mut (ref null $tree))))))"
    "  (rec (type $ring (struct (field (mut (ref null $ring))) (field (mut (ref null $ring))))))"
    "  (type $a8 (array (mut i8))) (type $a16 (array (mut i16))) (type $a32 (array (mut i32)))"
    "  (type $a64 (array (mut i64))) (type $a128 (array (mut v128))) (type $aref (array (mut anyref)))"
    "  (type $box (struct (field (mut i32))))"
    "  (type $mixed (struct (field i8) (field (mut (ref null $box))) (field i16) (field (mut anyref)) (field v128)"
    "     (field (mut externref)) (field f32) (field (ref null $box))))"
    "  (tag $e (param i32 (ref $box) i64)) (tag $x (param anyref))"
    "  (global $list (mut (ref null $node)) (ref.null $node))"
    "  (global $any (mut anyref) (ref.null any))"
    "  (global $exn (mut exnref) (ref.null exn))"
    "  (global $const (ref $box) (struct.new $box (i32.const 4242)))"
    "  (table $t (export \"t\") 2000 anyref)"
    "  (table $ext (export \"ext\") 10 externref)"
    "  (elem $passive (ref $box) (item (struct.new $box (i32.const 71))) (item (struct.new $box (i32.const 72))))"
    "  (func $churn (export \"churn\") (param $n i32)" /* garbage over whatever is free */
    "    (loop $l"
    "      (drop (struct.new $box (i32.const -1)))"
    "      (drop (struct.new $node (ref.null $node) (i64.const -1)))"
    "      (drop (array.new $a8 (i32.const 0x5a) (i32.and (local.get $n) (i32.const 511))))"
    "      (drop (array.new $aref (ref.i31 (i32.const 7)) (i32.and (local.get $n) (i32.const 63))))"
    "      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"
    "  (func $stir (call $gc) (call $churn (i32.const 100)) (call $gc) (call $churn (i32.const 100)))"
    "  (func $box (param i32) (result (ref $box)) (struct.new $box (local.get 0)))"
    /* -- where a reference may be, and nowhere else */
    "  (func (export \"in_local\") (result i32) (local $b (ref null $box))"
    "    (local.set $b (call $box (i32.const 11))) (call $stir) (struct.get $box 0 (local.get $b)))"
    "  (func (export \"in_operand\") (result i32)"
    "    (call $box (i32.const 12)) (call $stir) (struct.get $box 0))"
    "  (func $sum3 (param (ref $box) i32 (ref $box)) (result i32)"
    "    (call $stir) (i32.add (struct.get $box 0 (local.get 0)) (struct.get $box 0 (local.get 2))))"
    "  (func (export \"in_argument\") (result i32)"
    "    (i32.add (call $sum3 (call $box (i32.const 6)) (i32.const 0) (call $box (i32.const 6)))"
    "             (call $sum3 (call $box (i32.const 0)) (i32.const 0) (call $box (i32.const 1)))))"
    "  (func $pass (param (ref $box)) (result (ref $box)) (call $gc) (local.get 0))"
    "  (func (export \"in_result\") (result i32) (struct.get $box 0 (call $pass (call $pass (call $box (i32.const 14))))))"
    "  (func (export \"in_global\") (result i32)"
    "    (global.set $any (call $box (i32.const 15))) (call $stir)"
    "    (struct.get $box 0 (ref.cast (ref $box) (global.get $any))))"
    "  (func (export \"in_const\") (result i32) (call $stir) (struct.get $box 0 (global.get $const)))"
    "  (func (export \"in_table\") (result i32)"
    "    (table.set $t (i32.const 7) (call $box (i32.const 16))) (call $stir)"
    "    (struct.get $box 0 (ref.cast (ref $box) (table.get $t (i32.const 7)))))"
    "  (func (export \"in_segment\") (result i32) (local $a (ref null $aref))"
    "    (call $stir)"
    "    (table.init $t $passive (i32.const 0) (i32.const 0) (i32.const 2))"
    "    (call $stir)"
    "    (local.set $a (array.new_elem $aref $passive (i32.const 0) (i32.const 2)))"
    "    (table.fill $t (i32.const 0) (ref.null any) (i32.const 2)) (call $stir)"
    "    (i32.add (struct.get $box 0 (ref.cast (ref $box) (array.get $aref (local.get $a) (i32.const 0))))"
    "             (struct.get $box 0 (ref.cast (ref $box) (array.get $aref (local.get $a) (i32.const 1))))))"
    "  (func (export \"in_exception\") (result i32)"
    "    (block $h (result i32 (ref $box) i64 exnref)"
    "      (try_table (catch_ref $e $h)"
    "        (throw $e (i32.const 1) (call $box (i32.const 18)) (i64.const 5)))"
    "      (unreachable))"
    "    (global.set $exn) drop drop drop (call $stir)"
    "    (block $h (result i32 (ref $box) i64)"
    "      (try_table (catch $e $h) (throw_ref (global.get $exn)))"
    "      (unreachable))"
    "    drop (struct.get $box 0) (i32.sub (i32.const 1)) i32.add)"
    "  (func (export \"in_fields\") (result i32) (local $m (ref null $mixed))"
    "    (local.set $m (struct.new $mixed (i32.const -1) (call $box (i32.const 20)) (i32.const 0xffff)"
    "      (array.new $aref (call $box (i32.const 30)) (i32.const 3)) (v128.const i64x2 -1 -1)"
    "      (extern.convert_any (call $box (i32.const 40))) (f32.const -nan) (call $box (i32.const 50))))"
    "    (call $stir)"
    "    (struct.set $mixed 1 (local.get $m) (struct.new $box"
    "      (i32.add (struct.get $box 0 (struct.get $mixed 1 (local.get $m))) (i32.const 1))))"
    "    (call $stir)"
    "    (struct.get $box 0 (struct.get $mixed 1 (local.get $m)))"
    "    (struct.get $box 0 (ref.cast (ref $box) (array.get $aref (ref.cast (ref $aref)"
    "      (struct.get $mixed 3 (local.get $m))) (i32.const 2)))) i32.add"
    "    (struct.get $box 0 (ref.cast (ref $box) (any.convert_extern (struct.get $mixed 5 (local.get $m))))) i32.add"
    "    (struct.get $box 0 (struct.get $mixed 7 (local.get $m))) i32.add)"
    /* -- lists, trees, rings */
    "  (func (export \"list\") (param $n i64)"
    "    (global.set $list (ref.null $node))"
    "    (loop $l"
    "      (global.set $list (struct.new $node (global.get $list) (local.get $n)))"
    "      (br_if $l (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1))) (i64.const 0)))))"
    "  (func (export \"list_sum\") (result i64) (local $at (ref null $node)) (local $sum i64)"
    "    (local.set $at (global.get $list))"
    "    (block $end (loop $l"
    "      (br_if $end (ref.is_null (local.get $at)))"
    "      (local.set $sum (i64.add (local.get $sum) (struct.get $node 1 (local.get $at))))"
    "      (local.set $at (struct.get $node 0 (local.get $at))) (br $l)))"
    "    (local.get $sum))"
    "  (func (export \"drop\") (global.set $list (ref.null $node)) (global.set $any (ref.null any))"
    "    (global.set $exn (ref.null exn))"
    "    (table.fill $t (i32.const 0) (ref.null any) (i32.const 2000))"
    "    (table.fill $ext (i32.const 0) (ref.null extern) (i32.const 10)))"
    "  (func (export \"grow\") (loop $l"
    "      (global.set $list (struct.new $node (global.get $list) (i64.const 1))) (br $l)))"
    "  (func $tree (param $d i32) (result (ref $tree))"
    "    (if (result (ref $tree)) (local.get $d)"
    "      (then (struct.new $tree (call $tree (i32.sub (local.get $d) (i32.const 1)))"
    "                              (call $tree (i32.sub (local.get $d) (i32.const 1)))))"
    "      (else (struct.new_default $tree))))"
    "  (func $count (param $t (ref null $tree)) (result i32)"
    "    (if (result i32) (ref.is_null (local.get $t)) (then (i32.const 0))"
    "      (else (i32.add (i32.const 1) (i32.add (call $count (struct.get $tree 0 (local.get $t)))"
    "                                            (call $count (struct.get $tree 1 (local.get $t))))))))"
    "  (func (export \"trees\") (param $n i32) (result i32) (local $long (ref null $tree)) (local $sum i32)"
    "    (local.set $long (call $tree (i32.const 12)))"
    "    (loop $l"
    "      (local.set $sum (i32.add (local.get $sum) (call $count (call $tree (i32.const 10)))))"
    "      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
    "    (i32.add (local.get $sum) (call $count (local.get $long))))"
    "  (func (export \"queue\") (param $n i32) (result i64) (local $head (ref null $node)) (local $tail (ref null $node))"
    "    (local $i i32)"
    "    (local.set $head (struct.new $node (ref.null $node) (i64.const 0))) (local.set $tail (local.get $head))"
    "    (loop $l"
    "      (struct.set $node 0 (local.get $tail) (struct.new $node (ref.null $node) (i64.extend_i32_u (local.get $i))))"
    "      (local.set $tail (struct.get $node 0 (local.get $tail)))"
    "      (if (i32.gt_u (local.get $i) (i32.const 5000))"
    "        (then (local.set $head (struct.get $node 0 (local.get $head)))))"
    "      (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))"
    "    (i64.sub (struct.get $node 1 (local.get $tail)) (struct.get $node 1 (local.get $head))))"
    "  (func (export \"rings\") (param $n i32) (local $r (ref null $ring))"
    "    (loop $l"
    "      (local.set $r (struct.new_default $ring))"
    "      (struct.set $ring 0 (local.get $r) (local.get $r))"
    "      (struct.set $ring 1 (local.get $r) (struct.new $ring (local.get $r) (local.get $r)))"
    "      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"
    "  (func (export \"string\") (param $n i32) (result i32) (local $s (ref null $a8)) (local $next (ref null $a8))"
    "    (local $i i32)"
    "    (local.set $s (array.new_default $a8 (i32.const 0)))"
    "    (loop $l"
    "      (local.set $next (array.new_default $a8 (i32.add (local.get $i) (i32.const 1))))"
    "      (array.copy $a8 $a8 (local.get $next) (i32.const 0) (local.get $s) (i32.const 0) (local.get $i))"
    "      (array.set $a8 (local.get $next) (local.get $i) (local.get $i))"
    "      (local.set $s (local.get $next))"
    "      (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))"
    "    (local.set $n (i32.const 0))"
    "    (loop $l"
    "      (local.set $i (i32.sub (local.get $i) (i32.const 1)))"
    "      (local.set $n (i32.add (local.get $n) (i32.eq (array.get_u $a8 (local.get $s) (local.get $i))"
    "                                                    (i32.and (local.get $i) (i32.const 255)))))"
    "      (br_if $l (local.get $i)))"
    "    (local.get $n))"
    /* -- arrays of every width: n elements whose last is 77, in table entry `at` */
    "  (func (export \"arrays\") (param $at i32) (param $n i32) (local $k i32)"
    "    (local.set $k (i32.sub (local.get $n) (i32.const 1)))"
    "    (table.set $t (local.get $at) (array.new $a8 (i32.const 77) (local.get $n)))"
    "    (table.set $t (i32.add (local.get $at) (i32.const 1)) (array.new $a16 (i32.const 777) (local.get $n)))"
    "    (table.set $t (i32.add (local.get $at) (i32.const 2)) (array.new $a32 (i32.const 77777) (local.get $n)))"
    "    (table.set $t (i32.add (local.get $at) (i32.const 3)) (array.new $a64 (i64.const -77) (local.get $n)))"
    "    (table.set $t (i32.add (local.get $at) (i32.const 4)) (array.new $a128 (v128.const i64x2 3 -77) (local.get $n)))"
    "    (table.set $t (i32.add (local.get $at) (i32.const 5)) (array.new $aref (call $box (i32.const 77)) (local.get $n))))"
    "  (func (export \"arrays_hold\") (param $at i32) (param $n i32) (result i32) (local $k i32)"
    "    (local.set $k (i32.sub (local.get $n) (i32.const 1)))"
    "    (i32.eq (array.get_u $a8 (ref.cast (ref $a8) (table.get $t (local.get $at))) (local.get $k)) (i32.const 77))"
    "    (i32.eq (array.get_u $a16 (ref.cast (ref $a16) (table.get $t (i32.add (local.get $at) (i32.const 1))))"
    "      (local.get $k)) (i32.const 777)) i32.add"
    "    (i32.eq (array.get $a32 (ref.cast (ref $a32) (table.get $t (i32.add (local.get $at) (i32.const 2))))"
    "      (local.get $k)) (i32.const 77777)) i32.add"
    "    (i64.eq (array.get $a64 (ref.cast (ref $a64) (table.get $t (i32.add (local.get $at) (i32.const 3))))"
    "      (local.get $k)) (i64.const -77)) i32.add"
    "    (i64.eq (i64x2.extract_lane 1 (array.get $a128 (ref.cast (ref $a128) (table.get $t"
    "      (i32.add (local.get $at) (i32.const 4)))) (local.get $k))) (i64.const -77)) i32.add"
    "    (i32.eq (struct.get $box 0 (ref.cast (ref $box) (array.get $aref (ref.cast (ref $aref) (table.get $t"
    "      (i32.add (local.get $at) (i32.const 5)))) (local.get $k)))) (i32.const 77)) i32.add"
    "    (i32.eq (array.len (ref.cast (ref array) (table.get $t (i32.add (local.get $at) (i32.const 3))))) (local.get $n))"
    "    i32.add)"
    "  (func (export \"huge\") (param i32) (drop (array.new_default $a128 (local.get 0))))"
    "  (func (export \"number\") (param i64) (result i64) (call $stir) (local.get 0))"
    "  (func (export \"make\") (param i32) (result anyref) (call $box (local.get 0)))"
    "  (func (export \"read\") (param anyref) (result i32) (struct.get $box 0 (ref.cast (ref $box) (local.get 0))))"
    "  (func (export \"throws\") (param i32) (throw $x (call $box (local.get 0))))"
    "  (func (export \"wrap\") (param externref) (result anyref)"
    "    (array.new_fixed $aref 2 (ref.null any) (any.convert_extern (local.get 0))))"
    "  (func (export \"unwrap\") (param anyref) (result externref)"
    "    (extern.convert_any (array.get $aref (ref.cast (ref $aref) (local.get 0)) (i32.const 1))))"
    ")";

/* ---- a store with it --------------------------------------------------------------------------------------------- */

struct lab {
    struct world w;
    wick_instance *instance;
};

static wick_host_result host_gc(wick_call *call, void *user) {
    (void)user;
    CHECK_EQ(wick_store_collect(wick_call_store(call)), WICK_OK);
    return WICK_HOST_OK;
}
static wick_host_result host_maybe(wick_call *call, void *user) {
    (void)call, (void)user;
    return WICK_HOST_OK;
}

static int finalized;
static void finalize(void *object) {
    finalized += *(const int *)object;
}

static wick_err lab_fill(struct lab *lab, wick_module *module) {
    wick_err err = wick_linker_func(lab->w.linker, "host", "gc", ":", host_gc, NULL);
    if (err == WICK_OK) {
        err = wick_linker_func(lab->w.linker, "host", "maybe", "r:", host_maybe, NULL);
    }
    return err != WICK_OK ? err : wick_linker_instantiate(lab->w.linker, module, &lab->instance, NULL);
}

static void lab_open(struct lab *lab, wick_engine_kind kind, uint64_t quota) {
    wick_store_options options = {.quota = quota};
    world_open(&lab->w, kind);
    wick_linker_free(lab->w.linker);
    wick_store_free(lab->w.store);
    NEED(wick_store_new(lab->w.engine, &options, &lab->w.store) == WICK_OK);
    NEED(wick_linker_new(lab->w.store, &lab->w.linker) == WICK_OK);
    NEED(lab_fill(lab, world_module(&lab->w, lab_text)) == WICK_OK);
}

static wick_err lab_call(struct lab *lab, const char *name, const wick_value *args, size_t n_args, wick_value *result) {
    wick_value none[1];
    wick_functype type;
    wick_func *func = func_of(lab->instance, name);
    wick_func_type(func, &type);
    return wick_func_call(func, args, n_args, result != NULL ? result : none, type.n_results, NULL);
}

static uint32_t lab_i32(struct lab *lab, const char *name) {
    wick_value result = i32(0);
    CHECK_EQ(lab_call(lab, name, NULL, 0, &result), WICK_OK);
    return result.of.i32;
}

static wick_heap_stats lab_stats(const struct lab *lab) {
    wick_heap_stats stats;
    wick_store_heap_stats(lab->w.store, &stats);
    return stats;
}

/* Bytes that are alive after a full collection. */
static uint64_t lab_live(struct lab *lab) {
    CHECK_EQ(wick_store_collect(lab->w.store), WICK_OK);
    return lab_stats(lab).live;
}

/* ---- roots ------------------------------------------------------------------------------------------------------- */

static void test_places(struct lab *lab) {
    CHECK_EQ(lab_i32(lab, "in_local"), 11);
    CHECK_EQ(lab_i32(lab, "in_operand"), 12);
    CHECK_EQ(lab_i32(lab, "in_argument"), 13);
    CHECK_EQ(lab_i32(lab, "in_result"), 14);
    CHECK_EQ(lab_i32(lab, "in_global"), 15);
    CHECK_EQ(lab_i32(lab, "in_const"), 4242);
    CHECK_EQ(lab_i32(lab, "in_table"), 16);
    CHECK_EQ(lab_i32(lab, "in_segment"), 143);
    CHECK_EQ(lab_i32(lab, "in_exception"), 18);
    CHECK_EQ(lab_i32(lab, "in_fields"), 141);
}

/* What the host holds: by a root, as a result of a task, as the exception that a task ended with. */
static void test_host(struct lab *lab) {
    wick_value args[1] = {i32(99)}, result = i32(0);
    wick_func *make = func_of(lab->instance, "make"), *throws = func_of(lab->instance, "throws");
    wick_task *task, *thrower;
    wick_root root;
    CHECK_EQ(lab_call(lab, "make", args, 1, &result), WICK_OK);
    wick_root_add(lab->w.store, &root, result.of.ref);
    NEED(wick_task_new(lab->w.store, NULL, &task) == WICK_OK);
    NEED(wick_task_new(lab->w.store, NULL, &thrower) == WICK_OK);
    args[0] = i32(98);
    CHECK_EQ(wick_task_call(task, make, args, 1), WICK_OK);
    CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_DONE);
    args[0] = i32(97);
    CHECK_EQ(wick_task_call(thrower, throws, args, 1), WICK_OK);
    CHECK_EQ(wick_task_resume(thrower, WICK_FUEL_UNLIMITED), WICK_THREW);
    (void)lab_i32(lab, "in_local");
    args[0] = ref_value(WICK_REF_NULL(WICK_HEAP_any), root.ref);
    CHECK_EQ(lab_call(lab, "read", args, 1, &result), WICK_OK);
    CHECK_EQ(result.of.i32, 99);
    args[0] = wick_task_result(task, 0);
    CHECK_EQ(lab_call(lab, "read", args, 1, &result), WICK_OK);
    CHECK_EQ(result.of.i32, 98);
    wick_exception_arg(wick_task_exception(thrower), 0, &args[0]);
    CHECK_EQ(lab_call(lab, "read", args, 1, &result), WICK_OK);
    CHECK_EQ(result.of.i32, 97);
    wick_root_remove(&root);
    wick_task_free(task);
    wick_task_free(thrower);
}

/* References of the host die when nothing refers to them, and not before. */
static void test_finalizers(struct lab *lab) {
    static int one = 1, ten = 10, hundred = 100, thousand = 1000;
    const wick_valtype any = WICK_REF_NULL(WICK_HEAP_any);
    wick_root root, wrapped;
    wick_value arg, result;
    wick_ref ref;
    wick_table *table = item_of(lab->instance, "ext").of.table;
    finalized = 0;
    NEED(wick_ref_new(lab->w.store, &one, finalize, &ref) == WICK_OK);
    NEED(wick_ref_new(lab->w.store, &ten, finalize, &ref) == WICK_OK);
    wick_root_add(lab->w.store, &root, ref);
    NEED(wick_ref_new(lab->w.store, &hundred, finalize, &ref) == WICK_OK);
    CHECK_EQ(wick_table_set(table, 3, ref), WICK_OK);
    NEED(wick_ref_new(lab->w.store, &thousand, finalize, &ref) == WICK_OK);
    arg = ref_value(WICK_EXTERNREF, ref);
    CHECK_EQ(lab_call(lab, "wrap", &arg, 1, &result), WICK_OK);
    wick_root_add(lab->w.store, &wrapped, result.of.ref);
    CHECK_EQ(wick_store_collect(lab->w.store), WICK_OK);
    CHECK_EQ(finalized, 1);
    CHECK(wick_ref_object(root.ref) == &ten);
    CHECK_EQ(wick_table_get(table, 3, &ref), WICK_OK);
    CHECK(wick_ref_object(ref) == &hundred);
    arg = ref_value(any, wrapped.ref);
    CHECK_EQ(lab_call(lab, "unwrap", &arg, 1, &result), WICK_OK);
    CHECK(wick_ref_object(result.of.ref) == &thousand);
    wick_root_remove(&wrapped);
    CHECK_EQ(wick_store_collect(lab->w.store), WICK_OK);
    CHECK_EQ(finalized, 1001);
    CHECK_EQ(wick_table_set(table, 3, 0), WICK_OK);
    CHECK_EQ(wick_store_collect(lab->w.store), WICK_OK);
    CHECK_EQ(finalized, 1101);
    wick_root_remove(&root); /* its finalizer is called when something collects, or the store goes */
}

/* Numbers of every kind where references may be; one that is an object's address keeps the object, which is all it may do. */
static void test_false_pointers(struct lab *lab) {
    wick_value arg = i32(5), result = i64(0);
    wick_root root;
    uint64_t seed = 88172645463325252u;
    CHECK_EQ(lab_call(lab, "make", &arg, 1, &result), WICK_OK);
    wick_root_add(lab->w.store, &root, result.of.ref);
    for (uint32_t i = 0; i < 64; i += FEW > 64 ? 1 : 7) {
        arg = i64((UINT64_C(1) << i) | (i & 3));
        CHECK_EQ(lab_call(lab, "number", &arg, 1, &result), WICK_OK);
        arg = i64(0 - (UINT64_C(1) << i) + 2);
        CHECK_EQ(lab_call(lab, "number", &arg, 1, &result), WICK_OK);
    }
    for (uint32_t i = 0; i < FEW; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        /* around the object: all of its block, of its region and beyond; misaligned */
        arg = i64(root.ref + (seed & ((UINT64_C(1) << (seed >> 59)) - 1)) - (seed >> 62) * 40000);
        CHECK_EQ(lab_call(lab, "number", &arg, 1, &result), WICK_OK);
        CHECK_EQ(result.of.i64, arg.of.i64);
    }
    wick_root_remove(&root);
}

/* ---- sizes ------------------------------------------------------------------------------------------------------- */

static void test_arrays(struct lab *lab) {
    static const uint32_t sizes[] = {1,  2,   3,   4,   5,   7,    8,    9,    15,   16,   17,   31,   33,   60,    100,
                                     127, 200, 250, 253, 255, 400,  507,  509,  511,  700,  1015, 1016, 1017, 1020,  1024,
                                     1500, 2033, 2048, 4000, 8120, 8128, 8136, 9000, 16270, 16300, 65536, 70000, 200000};
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            wick_value args[2] = {i32(i * 6), i32(sizes[(i + (uint32_t)round * 7) % (sizeof sizes / sizeof *sizes)])};
            CHECK_EQ(lab_call(lab, "arrays", args, 2, NULL), WICK_OK);
        }
        (void)lab_i32(lab, "in_local");
        for (uint32_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            wick_value args[2] = {i32(i * 6), i32(sizes[(i + (uint32_t)round * 7) % (sizeof sizes / sizeof *sizes)])};
            wick_value result = i32(0);
            CHECK_EQ(lab_call(lab, "arrays_hold", args, 2, &result), WICK_OK);
            CHECK_EQ(result.of.i32, 7);
        }
    }
    CHECK_EQ(lab_call(lab, "drop", NULL, 0, NULL), WICK_OK);
}

/* Lengths whose bytes do not fit anywhere. */
static void test_huge(struct lab *lab) {
    static const uint32_t lengths[] = {UINT32_MAX, UINT32_MAX - 1, 0x80000000u, 0x40000001u, 0x20000000u};
    for (uint32_t i = 0; i < 5; i++) {
        wick_value arg = i32(lengths[i]);
        wick_err err = lab_call(lab, "huge", &arg, 1, NULL);
        CHECK(err == WICK_ERR_heap || err == WICK_ERR_nomem);
    }
}

/* ---- much ------------------------------------------------------------------------------------------------------- */

static void test_list(struct lab *lab, uint32_t n) {
    wick_value arg = i64(n), result = i64(0);
    uint64_t before = lab_live(lab), after;
    CHECK_EQ(lab_call(lab, "list", &arg, 1, NULL), WICK_OK);
    after = lab_live(lab);
    CHECK(after - before >= (uint64_t)n * 16 && after - before < (uint64_t)n * 32);
    CHECK_EQ(lab_call(lab, "list_sum", NULL, 0, &result), WICK_OK);
    CHECK_EQ(result.of.i64, (uint64_t)n * (n + 1) / 2);
    CHECK(lab_stats(lab).longest_step < 60000);
    CHECK_EQ(lab_call(lab, "drop", NULL, 0, NULL), WICK_OK);
    CHECK(lab_live(lab) <= before + 4096);
    CHECK(lab_stats(lab).held < 4000000);
}

/* Programs that make much more than they keep: the heap stays small. */
static void test_churn(struct lab *lab) {
    wick_value arg = i32(ROUNDS), result = i32(0);
    CHECK_EQ(lab_call(lab, "trees", &arg, 1, &result), WICK_OK);
    CHECK_EQ(result.of.i32, ROUNDS * 2047 + 8191);
    arg = i32(ROUNDS * 5000);
    CHECK_EQ(lab_call(lab, "queue", &arg, 1, &result), WICK_OK);
    CHECK_EQ(result.of.i64, 5001);
    CHECK_EQ(lab_call(lab, "rings", &arg, 1, NULL), WICK_OK);
    arg = i32(ROUNDS * 60);
    CHECK_EQ(lab_call(lab, "string", &arg, 1, &result), WICK_OK);
    CHECK_EQ(result.of.i32, ROUNDS * 60);
    CHECK_EQ(lab_call(lab, "churn", &arg, 1, NULL), WICK_OK);
    CHECK(lab_stats(lab).peak < 3000000);
    CHECK(lab_stats(lab).collections > 3);
    CHECK(lab_live(lab) < 20000);
}

/* The quota is used up, the program traps; when it lets go, it goes on. */
static void test_quota(wick_engine_kind kind) {
    struct lab lab;
    wick_value arg = i32(3), result = i32(0);
    lab_open(&lab, kind, 3000000);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(lab_call(&lab, "grow", NULL, 0, NULL), WICK_ERR_heap);
        CHECK(wick_store_memory_used(lab.w.store) <= 3000000);
        CHECK(wick_store_memory_used(lab.w.store) > 2500000);
        CHECK_EQ(lab_call(&lab, "list_sum", NULL, 0, &result), WICK_OK);
        CHECK(result.of.i64 > 2000000 / 24);
        CHECK_EQ(lab_call(&lab, "drop", NULL, 0, NULL), WICK_OK);
        CHECK_EQ(lab_call(&lab, "trees", &arg, 1, &result), WICK_OK);
        CHECK_EQ(result.of.i32, 3 * 2047 + 8191);
    }
    world_close(&lab.w);
}

/* Allocation number k fails, for each k: an error, or none, and nothing leaks. */
static void test_failing(wick_engine_kind kind) {
    bool done = false;
    for (long long k = 0; !done && k < 300; k++) {
        struct lab lab;
        wick_store_options options = {.quota = 8000000};
        wick_module *module;
        wick_value arg = i32(2), number = i64(FAILING_NODES), result;
        wick_err err;
        world_open(&lab.w, kind);
        module = world_module(&lab.w, lab_text);
        wick_linker_free(lab.w.linker);
        wick_store_free(lab.w.store);
        lab.w.port.fail_at = k;
        lab.w.linker = NULL;
        lab.w.store = NULL;
        lab.instance = NULL;
        err = wick_store_new(lab.w.engine, &options, &lab.w.store);
        err = err != WICK_OK ? err : wick_linker_new(lab.w.store, &lab.w.linker);
        err = err != WICK_OK ? err : lab_fill(&lab, module);
        err = err != WICK_OK ? err : lab_call(&lab, "list", &number, 1, NULL);
        err = err != WICK_OK ? err : lab_call(&lab, FAILING_CALL, &arg, 1, &result);
        err = err != WICK_OK ? err : lab_call(&lab, "in_segment", NULL, 0, &result);
        done = lab.w.port.n <= k;
        CHECK(err == WICK_OK || err == WICK_ERR_nomem);
        lab.w.port.fail_at = -1;
        if (err != WICK_OK && lab.instance != NULL) {
            CHECK_EQ(lab_call(&lab, FAILING_CALL, &arg, 1, &result), WICK_OK);
        }
        if (lab.w.linker == NULL && lab.w.store != NULL) {
            CHECK_EQ(wick_linker_new(lab.w.store, &lab.w.linker), WICK_OK);
        }
        world_close(&lab.w);
    }
    CHECK(done);
}

/* A store whose heap may have less than the store. */
static void test_heap_quota(wick_engine_kind kind) {
    struct lab lab;
    wick_store_options options = {.quota = 100000000, .heap_quota = 1000000};
    world_open(&lab.w, kind);
    wick_linker_free(lab.w.linker);
    wick_store_free(lab.w.store);
    NEED(wick_store_new(lab.w.engine, &options, &lab.w.store) == WICK_OK);
    NEED(wick_linker_new(lab.w.store, &lab.w.linker) == WICK_OK);
    NEED(lab_fill(&lab, world_module(&lab.w, lab_text)) == WICK_OK);
    CHECK_EQ(lab_call(&lab, "grow", NULL, 0, NULL), WICK_ERR_heap);
    CHECK(lab_stats(&lab).held <= 1000000);
    world_close(&lab.w);
}

int main(void) {
    const bool is_stress = WICK_STRESS_GC_EACH_ALLOC != 0;
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        struct lab lab;
        lab_open(&lab, (wick_engine_kind)kind, 0);
        test_places(&lab);
        test_host(&lab);
        test_finalizers(&lab);
        test_false_pointers(&lab);
        if (!is_stress) {
            test_arrays(&lab);
            test_list(&lab, kind == WICK_ENGINE_FAST ? LIST_NODES : LIST_NODES / 10);
        }
        world_close(&lab.w);
        if (!is_stress) {
            lab_open(&lab, (wick_engine_kind)kind, 0);
            test_churn(&lab);
            world_close(&lab.w);
            lab_open(&lab, (wick_engine_kind)kind, 3000000);
            test_huge(&lab);
            world_close(&lab.w);
            test_quota((wick_engine_kind)kind);
            test_heap_quota((wick_engine_kind)kind);
        }
        test_failing((wick_engine_kind)kind);
    }
    return test_end("the heap");
}
