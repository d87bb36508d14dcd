;; struct.wat - 100 million small structs, each garbage at once: what an allocation costs, collections included.
(module
  (type $pair (struct (field i64) (field i64)))
  (func (export "run") (param $n i32) (result i64) (local $p (ref null $pair)) (local $sum i64)
    (loop $l
      (local.set $p (struct.new $pair (local.get $sum) (i64.const 1)))
      (local.set $sum (i64.add (struct.get $pair 0 (local.get $p)) (struct.get $pair 1 (local.get $p))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "empty") (param $n i32) (result i64) (local $a i64) (local $sum i64)
    (loop $l
      (local.set $a (i64.const 1))
      (local.set $sum (i64.add (local.get $sum) (local.get $a)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
