;; eh_deep.wat in the older encoding that compilers still write.
(tag $stop (param i32))
(func $down (param $depth i32) (param $value i32)
  (if (i32.eqz (local.get $depth)) (then (throw $stop (local.get $value))))
  (call $down (i32.sub (local.get $depth) (i32.const 1)) (local.get $value)))
(func $try (param $value i32) (result i32)
  try (result i32)
    i32.const 10
    local.get $value
    call $down
    i32.const 0
  catch $stop
  end)
(func (export "_start")
  (local $n i32) (local $sum i64)
  (local.set $n (i32.const 2000000))
  (loop $more
    (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (i64.extend_i32_u (call $try (local.get $n)))))
    (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
  (call $print (local.get $sum)))
