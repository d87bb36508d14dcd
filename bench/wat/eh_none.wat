;; Blocks that catch, entered sixty-four million times without an exception.
(tag $stop (param i32))
(func (export "_start")
  (local $n i32) (local $sum i32)
  (local.set $n (i32.const 64000000))
  (loop $more
    (local.set $sum (i32.add (local.get $sum)
      (block $caught (result i32)
        (try_table (catch $stop $caught)
          (if (i32.eqz (local.get $n)) (then (throw $stop (i32.const 1)))))
        (i32.mul (local.get $n) (i32.const 3)))))
    (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
  (call $print (i64.extend_i32_u (local.get $sum))))
