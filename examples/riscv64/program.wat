(module
  (import "env" "put" (func $put (param $text i32) (param $size i32)))
  (import "env" "get" (func $get (result i32)))
  (memory 1)
  (data (i32.const 16) "What is your name? Hello, ")
  ;; Counts to n: work for a time slice.
  (func (export "count") (param $n i32) (result i32) (local $i i32)
    (loop $again
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $i))
  ;; Asks for a line, greets it, answers its length.
  (func (export "greet") (result i32) (local $n i32) (local $c i32)
    (call $put (i32.const 16) (i32.const 19))
    (loop $again
      (local.set $c (call $get))
      (i32.store8 (i32.add (i32.const 42) (local.get $n)) (local.get $c))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $again (i32.and (i32.ne (local.get $c) (i32.const 10)) (i32.lt_u (local.get $n) (i32.const 100)))))
    (call $put (i32.const 35) (i32.add (i32.const 7) (local.get $n)))
    (local.get $n)))
