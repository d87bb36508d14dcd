;; Lists: built, reversed in place, summed.
(type $item (struct (field $value i64) (field $next (mut (ref null $item)))))
(func $build (param $n i32) (result (ref null $item))
  (local $list (ref null $item))
  (loop $more
    (local.set $list (struct.new $item (i64.extend_i32_u (local.get $n)) (local.get $list)))
    (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
  (local.get $list))
(func $reverse (param $list (ref null $item)) (result (ref null $item))
  (local $done (ref null $item)) (local $next (ref null $item))
  (block $end
    (loop $more
      (br_if $end (ref.is_null (local.get $list)))
      (local.set $next (struct.get $item $next (local.get $list)))
      (struct.set $item $next (local.get $list) (local.get $done))
      (local.set $done (local.get $list))
      (local.set $list (local.get $next))
      (br $more)))
  (local.get $done))
(func $sum (param $list (ref null $item)) (result i64)
  (local $sum i64)
  (block $end
    (loop $more
      (br_if $end (ref.is_null (local.get $list)))
      (local.set $sum
        (i64.add (i64.mul (local.get $sum) (i64.const 31)) (struct.get $item $value (local.get $list))))
      (local.set $list (struct.get $item $next (local.get $list)))
      (br $more)))
  (local.get $sum))
(func (export "_start")
  (local $n i32) (local $k i32) (local $sum i64) (local $list (ref null $item))
  (loop $more
    (local.set $list (call $build (i32.const 1000)))
    (local.set $k (i32.const 5))
    (loop $again
      (local.set $list (call $reverse (local.get $list)))
      (local.set $sum (i64.xor (i64.rotl (local.get $sum) (i64.const 1)) (call $sum (local.get $list))))
      (br_if $again (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
    (br_if $more (i32.ne (i32.const 6000) (local.tee $n (i32.add (local.get $n) (i32.const 1))))))
  (call $print (local.get $sum)))
