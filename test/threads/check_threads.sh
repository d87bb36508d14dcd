#!/bin/sh
# check_threads.sh - wasi-threads in the command: how programs with threads run and end, in both interpreters. BUILD
# names the build, RUN what runs its programs.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
wick="${RUN:-} $BUILD/wick"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkfifo "$work/input"
exec 9<>"$work/input" # an input that never says anything and never ends
passed=0 failed=0
result() {
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}

# program MAIN THREAD [MORE]: $work/p.wat with these bodies. $sleep takes 1,000 seconds.
program() {
    cat >"$work/p.wat" <<WAT
(module
  (import "wasi" "thread-spawn" (func \$spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func \$exit (param i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func \$poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func \$read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func \$yield (result i32)))
  (import "env" "memory" (memory 1 4 shared))
  (export "memory" (memory 0))
  (tag \$e)
  ;; Each thread has 256 bytes of its own for calls.
  (global \$own (mut i32) (i32.const 0))
  (func \$own (if (i32.eqz (global.get \$own))
    (then (global.set \$own (i32.add (i32.const 8192) (i32.mul (i32.const 256) (i32.atomic.rmw.add (i32.const 1024) (i32.const 1))))))))
  (func \$sleep (call \$own)
    (i32.store offset=16 (global.get \$own) (i32.const 1)) (i64.store offset=24 (global.get \$own) (i64.const 1000000000000))
    (drop (call \$poll (global.get \$own) (i32.add (global.get \$own) (i32.const 64)) (i32.const 1)
      (i32.add (global.get \$own) (i32.const 128)))))
  (func \$input (call \$own)
    (i32.store (global.get \$own) (i32.add (global.get \$own) (i32.const 16))) (i32.store offset=4 (global.get \$own) (i32.const 8))
    (drop (call \$read (i32.const 0) (global.get \$own) (i32.const 1) (i32.add (global.get \$own) (i32.const 8)))))
  (func \$hang (param i32) (drop (memory.atomic.wait32 (local.get 0) (i32.const 0) (i64.const -1))))
  (func \$spin (loop (br 0)))
  (func \$deep (call \$deep) (call \$deep))
  (func \$again (loop (drop (call \$yield)) (br 0)))
  ${3:-}
  (func (export "wasi_thread_start") (param \$id i32) (param \$arg i32) $2)
  (func (export "_start") (local \$i i32) (local \$n i32) $1))
WAT
}

# ends WHAT STATUS PATTERN [OPTIONS...]: the program ends so, in both interpreters, and says what matches the pattern ('':
# nothing). Standard input stays open.
ends() {
    what=$1 want=$2 pattern=$3
    shift 3
    for engine in fast ref; do
        timeout 30 $wick run --engine $engine "$@" "$work/p.wat" >"$work/out" 2>"$work/err" <&9
        got=$?
        [ "$got" = "$want" ]
        result $? "$what ($engine): status $got, expected $want; $(head -n 2 "$work/err")"
        if [ -n "$pattern" ]; then grep -q "$pattern" "$work/err"; else [ ! -s "$work/err" ]; fi
        result $? "$what ($engine): expected '$pattern' in: $(head -n 3 "$work/err")"
    done
}

some='(loop $more (if (i32.le_s (call $spawn (local.get $i)) (i32.const 0)) (then unreachable))
    (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $more (i32.lt_u (local.get $i) (i32.const 10))))'
all='(loop $wait (local.set $n (i32.atomic.load (i32.const 4)))
    (if (i32.lt_u (local.get $n) (i32.const 10)) (then
        (drop (memory.atomic.wait32 (i32.const 4) (local.get $n) (i64.const -1))) (br $wait))))'
done='(drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1))) (drop (memory.atomic.notify (i32.const 4) (i32.const -1)))'
each='(if (i32.eq (local.get $arg) (i32.const 0)) (then (call $hang (i32.const 512))))
    (if (i32.eq (local.get $arg) (i32.const 1)) (then (call $spin)))
    (if (i32.eq (local.get $arg) (i32.const 2)) (then (call $sleep)))
    (if (i32.eq (local.get $arg) (i32.const 3)) (then (call $input)))
    (if (i32.eq (local.get $arg) (i32.const 4)) (then (call $again)))'

