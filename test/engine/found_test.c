/* found_test.c - what random modules found (test/fuzz), each as a small function "run" () -> (i32): both interpreters must
 * answer the same right thing. */
#include "test/api/api.h"

/* More operands than the translator keeps open. */
#define GETS8 "local.get 0 local.get 1 local.get 0 local.get 1 local.get 0 local.get 1 local.get 0 local.get 1 "
#define GETS40 GETS8 GETS8 GETS8 GETS8 GETS8
#define ADDS8 "i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add "
#define ADDS39 ADDS8 ADDS8 ADDS8 ADDS8 "i32.add i32.add i32.add i32.add i32.add i32.add i32.add "

static const struct {
    const char *what;
    const char *text;
    uint32_t result;
    wick_err err;
} found[] = {
    {"a vector that is returned moves down by one slot",
     "(module (func $f (param i32 v128) (result v128) (local.get 1))"
     " (func (export \"run\") (result i32)"
     "  (i8x16.all_true (i32x4.eq (call $f (i32.const 7) (v128.const i32x4 1 2 3 4)) (v128.const i32x4 1 2 3 4)))))",
     1, WICK_OK},
    {"an atomic access that is neither aligned nor in bounds is not aligned",
     "(module (memory 1) (func (export \"run\") (result i32) (i32.atomic.load offset=1 (i32.const 65536))))", 0,
     WICK_ERR_unaligned_atomic},
    {"the same in a memory that has no cells of its own",
     "(module (memory 1) (memory 1) (func (export \"run\") (result i32) (i32.atomic.load 1 offset=1 (i32.const 65536))))",
     0, WICK_ERR_unaligned_atomic},
    {"one that is aligned is out of bounds",
     "(module (memory 1) (func (export \"run\") (result i32) (i32.atomic.load offset=4 (i32.const 65536))))", 0,
     WICK_ERR_oob_memory},
    {"a constant vector is the right operand of a comparison that is done as its mirror image",
     "(module (func (export \"run\") (result i32)"
     "  (i8x16.bitmask (i8x16.gt_s (i8x16.neg (v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16))"
     "   (v128.const i8x16 -8 -8 -8 -8 -8 -8 -8 -8 -8 -8 -8 -8 -8 -8 -8 -8)))))",
     0x7f, WICK_OK},
    {"a constant is subtracted, of 32 and of 64 bits, and one that fits only the one way",
     "(module (func $f (param i32 i64) (result i32) (i32.add (i32.sub (i32.mul (local.get 0) (i32.const 3)) (i32.const 7))"
     "  (i32.wrap_i64 (i64.sub (i64.mul (local.get 1) (i64.const 5)) (i64.const -0x80000000)))))"
     " (func (export \"run\") (result i32) (call $f (i32.const 5) (i64.const 2))))",
     8u + 10u + 0x80000000u, WICK_OK},
    {"a load from a memory that has no cells of its own is the newest cell, not the wide sum before it that nobody wanted",
     "(module (memory 1) (memory 1) (data (memory 1) (i32.const 0) \"\\05\")"
     " (func $f (param i64 i64) (result i32) (local i64 i64)"
     "  (i64.mul (local.get 0) (local.get 1))"
     "  (i64.add128 (local.get 0) (local.get 1) (local.get 1) (local.get 0)) drop drop"
     "  (i64.load 1 (i32.const 0)) local.set 2 local.set 3"
     "  (i32.wrap_i64 (i64.add (i64.mul (local.get 3) (i64.const 100)) (local.get 2))))"
     " (func (export \"run\") (result i32) (call $f (i64.const 6) (i64.const 7))))",
     4205, WICK_OK},
    {"the same in the function behind the one with the sum",
     "(module (memory 1) (memory 1) (data (memory 1) (i32.const 0) \"\\05\")"
     " (func $g (param i64) (i64.mul_wide_u (local.get 0) (local.get 0)) drop drop)"
     " (func $f (result i64) (local i64) (i64.load 1 (i32.const 0)) local.set 0 (local.get 0))"
     " (func (export \"run\") (result i32) (call $g (i64.const 6)) (i32.wrap_i64 (call $f))))",
     5, WICK_OK},
    {"eqz in front of a select: values in slots, constants, sums, floats, references, conditions of both widths and constant",
     "(module (elem declare func $f) (func $f (param i32 i64 i32) (result i32) (local $r i32)"
     "  (local.set $r (select (i32.mul (local.get 0) (i32.const 3)) (i32.mul (local.get 2) (i32.const 5)) (i32.eqz (local.get 0))))"
     "  (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 31)) (select (i32.const 3) (i32.const 4) (i32.eqz (i32.mul"
     "   (local.get 0) (local.get 2))))))"
     "  (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 31)) (select (i32.add (local.get 2) (i32.const 9))"
     "   (i32.const 4) (i64.eqz (i64.shl (local.get 1) (i64.const 32))))))"
     "  (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 31)) (select (i32.const 6) (i32.add (local.get 2)"
     "   (i32.const 9)) (i32.eqz (local.get 2)))))"
     "  (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 31)) (i32.trunc_f64_s (select (f64.const 6)"
     "   (f64.mul (f64.convert_i32_s (local.get 2)) (f64.const 9)) (i32.eqz (f64.lt (f64.convert_i32_s (local.get 0)) (f64.const 1)))))))"
     "  (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 31)) (select (i32.const 1) (i32.const 2) (i32.eqz (i32.const 0)))))"
     "  (i32.add (i32.mul (local.get $r) (i32.const 31)) (ref.is_null (select (result funcref) (ref.null func) (ref.func $f)"
     "   (ref.is_null (ref.func $f))))))"
     " (func (export \"run\") (result i32) (i32.xor (call $f (i32.const 0) (i64.const 1) (i32.const 11))"
     "  (i32.mul (call $f (i32.const 7) (i64.const 0) (i32.const 0)) (i32.const 65599)))))",
     (uint32_t)-1781460492, WICK_OK},
    {"branches out of loops in front of ones back: integers, floats, NaN, not zero, two of them, to the outermost label",
     "(module (func $f (param $n i32) (param $x f64) (result i32) (local $i i32) (local $s i64)"
     "  (block $out (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1)))"
     "   (br_if $out (i32.gt_s (local.get $i) (local.get $n))) (br $l)))"
     "  (block $out (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1))) (local.set $x (f64.add (local.get $x)"
     "   (f64.const 0.5))) (br_if $out (i32.eqz (f64.lt (local.get $x) (f64.const 10)))) (br $l)))"
     "  (block $out (loop $l (local.set $s (i64.add (local.get $s) (i64.extend_i32_u (local.get $i))))"
     "   (br_if $out (i64.gt_u (local.get $s) (i64.const 1000))) (br_if $l (i32.and (local.tee $i (i32.sub (local.get $i)"
     "    (i32.const 1))) (i32.const 3))) (br_if $out (i32.eqz (local.get $i))) (br $l)))"
     "  (block $a (block $b (loop $l (br_if $a (local.get $i)) (local.set $i (i32.add (local.get $i) (i32.const 5)))"
     "   (br_if $b (i32.rem_u (local.get $i) (i32.const 2))) (br $l))) (local.set $i (i32.mul (local.get $i) (i32.const 7))))"
     "  (i32.add (i32.add (local.get $i) (i32.wrap_i64 (local.get $s))) (i32.trunc_sat_f64_s (local.get $x))))"
     " (func $g (local $i i32) (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if 1 (i32.ge_u"
     "  (local.get $i) (i32.const 9))) (br $l)))"
     " (func (export \"run\") (result i32) (call $g) (i32.add (call $f (i32.const 20) (f64.const 1))"
     "  (i32.mul (i32.const 1000) (call $f (i32.const -3) (f64.const nan))))))",
     38825, WICK_OK},
    {"a comparison that is dropped is no condition: br_if takes the operand below",
     "(module (func $f (param i32 i32) (result i32) (local i32) block"
     "  (i32.mul (local.get 0) (i32.const 3)) (i32.lt_s (local.get 0) (local.get 1)) drop br_if 0"
     "  (return (i32.const 10)) end (i32.const 20))"
     " (func (export \"run\") (result i32)"
     "  (i32.add (call $f (i32.const 0) (i32.const 5)) (i32.mul (i32.const 100) (call $f (i32.const 7) (i32.const 5))))))",
     10 + 100 * 20, WICK_OK},
    {"the same, for an if",
     "(module (func $f (param i32 i32) (result i32) (local i32)"
     "  (i32.mul (local.get 0) (i32.const 3)) (i32.lt_s (local.get 0) (local.get 1)) drop if (result i32) (i32.const 1) else (i32.const 2) end)"
     " (func (export \"run\") (result i32)"
     "  (i32.add (call $f (i32.const 0) (i32.const 5)) (i32.mul (i32.const 100) (call $f (i32.const 7) (i32.const 5))))))",
     2 + 100 * 1, WICK_OK},
    {"the same, for i32.eqz",
     "(module (func $f (param i32 i32) (result i32) (local i32)"
     "  (i32.mul (local.get 0) (i32.const 3)) (i32.lt_s (local.get 0) (local.get 1)) drop i32.eqz)"
     " (func (export \"run\") (result i32)"
     "  (i32.add (call $f (i32.const 0) (i32.const 5)) (i32.mul (i32.const 100) (call $f (i32.const 7) (i32.const 5))))))",
     1 + 100 * 0, WICK_OK},
    {"a comparison of floats that is dropped is not negated",
     "(module (func $f (param i32 i32) (result i32) (local i32)"
     "  (i32.mul (local.get 0) (i32.const 3)) (f64.lt (f64.convert_i32_s (local.get 0)) (f64.const 1)) drop i32.eqz"
     "  if (result i32) (i32.const 1) else (i32.const 2) end)"
     " (func (export \"run\") (result i32)"
     "  (i32.add (call $f (i32.const 0) (i32.const 5)) (i32.mul (i32.const 100) (call $f (i32.const 7) (i32.const 5))))))",
     1 + 100 * 2, WICK_OK},
    {"a comparison that goes to a local stays there, and the condition is the operand below",
     "(module (func $f (param i32 i32) (result i32) (local i32)"
     "  (i32.mul (local.get 0) (i32.const 3)) (i32.lt_s (local.get 0) (local.get 1)) local.set 2"
     "  if (result i32) (i32.const 1) else (i32.const 2) end"
     "  (i32.add (i32.mul (local.get 2) (i32.const 10))))"
     " (func (export \"run\") (result i32)"
     "  (i32.add (call $f (i32.const 0) (i32.const 5)) (i32.mul (i32.const 100) (call $f (i32.const 7) (i32.const 5))))))",
     12 + 100 * 1, WICK_OK},
    {"a test for zero that goes to a local likewise",
     "(module (func $f (param i32 i32) (result i32) (local i32)"
     "  (i32.mul (local.get 0) (i32.const 3)) (i32.eqz (local.get 0)) local.set 2"
     "  if (result i32) (i32.const 1) else (i32.const 2) end"
     "  (i32.add (i32.mul (local.get 2) (i32.const 10))))"
     " (func (export \"run\") (result i32)"
     "  (i32.add (call $f (i32.const 0) (i32.const 5)) (i32.mul (i32.const 100) (call $f (i32.const 7) (i32.const 5))))))",
     12 + 100 * 1, WICK_OK},
    {"a branch carries the high half of a wide product to where the low half lies",
     "(module (func $f (param i64 i64) (result i64) (block (result i64) (i64.mul_wide_u (local.get 0) (local.get 1)) br 0))"
     " (func (export \"run\") (result i32) (i32.wrap_i64 (call $f (i64.const 0x123456789) (i64.const 0x700000000)))))",
     7, WICK_OK},
    {"a constant below an if is one on both ways, also when one of them has many operands",
     "(module (func $f (param i32 i32) (result i32)"
     "  i32.const 7 local.get 1 if " GETS40 ADDS39 " local.set 0 end local.get 0 i32.sub)"
     " (func (export \"run\") (result i32)"
     "  (i32.add (call $f (i32.const 5) (i32.const 0)) (i32.mul (i32.const 100) (call $f (i32.const 5) (i32.const 1))))))",
     (uint32_t)(2 + 100 * (7 - 120)), WICK_OK},
    {"the same, for an else whose if was deep, a loop that is left early and a block that catches",
     "(module (tag $t) (func $f (param i32 i32) (result i32) i32.const 1000"
     "  local.get 1 if (result i32) " GETS40 ADDS39 " else " GETS40 ADDS39 " i32.const 1 i32.add end i32.sub"
     "  i32.const 20000 loop local.get 1 if " GETS40 ADDS39 " local.set 0 i32.const 0 local.set 1 br 1 end end i32.add"
     "  i32.const 300000 block try_table (catch $t 0) local.get 0 i32.eqz if " GETS40 ADDS39 " drop throw $t end end end i32.add"
     "  local.get 0 i32.add)"
     " (func (export \"run\") (result i32)"
     "  (i32.add (call $f (i32.const 0) (i32.const 0)) (call $f (i32.const 5) (i32.const 1)))))",
     1000 - 1 + 20000 + 300000 + 1000 - 120 + 20000 + 300000 + 120, WICK_OK},
    {"operands of a block that nothing branches to stay what they are behind it, with constants above and below",
     "(module (func $f (param i32 i32) (result i32) i32.const 3"
     "  block (result i32 i32 i32) local.get 1 if " GETS40 ADDS39 " local.set 0 end"
     "   " GETS40 ADDS39 " local.get 0 i32.const 11 end i32.mul i32.add i32.sub)"
     " (func (export \"run\") (result i32)"
     "  (i32.add (call $f (i32.const 5) (i32.const 0)) (i32.mul (i32.const 3) (call $f (i32.const 5) (i32.const 1))))))",
     (uint32_t)(3 - 100 - 55 + 3 * (3 - 2420 - 1320)), WICK_OK},
    {"what was constant or a local's value below or at the end of a block with many operands is an argument behind it",
     "(module (func $g (param i32 i32 i32) (result i32)"
     "  (i32.sub (local.get 0) (i32.mul (local.get 1) (local.get 2))))"
     " (func $f (param i32 i32) (result i32) i32.const 3"
     "  block (result i32) " GETS40 ADDS39 " drop local.get 0 end"
     "  i32.const 5 local.set 0 local.get 0 call $g)"
     " (func (export \"run\") (result i32) (call $f (i32.const 2) (i32.const 9))))",
     (uint32_t)(3 - 2 * 5), WICK_OK},
    {"many operands, few, and many again",
     "(module (func $f (param i32 i32) (result i32)"
     "  " GETS40 ADDS39 " " GETS8 GETS40 ADDS39 " i32.const 5 local.set 0 " ADDS8 " local.get 0 " GETS40 ADDS39 " i32.add i32.sub i32.add)"
     " (func (export \"run\") (result i32) (call $f (i32.const 2) (i32.const 9))))",
     220 + 44 + 220 - (5 + 100 + 180), WICK_OK},
};

int main(void) {
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        for (int k = 0; k < 2; k++) {
            struct world w;
            wick_value result = {.of.i32 = 0};
            world_open(&w, k == 0 ? WICK_ENGINE_REF : WICK_ENGINE_FAST);
            wick_instance *instance = world_instance(&w, "m", found[i].text);
            wick_err err = wick_func_call(func_of(instance, "run"), NULL, 0, &result, 1, NULL);
            if (err != found[i].err || result.of.i32 != found[i].result) {
                printf("%s: error %d, result %u\n", found[i].what, (int)err, (unsigned)result.of.i32);
            }
            CHECK(err == found[i].err && result.of.i32 == found[i].result);
            world_close(&w);
        }
    }
    return test_end("found");
}
