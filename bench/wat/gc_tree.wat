;; Binary trees: many short-lived ones beside one that stays.
(type $tree (struct (field $left (ref null $tree)) (field $right (ref null $tree))))
(func $make (param $depth i32) (result (ref $tree))
  (if (result (ref $tree)) (i32.eqz (local.get $depth))
    (then (struct.new $tree (ref.null $tree) (ref.null $tree)))
    (else
      (struct.new $tree
        (call $make (i32.sub (local.get $depth) (i32.const 1)))
        (call $make (i32.sub (local.get $depth) (i32.const 1)))))))
(func $count (param $tree (ref null $tree)) (result i32)
  (if (result i32) (ref.is_null (local.get $tree))
    (then (i32.const 0))
    (else
      (i32.add (i32.const 1)
        (i32.add
          (call $count (struct.get $tree $left (local.get $tree)))
          (call $count (struct.get $tree $right (local.get $tree))))))))
(func (export "_start")
  (local $old (ref null $tree)) (local $sum i64) (local $n i32)
  (local.set $old (call $make (i32.const 15)))
  (loop $more
    (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (call $count (call $make (i32.const 11))))))
    (br_if $more (i32.ne (i32.const 2400) (local.tee $n (i32.add (local.get $n) (i32.const 1))))))
  (call $print (i64.add (local.get $sum) (i64.extend_i32_u (call $count (local.get $old))))))
