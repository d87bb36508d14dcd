;; Continuations: what switching costs, beside what a call costs. Each export does the thing N times.
;;   time build/wick run --invoke generator bench/cont/switch.wat 10000000
(module
  (type $f (func)) (type $c (cont $f))
  (rec (type $fs (func (param (ref null $cs)))) (type $cs (cont $fs)))
  (tag $yield (param i64)) (tag $swap)
  (elem declare func $gen $once $ping $deep)
  (global $n (mut i64) (i64.const 0))
  (func $gen (local $i i64)
    (loop $l
      (suspend $yield (local.get $i))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $l (i64.lt_u (local.get $i) (global.get $n)))))
  (func $drive (param $k (ref $c)) (result i64) (local $sum i64)
    (loop $l
      (block $on (result i64 (ref $c))
        (resume $c (on $yield $on) (local.get $k))
        (return (local.get $sum)))
      (local.set $k)
      (local.set $sum (i64.add (local.get $sum)))
      (br $l))
    (unreachable))
  ;; a suspend and a resume
  (func (export "generator") (param $n i64) (result i64)
    (global.set $n (local.get $n))
    (call $drive (cont.new $c (ref.func $gen))))
  ;; the same 1,000 calls deep: what lies below the suspension costs nothing
  (func $deep_call (param $d i32)
    (if (local.get $d) (then (call $deep_call (i32.sub (local.get $d) (i32.const 1))))
      (else (call $gen))))
  (func $deep (call $deep_call (i32.const 1000)))
  (func (export "deep") (param $n i64) (result i64)
    (global.set $n (local.get $n))
    (call $drive (cont.new $c (ref.func $deep))))
  ;; a switch
  (func $ping (type $fs) (param $k (ref null $cs))
    (loop $l
      (global.set $n (i64.sub (global.get $n) (i64.const 1)))
      (if (i64.eqz (global.get $n)) (then (return)))
      (local.set $k (switch $cs $swap (local.get $k)))
      (br $l)))
  (func (export "switch") (param $n i64) (result i64)
    (global.set $n (local.get $n))
    (resume $cs (on $swap switch) (cont.new $cs (ref.func $ping)) (cont.new $cs (ref.func $ping)))
    (global.get $n))
  ;; a continuation that is made, suspends once, and is garbage
  (func $once (suspend $yield (i64.const 1)))
  (func (export "create") (param $n i64) (result i64) (local $sum i64)
    (loop $l
      (block $on (result i64 (ref $c))
        (resume $c (on $yield $on) (cont.new $c (ref.func $once)))
        (return (local.get $sum)))
      (drop)
      (local.set $sum (i64.add (local.get $sum)))
      (br_if $l (i64.lt_u (local.get $sum) (local.get $n))))
    (local.get $sum))
  ;; a call
  (func $add (param $i i64) (result i64) (i64.add (local.get $i) (i64.const 1)))
  (func (export "call") (param $n i64) (result i64) (local $i i64)
    (loop $l
      (local.set $i (call $add (local.get $i)))
      (br_if $l (i64.lt_u (local.get $i) (local.get $n))))
    (local.get $i)))