program "$some $all (call \$exit (i32.atomic.load (i32.const 0)))" \
    "(drop (i32.atomic.rmw.add (i32.const 0) (local.get \$arg))) $done"
ends "ten threads add up" 45 ''
ends "ten threads add up, translated before" 45 '' --eager
ends "ten threads add up, with fuel" 45 '' --fuel 100000
ends "fuel is for all together" 134 "out of fuel: more than 10 units" --fuel 10

# Whatever the others do, the end of one is the end of all.
program "$some (i32.atomic.store (i32.const 600) (i32.const 1)) (call \$exit (i32.const 7))" "$each"
ends "the first thread exits" 7 ''
program "$some" "$each"
ends "the first thread returns" 0 ''
program "$some (call \$deep)" "$each"
ends "the first thread traps" 134 'call stack exhausted'
for main in hang sleep input spin again; do
    place=
    [ $main = hang ] && place='(i32.const 512)'
    program "$some (call \$$main $place)" "(if (i32.eq (local.get \$arg) (i32.const 9)) (then (call \$exit (i32.const 9)))) $each"
    ends "a thread exits while the first does $main" 9 ''
done
program "$some (call \$hang (i32.const 512))" "(if (i32.eq (local.get \$arg) (i32.const 9)) (then unreachable)) $each"
ends "a thread traps" 134 'func\[[0-9]*\].*unreachable'
ends "a thread traps, and its host says which" 134 '    in thread 10$'
program "$some (call \$hang (i32.const 512))" "(if (i32.eq (local.get \$arg) (i32.const 9)) (then (throw \$e))) $each"
ends "a thread throws" 134 'uncaught exception'
program "$some (call \$hang (i32.const 512))" "(call \$deep)"
ends "threads use up their stacks" 134 'call stack exhausted'
program "$some (call \$spin)" "(call \$spin)"
ends "all spin until there is no fuel" 134 'out of fuel' --fuel 3000000
ends "all spin until the time is up" 134 'time is up' --timeout 0.3
program "$some (call \$sleep)" "(call \$sleep)"
ends "all sleep until the time is up" 134 'time is up' --timeout 0.3
program "$some (call \$hang (i32.const 512))" "(call \$hang (i32.const 512))"
ends "all wait until the time is up" 134 'time is up' --timeout 0.3

# The same in the start functions of all instances but the first thread's.
begins() {
    program "$1" '(call $hang (i32.const 512))' \
        "(func \$begin (if (i32.atomic.rmw.add (i32.const 2048) (i32.const 1)) (then $2))) (start \$begin)"
}
begins "$some (call \$hang (i32.const 512))" unreachable
ends "a start function traps" 134 'unreachable'
begins "$some (call \$hang (i32.const 512))" '(call $exit (i32.const 5))'
ends "a start function exits" 5 ''
begins "$some (call \$sleep)" '(throw $e)'
ends "a start function throws" 134 'uncaught exception'
for begin in sleep input spin again; do
    begins "$some (call \$exit (i32.const 7))" "(call \$$begin)"
    ends "the first thread exits while start functions do $begin" 7 ''
done
begins "$some (call \$exit (i32.const 7))" '(call $hang (i32.const 512))'
ends "the first thread exits while start functions wait" 7 ''

# Who makes threads without end.
count='(if (i32.gt_u (i32.atomic.rmw.add (i32.const 2052) (i32.const 1)) (i32.const 500)) (then (call $exit (i32.const 3))))'
begins '(drop (call $spawn (i32.const 0))) (call $hang (i32.const 512))' \
    "$count (loop (drop (call \$spawn (i32.const 0))) (drop (call \$spawn (i32.const 0))) $count (br 0))"
ends "start functions that start threads" 3 ''
program '(drop (call $spawn (i32.const 0))) (call $hang (i32.const 512))' \
    "(drop (call \$spawn (i32.const 0))) (drop (call \$spawn (i32.const 0))) $count"
