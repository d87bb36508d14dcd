;; Arrays: a sieve over an array of bytes, copies between arrays, allocation of short ones.
(type $bytes (array (mut i8)))
(type $longs (array (mut i64)))
(func $sieve (param $size i32) (result i32)
  (local $is (ref $bytes)) (local $i i32) (local $j i32) (local $count i32)
  (local.set $is (array.new $bytes (i32.const 1) (local.get $size)))
  (local.set $i (i32.const 2))
  (loop $next
    (if (array.get_u $bytes (local.get $is) (local.get $i))
      (then
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (local.set $j (i32.mul (local.get $i) (i32.const 2)))
        (block $end
          (loop $more
            (br_if $end (i32.ge_u (local.get $j) (local.get $size)))
            (array.set $bytes (local.get $is) (local.get $j) (i32.const 0))
            (local.set $j (i32.add (local.get $j) (local.get $i)))
            (br $more)))))
    (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $size))))
  (local.get $count))
(func $copies (param $n i32) (result i64)
  (local $a (ref $longs)) (local $b (ref $longs)) (local $sum i64)
  (local.set $a (array.new $longs (i64.const 3) (i32.const 64)))
  (loop $more
    (local.set $b (array.new_default $longs (i32.const 16)))
    (array.copy $longs $longs (local.get $b) (i32.const 0) (local.get $a) (i32.and (local.get $n) (i32.const 31)) (i32.const 16))
    (array.set $longs (local.get $a) (i32.and (local.get $n) (i32.const 63))
      (i64.add (array.get $longs (local.get $b) (i32.and (local.get $n) (i32.const 15))) (i64.extend_i32_u (local.get $n))))
    (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (array.get $longs (local.get $b) (i32.const 5))))
    (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
  (local.get $sum))
(func (export "_start")
  (local $n i32) (local $sum i64)
  (local.set $n (i32.const 15))
  (loop $more
    (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (call $sieve (i32.const 1000000)))))
    (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
  (call $print (i64.add (local.get $sum) (call $copies (i32.const 2500000)))))
