/* continuations.h - the programs of resume_test.c that suspend, resume and switch. Fuel: 1 for resume, suspend and switch,
 * n / 64 more for n slots that they move, 1 for each resume that a suspension passes on its way to its handler. */
#define GENERATOR                                                                                        \
    "(module (type $f (func)) (type $c (cont $f)) (tag $y (param i32)) (elem declare func $gen)"         \
    "  (global $n (mut i32) (i32.const 0))"                                                              \
    "  (func $gen (local $i i32) (loop $l (suspend $y (local.get $i))"                                   \
    "    (local.set $i (i32.add (local.get $i) (i32.const 1)))"                                          \
    "    (br_if $l (i32.lt_u (local.get $i) (global.get $n)))))"
    {"a generator",
     GENERATOR
     "  (func (export \"run\") (param i32) (result i32) (local $k (ref $c)) (local $sum i32)"
     "    (global.set $n (local.get 0)) (local.set $k (cont.new $c (ref.func $gen)))"
     "    (loop $l (block $on (result i32 (ref $c))"
     "        (resume $c (on $y $on) (local.get $k)) (return (local.get $sum)))"
     "      (local.set $k) (local.set $sum (i32.add (local.get $sum))) (br $l)) (unreachable)))",
     10, 1 + 11 + 1 + 10 + 9 + 10}, /* run, resumes, $gen, suspends, two loops */
    {"handlers at a loop, with a parameter below",
     GENERATOR
     "  (func (export \"run\") (param i32) (result i32) (local $k (ref $c)) (local $x i32)"
     "    (global.set $n (local.get 0))"
     "    (i32.const 5) (i32.const 0) (cont.new $c (ref.func $gen))"
     "    (loop $l (param i32 (ref $c)) (local.set $k) (local.set $x (i32.add (local.get $x)))"
     "      (resume $c (on $y $l) (local.get $k)))"
     "    (i32.mul (local.get $x))))",
     7, 1 + 8 + 1 + 7 + 6},
    {"handlers at the outermost label, and a return of what is left",
     GENERATOR
     "  (func $next (param (ref $c)) (result i32 (ref null $c))"
     "    (resume $c (on $y 0) (local.get 0)) (i32.const -1) (ref.null $c))"
     "  (func (export \"run\") (param i32) (result i32) (local $k (ref null $c)) (local $sum i32)"
     "    (global.set $n (local.get 0)) (local.set $k (cont.new $c (ref.func $gen)))"
     "    (loop $l (call $next (ref.as_non_null (local.get $k))) (local.set $k)"
     "      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 3))))"
     "      (br_if $l (i32.eqz (ref.is_null (local.get $k))))) (local.get $sum)))",
     6, 1 + 7 * 2 + 1 + 6 + 5 + 6},
    {"what a tag gives back, and several clauses",
     "(module (type $f (func (result i64))) (type $c (cont $f))"
     "  (type $fa (func (param i32) (result i64))) (type $ca (cont $fa))"
     "  (type $fb (func (param i64 f64) (result i64))) (type $cb (cont $fb))"
     "  (tag $a (param i32) (result i32)) (tag $b (param f32) (result i64 f64)) (tag $no (result i64)) (elem declare func $body)"
     "  (func $body (result i64) (local f64)"
     "    (i64.extend_i32_u (suspend $a (i32.const 3)))"
     "    (suspend $b (f32.const 1.5)) (local.set 0)"
     "    (i64.add) (i64.add (i64.trunc_f64_s (local.get 0)))"
     "    (i64.mul (i64.extend_i32_u (suspend $a (i32.const 9)))))"
     "  (func (export \"run\") (param i32) (result i64 i32 f32) (local $x i32) (local $y f32) (local $r i64)"
     "    (local $k (ref null $c)) (local $ka (ref null $ca)) (local $kb (ref null $cb))"
     "    (local.set $k (cont.new $c (ref.func $body)))"
     "    (block $done (result i64)"
     "     (loop $l"
     "      (block $ona (result i32 (ref $ca)) (block $onb (result f32 (ref $cb))"
     "        (if (i32.eqz (ref.is_null (local.get $ka))) (then"
     "          (resume $ca (on $no switch) (on $a $ona) (on $b $onb)"
     "             (i32.add (local.get $x) (i32.const 10)) (local.get $ka)) (br $done)))"
     "        (if (i32.eqz (ref.is_null (local.get $kb))) (then"
     "          (resume $cb (on $b $onb) (on $a $ona) (i64.const 100) (f64.const 7.25) (local.get $kb)) (br $done)))"
     "        (resume $c (on $a $ona) (on $b $onb) (local.get $k)) (br $done))"
     "       (local.set $kb) (local.set $ka (ref.null $ca)) (local.set $y) (br $l))"
     "      (local.set $ka) (local.set $kb (ref.null $cb)) (local.set $x) (br $l))"
     "     (unreachable))"
     "    (local.get $x) (local.get $y)))",
     0, 0},
    {"a chain of resumes that do not handle it",
     "(module (type $f (func)) (type $c (cont $f)) (tag $y (param i32)) (tag $other) (elem declare func $a $b)"
     "  (global $sum (mut i32) (i32.const 0)) (global $d (mut i32) (i32.const 0))"
     "  (func $note (param i32) (global.set $sum (i32.add (i32.mul (global.get $sum) (i32.const 7)) (local.get 0))))"
     "  (func $b (suspend $y (i32.const 1)) (call $note (i32.const 2)) (suspend $y (i32.const 3)))"
     "  (func $a (local i32)"
     "    (global.set $d (i32.sub (global.get $d) (i32.const 1)))"
     "    (local.set 0 (global.get $d))"
     "    (if (i32.eqz (global.get $d)) (then (resume $c (cont.new $c (ref.func $b))))"
     "      (else (block $h (result (ref $c)) (resume $c (on $other $h) (cont.new $c (ref.func $a)))"
     "         (call $note (local.get 0)) (return)) (drop))))"
     "  (func (export \"run\") (param i32) (result i32) (local $k (ref $c))"
     "    (global.set $d (local.get 0)) (local.set $k (cont.new $c (ref.func $a)))"
     "    (loop $l (block $on (result i32 (ref $c))"
     "        (resume $c (on $y $on) (local.get $k)) (return (global.get $sum)))"
     "      (local.set $k) (call $note) (br $l)) (unreachable)))",
     5, 0},
    {"the way of a suspension is paid for",
     "(module (type $f (func)) (type $c (cont $f)) (tag $y) (elem declare func $a $b)"
     "  (global $d (mut i32) (i32.const 0))"
     "  (func $b (suspend $y))"
     "  (func $a (if (i32.eqz (global.get $d)) (then (suspend $y))"
     "      (else (global.set $d (i32.sub (global.get $d) (i32.const 1)))"
     "        (resume $c (cont.new $c (ref.func $a))))))"
     "  (func (export \"run\") (param i32) (global.set $d (local.get 0))"
     "    (block $on (result (ref $c)) (resume $c (on $y $on) (cont.new $c (ref.func $a))) (return)) (drop)))",
     20, 1 + 2 * 21 + 1 + 20},
    {"two that switch to each other",
     "(module (rec (type $f (func (param i32 (ref null $c)) (result i32))) (type $c (cont $f)))"
     "  (tag $t (result i32)) (elem declare func $ping $pong) (global $g (mut i64) (i64.const 0))"
     "  (func $note (param i32) (global.set $g (i64.add (i64.mul (global.get $g) (i64.const 3))"
     "     (i64.extend_i32_u (local.get 0)))))"
     "  (func $ping (type $f) (param $n i32) (param $k (ref null $c)) (result i32)"
     "    (loop $l (call $note (local.get $n))"
     "      (if (i32.gt_s (local.get $n) (i32.const 0)) (then"
     "        (switch $c $t (i32.sub (local.get $n) (i32.const 1)) (local.get $k))"
     "        (local.set $k) (local.set $n) (br $l))))"
     "    (i32.const 77))"
     "  (func $pong (type $f) (param $n i32) (param $k (ref null $c)) (result i32) (call $ping (local.get $n) (local.get $k)))"
     "  (func (export \"run\") (param i32) (result i32 i64)"
     "    (resume $c (on $t switch) (local.get 0) (cont.new $c (ref.func $pong)) (cont.new $c (ref.func $ping)))"
     "    (global.get $g)))",
     9, 0},
    {"a thousand threads by turns",
     "(module (type $f (func)) (type $c (cont $f)) (type $fi (func (param i32))) (type $ci (cont $fi))"
     "  (tag $y) (table $q 1024 (ref null $c)) (global $sum (mut i32) (i32.const 0)) (elem declare func $work)"
     "  (func $work (param $n i32) (local $i i32)"
     "    (loop $l (global.set $sum (i32.add (i32.mul (global.get $sum) (i32.const 31)) (local.get $n)))"
     "      (suspend $y) (local.set $i (i32.add (local.get $i) (i32.const 1)))"
     "      (br_if $l (i32.lt_u (local.get $i) (i32.rem_u (local.get $n) (i32.const 4))))))"
     "  (func (export \"run\") (param $n i32) (result i32) (local $i i32) (local $head i32) (local $left i32)"
     "    (local $k (ref null $c))"
     "    (loop $make"
     "      (table.set $q (local.get $i) (cont.bind $ci $c (local.get $i) (cont.new $ci (ref.func $work))))"
     "      (br_if $make (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))"
     "    (local.set $left (local.get $n))"
     "    (loop $run"
     "      (block $next"
     "       (block $on (result (ref $c))"
     "        (resume $c (on $y $on) (table.get $q (local.get $head)))"
     "        (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1))))"
     "        (return (global.get $sum)))"
     "       (local.set $k)"
     "       (table.set $q (i32.and (i32.add (local.get $head) (local.get $left)) (i32.const 1023)) (local.get $k)))"
     "      (local.set $head (i32.and (i32.add (local.get $head) (i32.const 1)) (i32.const 1023)))"
     "      (br $run)) (unreachable)))",
     1000, 0},
    {"arguments bound one after the other",
     "(module (type $f0 (func (param i32 v128 f64 i64) (result i64))) (type $c0 (cont $f0))"
     "  (type $f1 (func (param v128 f64 i64) (result i64))) (type $c1 (cont $f1))"
     "  (type $f2 (func (param i64) (result i64))) (type $c2 (cont $f2))"
     "  (type $f3 (func (result i64))) (type $c3 (cont $f3))"
     "  (tag $y (param i32) (result i32 v128 f64 i64)) (elem declare func $body)"
     "  (func $add (param i32 v128 f64 i64) (result i64)"
     "    (i64.add (i64.add (local.get 3) (i64.extend_i32_u (local.get 0)))"
     "      (i64.add (i64.trunc_f64_s (local.get 2)) (i64x2.extract_lane 1 (local.get 1)))))"
     "  (func $body (param i32 v128 f64 i64) (result i64)"
     "    (call $add (local.get 0) (local.get 1) (local.get 2) (local.get 3))"
     "    (call $add (suspend $y (i32.const 5))) (i64.mul))"
     "  (func $bind (param i32 (ref $c0)) (result (ref $c3))"
     "    (cont.bind $c2 $c3 (i64.const 1000) (cont.bind $c1 $c2 (v128.const i64x2 7 9) (f64.const 20)"
     "      (cont.bind $c0 $c1 (local.get 0) (local.get 1)))))"
     "  (func (export \"run\") (param i32) (result i64) (local $k (ref $c0))"
     "    (block $on (result i32 (ref $c0))"
     "      (resume $c3 (on $y $on) (call $bind (i32.const 3) (cont.new $c0 (ref.func $body)))) (unreachable))"
     "    (local.set $k) (local.set 0)"
     "    (resume $c3 (call $bind (local.get 0) (local.get $k)))))",
     0, 0},
    {"exceptions leave a continuation",
     "(module (type $f (func (param i32))) (type $c (cont $f)) (type $f0 (func)) (type $c0 (cont $f0))"
     "  (tag $e (param i32)) (tag $y) (elem declare func $a $b)"
     "  (func $a (param i32) (if (i32.and (local.get 0) (i32.const 1)) (then (suspend $y)))"
     "    (throw $e (local.get 0)))"
     "  (func $b (param i32) (resume $c (local.get 0) (cont.new $c (ref.func $a))) (unreachable))"
     "  (func $try (param i32 i32) (result i32)"
     "    (block $h (result i32)"
     "      (try_table (result i32) (catch $e $h)"
     "        (block $on (result (ref $c0))"
     "          (resume $c (on $y $on) (local.get 0) (cont.new $c (ref.func $b))) (return (i32.const -1)))"
     "        (resume $c0) (i32.const -2)))"
     "    (i32.mul (local.get 1)))"
     "  (func (export \"run\") (param i32) (result i32 i32)"
     "    (call $try (local.get 0) (i32.const 3)) (call $try (i32.add (local.get 0) (i32.const 1)) (i32.const 5))))",
     6, 0},
    {"exceptions thrown into a continuation",
     "(module (type $f (func (param i32) (result i32))) (type $c (cont $f)) (type $f0 (func (result i32)))"
     "  (type $c0 (cont $f0))"
     "  (tag $e (param i32)) (tag $d (param i64)) (tag $y (param i32)) (elem declare func $a $nest $never)"
     "  (func $never (param i32) (result i32) (unreachable))"
     "  (func $a (param i32) (result i32)"
     "    (block $h (result i32) (try_table (result i32) (catch $e $h)"
     "       (suspend $y (local.get 0)) (i32.const 1)))"
     "    (suspend $y (i32.const 50)) (i32.add (local.get 0)))"
     "  (func $nest (param i32) (result i32)"
     "    (resume $c (i32.add (local.get 0) (i32.const 1)) (cont.new $c (ref.func $a))))"
     "  (func $start (param i32) (result i32 (ref $c0))"
     "    (resume $c (on $y 0) (local.get 0) (cont.new $c (ref.func $nest))) (unreachable))"
     "  (func (export \"run\") (param i32) (result i32 i32 i32 i32)"
     "    (local $k (ref $c0)) (local $x exnref)"
     "    (call $start (local.get 0)) (local.set $k) (local.set 0)"
     "    (block $on (result i32 (ref $c0)) (resume_throw $c0 $e (on $y $on) (i32.const 30) (local.get $k)) (unreachable))"
     "    (local.set $k) (drop)"
     "    (resume $c0 (local.get $k))"
     "    (call $start (local.get 0)) (local.set $k) (drop)"
     "    (block $h (result i64) (try_table (catch $d $h)"
     "       (drop (resume_throw $c0 $d (i64.const 8) (local.get $k)))) (unreachable))"
     "    (i32.wrap_i64)"
     "    (block $h (result i64) (try_table (catch $d $h)"
     "       (drop (resume_throw $c $d (i64.const 9) (cont.new $c (ref.func $never))))) (unreachable))"
     "    (i32.wrap_i64)"
     "    (local.set $x (block $h (result exnref) (try_table (catch_all_ref $h) (throw $e (i32.const 200))) (unreachable)))"
     "    (call $start (local.get 0)) (local.set $k) (drop)"
     "    (block $on (result i32 (ref $c0)) (resume_throw_ref $c0 (on $y $on) (local.get $x) (local.get $k)) (unreachable))"
     "    (local.set $k) (drop)"
     "    (resume $c0 (local.get $k))))",
     6, 0},
    {"uncaught, thrown into a continuation",
     "(module (type $f (func)) (type $c (cont $f)) (tag $e (param i32)) (tag $y) (elem declare func $a $b)"
     "  (func $a (call $b)) (func $b (suspend $y))"
     "  (func (export \"run\") (param i32) (local $k (ref $c))"
     "    (block $on (result (ref $c)) (resume $c (on $y $on) (cont.new $c (ref.func $a))) (return))"
     "    (local.set $k) (resume_throw $c $e (i32.const 4) (local.get $k))))",
     0, 1 + 3 + 1 + 1 + 3},
    {"uncaught, thrown into one that has not begun",
     "(module (type $f (func)) (type $c (cont $f)) (tag $e (param i32)) (elem declare func $a)"
     "  (func $a)"
     "  (func (export \"run\") (param i32) (resume_throw $c $e (local.get 0) (cont.new $c (ref.func $a)))))",
     0, 1 + 1 + 1},
    {"a trap in a continuation in a continuation",
     "(module (type $f (func (param i32))) (type $c (cont $f)) (elem declare func $a $b) (memory 1)"
     "  (func $a (param i32) (resume $c (local.get 0) (cont.new $c (ref.func $b))))"
     "  (func $b (param i32) (call $d (local.get 0)))"
     "  (func $d (param i32) (i32.store (local.get 0) (i32.const 1)))"
     "  (func (export \"run\") (param i32)"
     "    (resume $c (i32.const 8) (cont.new $c (ref.func $a)))"
     "    (resume $c (local.get 0) (cont.new $c (ref.func $a)))))",
     65534, 0},
    {"nobody handles it",
     "(module (type $f (func)) (type $c (cont $f)) (tag $y) (tag $z (param i32)) (elem declare func $a)"
     "  (func $a (suspend $z (i32.const 1)))"
     "  (func (export \"run\") (param i32) (block $h (result (ref $c))"
     "    (resume $c (on $y $h) (on $y switch) (cont.new $c (ref.func $a))) (return)) (drop)))",
     0, 1 + 1 + 1 + 1},
    {"used twice",
     "(module (type $f (func)) (type $c (cont $f)) (elem declare func $a) (func $a)"
     "  (func (export \"run\") (param i32) (local $k (ref $c)) (local.set $k (cont.new $c (ref.func $a)))"
     "    (resume $c (local.get $k)) (resume $c (local.get $k))))",
     0, 1 + 1 + 1},
    {"deep calls in a continuation, suspended at every depth",
     "(module (type $f (func (param i32))) (type $c (cont $f)) (type $f0 (func)) (type $c0 (cont $f0))"
     "  (tag $y (param i32)) (elem declare func $walk)"
     "  (func $walk (param i32) (if (i32.eqz (local.get 0)) (then (return)))"
     "    (call $walk (i32.sub (local.get 0) (i32.const 1))) (suspend $y (local.get 0))"
     "    (call $walk (i32.shr_u (local.get 0) (i32.const 2))))"
     "  (func (export \"run\") (param i32) (result i64) (local $k (ref $c0)) (local $s i64)"
     "    (block $on (result i32 (ref $c0))"
     "      (resume $c (on $y $on) (local.get 0) (cont.new $c (ref.func $walk))) (return (i64.const 0)))"
     "    (loop $l (param i32 (ref $c0))"
     "      (local.set $k) (local.set $s (i64.add (i64.extend_i32_u) (i64.mul (local.get $s) (i64.const 5))))"
     "      (resume $c0 (on $y $l) (local.get $k)))"
     "    (local.get $s)))",
     60, 0},
    {"no end of resumes",
     "(module (type $f (func)) (type $c (cont $f)) (elem declare func $a) (global $n (mut i32) (i32.const 0))"
     "  (func $a (local i64 i64) (global.set $n (i32.add (global.get $n) (i32.const 1)))"
     "    (resume $c (cont.new $c (ref.func $a))))"
     "  (func (export \"run\") (param i32) (call $a)))",
     0, 0},
    {"calls without end in a continuation",
     "(module (type $f (func (param i64))) (type $c (cont $f)) (elem declare func $a)"
     "  (func $a (param i64) (call $a (i64.add (local.get 0) (i64.const 1))) (drop (i32.const 1)))"
     "  (func $b (param i32) (if (local.get 0) (then (call $b (i32.sub (local.get 0) (i32.const 1))))"
     "    (else (resume $c (i64.const 1) (cont.new $c (ref.func $a))))))"
     "  (func (export \"run\") (param i32) (call $b (local.get 0))))",
     30, 0},
    {"tail calls at the bottom of a continuation",
     "(module (type $f (func (param i32) (result i32))) (type $c (cont $f)) (type $f0 (func (result i32)))"
     "  (type $c0 (cont $f0)) (tag $y (param i32)) (elem declare func $a $b)"
     "  (func $a (param i32) (result i32) (return_call $b (i32.const 9) (local.get 0) (i32.const 4)))"
     "  (func $b (param i32 i32 i32) (result i32) (local i64 i64 i64)"
     "    (suspend $y (local.get 0))"
     "    (if (i32.eqz (local.get 2)) (then (return (local.get 1))))"
     "    (return_call $b (local.get 1) (local.get 0) (i32.sub (local.get 2) (i32.const 1))))"
     "  (func (export \"run\") (param i32) (result i32 i32) (local $k (ref $c0)) (local $s i32)"
     "    (block $on (result i32 (ref $c0))"
     "      (resume $c (on $y $on) (local.get 0) (cont.new $c (ref.func $a))) (unreachable))"
     "    (loop $l (param i32 (ref $c0)) (result i32) (local.set $k)"
     "      (local.set $s (i32.add (i32.mul (local.get $s) (i32.const 10))))"
     "      (resume $c0 (on $y $l) (local.get $k)))"
     "    (local.get $s)))",
     2, 0},
    {"host functions in continuations",
     "(module (import \"h\" \"wait\" (func $wait (param i32) (result i32)))"
     "  (import \"h\" \"twice\" (func $twice (param funcref i32) (result i32)))"
     "  (type $f (func (param i32) (result i32))) (type $c (cont $f)) (type $fb (func (param funcref i32) (result i32)))"
     "  (type $cb (cont $fb)) (tag $y (param i32) (result i32)) (elem declare func $wait $twice $cb $a)"
     "  (func $cb (param i32) (result i32) (i32.add (suspend $y (local.get 0)) (i32.const 3)))"
     "  (func $a (param i32) (result i32) (i32.mul (call $twice (ref.func $cb) (call $wait (local.get 0))) (i32.const 2)))"
     "  (func $drive (param i32 (ref $c)) (result i32)"
     "    (local.get 0) (local.get 1)"
     "    (loop $l (param i32 (ref $c)) (result i32) (resume $c (on $y $l))))"
     "  (func (export \"run\") (param i32) (result i32 i32 i32)"
     "    (call $drive (i32.const 11) (cont.new $c (ref.func $wait)))"
     "    (call $drive (local.get 0) (cont.new $c (ref.func $a)))"
     "    (block $on (result i32 (ref $c))"
     "      (resume $cb (on $y $on) (ref.func $cb) (i32.const 100) (cont.new $cb (ref.func $twice))) (unreachable))"
     "    (call $drive)))",
     5, 0},
    {"a host function catches what a continuation throws",
     "(module (import \"h\" \"guard\" (func $guard (param funcref i32) (result i32)))"
     "  (import \"h\" \"throw\" (func $throw (param i32)))"
     "  (type $f (func (param i32))) (type $c (cont $f)) (type $f0 (func)) (type $c0 (cont $f0)) (tag $y)"
     "  (tag $e (export \"e\") (param i32 i64)) (elem declare func $in $a $throw)"
     "  (func $a (param i32) (suspend $y) (call $throw (local.get 0)))"
     "  (func $in (param i32) (result i32)"
     "    (block $on (result (ref $c0)) (resume $c (on $y $on) (local.get 0) (cont.new $c (ref.func $a))) (unreachable))"
     "    (resume $c0) (i32.const 1))"
     "  (func (export \"run\") (param i32) (result i32 i32)"
     "    (call $guard (ref.func $in) (i32.const 4))"
     "    (block $h (result i32 i64) (try_table (catch $e $h)"
     "       (resume $c (i32.const 12) (cont.new $c (ref.func $throw)))) (unreachable)) (drop)))",
     0, 0},
    {"memory grows in a continuation",
     "(module (memory (export \"m\") 1) (type $f (func)) (type $c (cont $f)) (tag $y) (elem declare func $a)"
     "  (func $a (loop $l (drop (memory.grow (i32.const 1)))"
     "    (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (i32.const 77))"
     "    (suspend $y) (br_if $l (i32.lt_u (memory.size) (i32.const 5)))))"
     "  (func (export \"run\") (param i32) (result i32) (local $k (ref $c)) (local $s i32)"
     "    (local.set $k (cont.new $c (ref.func $a)))"
     "    (loop $l (block $on (result (ref $c))"
     "        (resume $c (on $y $on) (local.get $k)) (return (local.get $s)))"
     "      (local.set $k)"
     "      (local.set $s (i32.add (local.get $s)"
     "         (i32.load (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4))))) (br $l)) (unreachable)))",
     0, 0},
    {"kept in a struct, a global and an exception",
     "(module (type $f (func (result i32))) (type $c (cont $f)) (type $s (struct (field (mut (ref null $c)))))"
     "  (tag $y (param i32)) (tag $e (param (ref $s))) (elem declare func $a $b) (global $g (mut (ref null $s)) (ref.null $s))"
     "  (func $a (result i32) (suspend $y (i32.const 4)) (suspend $y (i32.const 5)) (i32.const 6))"
     "  (func $b (result i32) (local $s (ref $s)) (local $k (ref null $c)) (local.set $s (struct.new $s (cont.new $c (ref.func $a))))"
     "    (block $on (result i32 (ref $c)) (resume $c (on $y $on) (struct.get $s 0 (local.get $s))) (unreachable))"
     "    (local.set $k) (drop) (struct.set $s 0 (local.get $s) (local.get $k))"
     "    (global.set $g (local.get $s)) (throw $e (local.get $s)))"
     "  (func (export \"run\") (param i32) (result i32 i32) (local $s (ref null $s)) (local $k (ref null $c))"
     "    (block $h (result (ref $s)) (try_table (catch $e $h)"
     "      (drop (resume $c (cont.new $c (ref.func $b))))) (unreachable))"
     "    (local.set $s)"
     "    (block $on (result i32 (ref $c)) (resume $c (on $y $on) (struct.get $s 0 (local.get $s))) (unreachable))"
     "    (local.set $k) (struct.set $s 0 (global.get $g) (local.get $k))"
     "    (resume $c (struct.get $s 0 (local.get $s)))))",
     0, 0},
    {"switch to one that has not begun, and return from it",
     "(module (rec (type $f (func (param (ref null $c)))) (type $c (cont $f))) (tag $t)"
     "  (type $f0 (func)) (type $c0 (cont $f0)) (elem declare func $main $other $third) (global $n (mut i32) (i32.const 0))"
     "  (tag $y)"
     "  (func $note (param i32) (global.set $n (i32.add (i32.mul (global.get $n) (i32.const 10)) (local.get 0))))"
     "  (func $third (type $f) (param (ref null $c)) (call $note (i32.const 3)) (suspend $y) (call $note (i32.const 4)))"
     "  (func $other (type $f) (param (ref null $c)) (call $note (i32.const 1))"
     "    (drop (switch $c $t (local.get 0))) (call $note (i32.const 5)))"
     "  (func $main (type $f) (param (ref null $c)) (local (ref null $c))"
     "    (local.set 1 (switch $c $t (cont.new $c (ref.func $other))))"
     "    (call $note (i32.const 2)) (drop (switch $c $t (cont.new $c (ref.func $third)))) (unreachable))"
     "  (func (export \"run\") (param i32) (result i32)"
     "    (block $on (result (ref $c0))"
     "      (resume $c (on $t switch) (on $y $on) (ref.null $c) (cont.new $c (ref.func $main))) (return (i32.const -1)))"
     "    (resume $c0) (global.get $n)))",
     0, 0},
    {"suspended in a continuation's catch and try",
     "(module (type $f (func (result i32))) (type $c (cont $f)) (tag $y) (tag $e (param i32)) (elem declare func $a)"
     "  (func $a (result i32)"
     "    (block $h (result i32) (try_table (result i32) (catch $e $h) (suspend $y) (throw $e (i32.const 3))))"
     "    (suspend $y)"
     "    (try (result i32) (do (suspend $y) (throw $e (i32.const 40))) (catch $e (suspend $y)))"
     "    (i32.add))"
     "  (func (export \"run\") (param i32) (result i32 i32) (local $n i32) (local $k (ref $c))"
     "    (local.set $k (cont.new $c (ref.func $a)))"
     "    (loop $l (block $on (result (ref $c)) (resume $c (on $y $on) (local.get $k)) (return (local.get $n)))"
     "      (local.set $k) (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $l)) (unreachable)))",
     0, 0},
