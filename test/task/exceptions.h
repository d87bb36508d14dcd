/* exceptions.h - the programs of resume_test.c that throw. Fuel: 1 for a throw, 1 for each frame left, 1 for every 64 catches
 * passed, n / 64 for n values, as rt.h has it. */
    {"throw and catch",
     "(module (tag $e (param i32)) (func (export \"run\") (param i32) (result i32)"
     "  (block $h (result i32) (try_table (catch $e $h) (throw $e (local.get 0))) (i32.const 5))))",
     7, 1 + 1},
    {"from ten frames down",
     "(module (tag $e (param i32 i64)) (func $f (param i32)"
     "    (if (i32.eqz (local.get 0)) (then (throw $e (i32.const 9) (i64.const 10))))"
     "    (call $f (i32.sub (local.get 0) (i32.const 1))))"
     "  (func (export \"run\") (param i32) (result i32 i64)"
     "    (block $h (result i32 i64) (try_table (catch $e $h) (call $f (i32.const 9))) (unreachable))))",
     7, 1 + 10 + 1 + 10},
    {"all four forms",
     "(module (tag $e (param i32)) (tag $f) (global $g (mut i32) (i32.const 0))"
     "  (func $add (param i32) (global.set $g (i32.add (i32.mul (global.get $g) (i32.const 10)) (local.get 0))))"
     "  (func $throws (param i32) (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $e (i32.const 3))))"
     "    (if (i32.eq (local.get 0) (i32.const 2)) (then (throw $f))))"
     "  (func $catches (param i32) (local $x exnref)"
     "    (block $a (result i32) (block $b (result i32 exnref) (block $c (block $d (result exnref)"
     "      (if (i32.and (local.get 0) (i32.const 4))"
     "        (then (try_table (catch $e $a) (catch_all $c) (call $throws (i32.and (local.get 0) (i32.const 3)))))"
     "        (else (try_table (catch_ref $e $b) (catch_all_ref $d)"
     "          (call $throws (i32.and (local.get 0) (i32.const 3))))))"
     "      (call $add (i32.const 1)) (return))"
     "      (drop) (call $add (i32.const 2)) (return))"
     "      (call $add (i32.const 4)) (return))"
     "      (local.set $x) (call $add) (call $add (i32.const 5))"
     "      (block $again (try_table (catch $f $again) (catch_all $again) (throw_ref (local.get $x)))) (return))"
     "    (call $add) (call $add (i32.const 6)))"
     "  (func (export \"run\") (param i32) (result i32)"
     "    (loop $l (call $catches (local.get 0))"
     "      (br_if $l (i32.ge_s (local.tee 0 (i32.sub (local.get 0) (i32.const 1))) (i32.const 0))))"
     "    (global.get $g)))",
     6, 0},
    {"uncaught, with values",
     "(module (tag $e (param i32 f64 i64)) (func $f (param i32) (block (try_table (catch_all 0)))"
     "    (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))))"
     "    (throw $e (i32.const 5) (f64.const 2.5) (i64.const -1)))"
     "  (func (export \"run\") (param i32) (result i32) (call $f (local.get 0)) (i32.const 1)))",
     5, 1 + 6 + 1 + 7},
    {"uncaught in the start function",
     "(module (tag $e (param i32)) (func $s (throw $e (i32.const 77))) (start $s)"
     "  (func (export \"run\") (param i32)))",
     5, 1 + 1 + 1},
    {"traps are not caught",
     "(module (memory 1) (func (export \"run\") (param i32) (result i32)"
     "  (block $h (try_table (catch_all $h) (memory.fill (i32.const 65530) (i32.const 1) (local.get 0))))"
     "  (block $h (try_table (catch_all $h) (drop (i32.div_u (i32.const 1) (i32.const 0)))))"
     "  (i32.const 1)))",
     3, 0},
    {"a null exception",
     "(module (func (export \"run\") (param i32) (block $h (try_table (catch_all $h) (throw_ref (ref.null exn))))))", 3, 0},
    {"catch at a loop",
     "(module (tag $e (param i32)) (func (export \"run\") (param i32) (result i32) (local i32)"
     "  (local.get 0)"
     "  (loop $l (param i32)"
     "    (local.set 0) (local.set 1 (i32.add (local.get 1) (local.get 0)))"
     "    (if (local.get 0) (then"
     "      (try_table (catch $e $l) (throw $e (i32.sub (local.get 0) (i32.const 1)))))))"
     "  (local.get 1)))",
     10, 1 + 10},
    {"catch at the outermost label",
     "(module (tag $e (param i32)) (func $f (param i32) (result i32)"
     "    (try_table (catch $e 0) (throw $e (i32.add (local.get 0) (i32.const 2)))) (unreachable))"
     "  (func (export \"run\") (param i32) (result i32) (local.get 0) (call $f (local.get 0)) (i32.add)))",
     10, 1 + 1 + 1},
    {"the edges of a try",
     "(module (tag $e) (global $g (mut i32) (i32.const 0))"
     "  (func $t (param i32) (global.set $g (i32.add (global.get $g) (i32.const 1)))"
     "    (if (i32.eq (local.get 0) (global.get $g)) (then (throw $e))))"
     "  (func $u (param i32) (result i32) (call $t (local.get 0)) (i32.const 8))"
     "  (func $try (param i32) (result i32) (global.set $g (i32.const 0))"
     "    (block $h (call $t (local.get 0)) (try_table (catch_all $h) (call $t (local.get 0)))"
     "      (call $t (local.get 0)) (return (i32.const 10)))"
     "    (block $h (try_table (catch_all $h) (drop (call $u (local.get 0)))) (call $t (local.get 0)))"
     "    (global.get $g))"
     "  (func (export \"run\") (param i32) (result i32 i32 i32 i32 i32 i32)"
     "    (local i32 i32 i32 i32 i32)"
     "    (block $h (try_table (catch_all $h) (local.set 1 (call $try (i32.const 1))))) "
     "    (block $h (try_table (catch_all $h) (local.set 2 (call $try (i32.const 2)))))"
     "    (block $h (try_table (catch_all $h) (local.set 3 (call $try (i32.const 3)))))"
     "    (block $h (try_table (catch_all $h) (local.set 4 (call $try (i32.const 4)))))"
     "    (block $h (try_table (catch_all $h) (local.set 5 (call $try (i32.const 5)))))"
     "    (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (global.get $g)))",
     0, 0},
    {"folded code at the edges",
     "(module (tag $e (param i32)) (func (export \"run\") (param i32) (result i32 i32 i32) (local i32 i32)"
     "  (local.set 1 (i32.add (local.get 0) (i32.const 4)))"
     "  (i32.mul (local.get 0) (i32.const 3))"
     "  (block $h (param i32) (result i32)"
     "    (try_table (param i32) (catch $e $h)"
     "      (local.set 1) (local.set 1 (i32.add (local.get 1) (i32.const 1)))"
     "      (throw $e (i32.add (local.get 1) (local.get 0))))"
     "    (unreachable))"
     "  (local.set 2)"
     "  (block $h (result i32)"
     "    (i32.eq (local.get 0) (i32.const 5))"
     "    (try_table (param i32) (result i32) (catch $e $h) (if (result i32) (then (i32.const 1)) (else (i32.const 2))))"
     "    (br_if $h (i32.const 7) (i32.lt_u (i32.const 2)))"
     "    (throw $e (i32.const 30)))"
     "  (local.get 1) (local.get 2)))",
     5, 0},
    {"tail calls leave a try",
     "(module (tag $e (param i32)) (table funcref (elem $t))"
     "  (func $t (param i32) (throw $e (local.get 0)))"
     "  (func $in (param i32) (block $h (try_table (catch_all $h) (return_call $t (local.get 0)))))"
     "  (func $in2 (param i32) (block $h (try_table (catch_all $h)"
     "    (return_call_indirect (param i32) (local.get 0) (i32.const 0)))))"
     "  (func (export \"run\") (param i32) (result i32)"
     "    (block $h (result i32) (try_table (catch $e $h) (call $in (local.get 0))) (i32.const -1))"
     "    (block $h (result i32) (try_table (catch $e $h) (call $in2 (i32.const 40))) (i32.const -1))"
     "    (i32.add)))",
     6, 1 + 2 * (1 + 1 + 1 + 1)},
    {"host functions throw and catch",
     "(module (import \"h\" \"throw\" (func $throw (param i32)))"
     "  (import \"h\" \"guard\" (func $guard (param funcref i32) (result i32)))"
     "  (import \"h\" \"twice\" (func $twice (param funcref i32) (result i32)))"
     "  (tag $e (export \"e\") (param i32 i64)) (elem declare func $t $u $nest)"
     "  (func $t (param i32) (result i32) (call $throw (local.get 0)) (i32.const 3))"
     "  (func $u (param i32) (result i32) (if (i32.gt_u (local.get 0) (i32.const 50))"
     "    (then (throw $e (local.get 0) (i64.const 2)))) (i32.add (local.get 0) (i32.const 25)))"
     "  (func $nest (param i32) (result i32) (call $guard (ref.func $u) (local.get 0)))"
     "  (func $plain (param i32) (result i32) (block $h (result i32 i64)"
     "    (try_table (catch $e $h) (call $throw (local.get 0))) (return (i32.const 1))) (drop))"
     "  (func $through (param i32) (result i32) (block $h (result i32 i64)"
     "    (try_table (catch $e $h) (drop (call $twice (ref.func $u) (local.get 0)))) (return (i32.const 1))) (drop))"
     "  (func $tail (param i32) (result i32) (return_call $guard (ref.func $t) (local.get 0)))"
     "  (func (export \"run\") (param i32) (result i32 i32 i32 i32 i32 i32)"
     "    (call $plain (i32.const 11)) (call $guard (ref.func $t) (i32.const 8)) (call $through (i32.const 40))"
     "    (call $guard (ref.func $nest) (i32.const 60)) (call $tail (i32.const 70))"
     "    (block $h (result i32 i64) (try_table (catch $e $h)"
     "      (drop (call $guard (ref.func $nest) (i32.const 91)))) (unreachable)) (drop)))",
     0, 0},
    {"uncaught from a host function",
     "(module (import \"h\" \"throw\" (func $throw (param i32)))"
     "  (import \"h\" \"twice\" (func $twice (param funcref i32) (result i32)))"
     "  (tag $e (export \"e\") (param i32 i64)) (elem declare func $t)"
     "  (func $t (param i32) (result i32) (call $throw (local.get 0)) (i32.const 3))"
     "  (func (export \"run\") (param i32) (result i32) (call $twice (ref.func $t) (i32.const 11))))",
     0, 1 + 1 + 1 + 3},
    {"another instance's memory",
     "(module (memory (export \"m\") 1) (tag $e (param i32)) (func $f (param i32) (local i64 i64)"
     "    (i32.store (i32.const 16) (local.get 0))"
     "    (drop (memory.grow (i32.const 1))) (throw $e (i32.load (i32.const 16))))"
     "  (func (export \"run\") (param i32) (result i32 i32) (local i32)"
     "    (local.set 1 (block $h (result i32) (try_table (catch $e $h) (call $f (local.get 0))) (i32.const 0)))"
     "    (i32.store (i32.const 70000) (i32.const 5))"
     "    (local.get 1) (i32.load (i32.const 16))))",
     300, 0},
    /* the earlier encoding */
    {"legacy: catch and catch_all",
     "(module (tag $e (param i32)) (tag $f (param i64 i32)) (tag $g)"
     "  (func $throws (param i32) (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $e (i32.const 100))))"
     "    (if (i32.eq (local.get 0) (i32.const 2)) (then (throw $f (i64.const 3) (i32.const 200))))"
     "    (if (i32.eq (local.get 0) (i32.const 3)) (then (throw $g))))"
     "  (func (export \"run\") (param i32) (result i32) (local i32)"
     "    (loop $l"
     "      (local.set 1 (i32.add (local.get 1)"
     "        (try (result i32) (do (call $throws (local.get 0)) (i32.const 1))"
     "          (catch $e (i32.const 1) (i32.add)) (catch $f (i32.add (i32.const 2)) (local.set 1) (drop)"
     "             (i32.const 17)) (catch_all (i32.const 4)))))"
     "      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
     "    (local.get 1)))",
     4, 1 + 4 + 3 + 3 * 2},
    {"legacy: rethrow and delegate",
     "(module (tag $e (param i32)) (tag $f) (global $g (mut i32) (i32.const 1))"
     "  (func $note (param i32) (global.set $g (i32.add (i32.mul (global.get $g) (i32.const 3)) (local.get 0))))"
     "  (func $inner (param i32)"
     "    (try $a (do"
     "      (try $b (do"
     "        (try (do (if (i32.and (local.get 0) (i32.const 1)) (then (throw $e (local.get 0)))) (throw $f))"
     "          (delegate $a)))"
     "        (catch_all (call $note (i32.const 5)))))"
     "      (catch $e (call $note) (try $c (do (throw $f)) (catch $f"
     "         (if (i32.and (local.get 0) (i32.const 2)) (then (rethrow $a)) (else (rethrow $c))))))"
     "      (catch_all (call $note (i32.const 7)) (try (do (rethrow $a)) (delegate 1)))))"
     "  (func (export \"run\") (param i32) (result i32)"
     "    (loop $l"
     "      (try (do (call $inner (local.get 0))) (catch $e (call $note)) (catch $f (call $note (i32.const 2))))"
     "      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
     "    (try (do (throw $f)) (catch_all)) (try (do))"
     "    (global.get $g)))",
     9, 0},
    {"legacy: values past the exception",
     "(module (tag $e (param i32 i64)) (func $t (param i32) (throw $e (local.get 0) (i64.const 5)))"
     "  (func $f (param i32) (result i64 i32)"
     "    (i64.const 77)"
     "    (try (param i64) (result i64 i32)"
     "      (do (call $t (local.get 0)) (i32.const 1))"
     "      (catch $e (drop) (local.set 0) (i64.const 8) (local.get 0))"
     "      (catch_all (i64.const 9) (br 0 (i32.const 10)))))"
     "  (func (export \"run\") (param i32) (result i64 i32 i64) (call $f (local.get 0))"
     "    (try (result i64) (do (call $t (i32.const 1)) (i64.const 3)) (catch $e (br 0)) )))",
     4, 0},
    {"legacy: delegate to the caller",
     "(module (tag $e (param i32)) (func $f (param i32) (try $no (do (try (do (throw $e (local.get 0))) (delegate 1)))"
     "    (catch_all)))"
     "  (func (export \"run\") (param i32) (result i32)"
     "    (try (result i32) (do (call $f (local.get 0)) (i32.const 1)) (catch $e))))",
     4, 1 + 1 + 1 + 1},
    {"both encodings",
     "(module (tag $e (param i32)) (func $f (param i32)"
     "    (try (do (throw $e (local.get 0))) (catch $e (drop) (rethrow 0))))"
     "  (func $g (param i32) (result i32) (block $h (result exnref) (try_table (catch_all_ref $h)"
     "     (call $f (local.get 0))) (return (i32.const 1)))"
     "     (try (param exnref) (result i32) (do (throw_ref)) (catch $e)))"
     "  (func (export \"run\") (param i32) (result i32) (call $g (local.get 0))))",
     4, 0},