ends "each thread starts two and ends" 3 ''
program '(loop (drop (call $spawn (i32.const 0))) (br 0))' '(loop (drop (call $spawn (i32.const 0))) (br 0))'
ends "all start threads until the time is up" 134 'time is up' --timeout 0.3
ends "all start threads until there is no fuel" 134 'out of fuel' --fuel 300000
ends "all start threads, of which there are few" 134 'out of fuel' --fuel 300000 --max-threads 3
program '(drop (call $spawn (i32.const 0))) (loop (br_if 0 (i32.eqz (i32.load (i32.const 16))))) unreachable' \
    '(i32.store (i32.const 16) (i32.const 1)) (loop (drop (call $spawn (i32.const 0))) (br 0))' '(table 1000000 funcref)'
ends "a trap while another starts threads with large tables" 134 'unreachable' --max-threads 6
program '(loop (drop (call $spawn (i32.const 0))) (br 0))' '(call $hang (i32.const 512))' '(table 1000000 funcref)'
ends "large tables cost fuel" 134 'out of fuel' --fuel 20000 --max-threads 3

# Numbers, limits, what thread-spawn answers.
program '(drop (call $spawn (i32.const 0))) (drop (call $spawn (i32.const 0)))
    (call $exit (i32.sub (i32.const 0) (call $spawn (i32.const 0))))' '(call $hang (i32.const 512))'
ends "too many threads" 6 '' --max-threads 2
program '(loop $more (local.set $n (call $spawn (local.get $i)))
        (if (i32.or (i32.le_s (local.get $n) (i32.const 0)) (i32.gt_u (local.get $n) (i32.const 0x1fffffff))) (then unreachable))
        (loop $wait (if (i32.eq (i32.atomic.load (i32.const 4)) (local.get $i)) (then
            (drop (memory.atomic.wait32 (i32.const 4) (local.get $i) (i64.const -1))) (br $wait))))
        (if (i32.ne (i32.atomic.load (i32.const 0)) (local.get $n)) (then unreachable))
        (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $more (i32.lt_u (local.get $i) (i32.const 300))))
    (call $exit (i32.atomic.load (i32.const 8)))' \
    "(i32.atomic.store (i32.const 0) (local.get \$id)) $done" \
    '(func $begin (drop (i32.atomic.rmw8.add_u (i32.const 8) (i32.const 1)))) (start $begin)'
ends "three hundred threads, one after another: numbers, start functions" 45 ''
program '(drop (memory.grow (i32.const 2))) (drop (call $spawn (i32.const 0)))
    (drop (memory.atomic.wait32 (i32.const 150000) (i32.const 0) (i64.const -1)))
    (call $exit (memory.size))' \
    '(i32.store (i32.const 200000) (memory.grow (i32.const 1))) (i32.atomic.store (i32.const 150000) (i32.const 1))
    (drop (memory.atomic.notify (i32.const 150000) (i32.const 1)))'
ends "a memory that grows for all" 4 ''
ends "a memory that nobody may grow" 134 'out of bounds' --max-memory 65536

cat >"$work/p.wat" <<'WAT'
(module (import "wasi" "thread-spawn" (func (param i32) (result i32))) (import "env" "memory" (memory 1 1 shared))
  (func (export "_start")))
WAT
ends "no function to start threads with" 1 'wasi_thread_start'
cat >"$work/p.wat" <<'WAT'
(module (import "wasi" "thread-spawn" (func (param i32) (result i32))) (memory 1 1 shared)
  (func (export "wasi_thread_start") (param i32 i32)) (func (export "_start")))
WAT
ends "a memory of its own" 1 'import its shared memory'
cat >"$work/p.wat" <<'WAT'
(module (import "a" "b" (memory 1 1 shared)) (func (export "_start") (if (i32.ne (memory.size) (i32.const 1)) (then unreachable))))
WAT
ends "a shared memory without threads" 0 ''
cat >"$work/p.wat" <<'WAT'
(module (import "a" "b" (memory 10000 20000 shared)) (func (export "_start")))
WAT
ends "a shared memory over the quota" 1 'quota' --max-memory 1M

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
