#!/bin/sh
# check_cli.sh - the command from outside: exit statuses, messages, options. BUILD names the build folder. Programs are
# written in the text format here, so nothing but a shell is needed. Ends with `N passed, N failed`.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$(pwd)/$BUILD ;; esac
WICK=$BUILD/wick
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
passed=0 failed=0

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    echo "FAIL $1"
    sed 's/^/    out: /' out | head -n 5
    sed 's/^/    err: /' err | head -n 5
}
# want STATUS COMMAND...: runs it; out and err keep what it wrote.
want() {
    status=$1
    shift
    "$@" >out 2>err </dev/null
    got=$?
    if [ "$got" -eq "$status" ]; then pass; else fail "status $got, expected $status: $*"; fi
}
out_is() { if [ "$(cat out)" = "$1" ]; then pass; else fail "standard output is not '$1'"; fi; }
out_has() { if grep -q -- "$1" out; then pass; else fail "standard output lacks '$1'"; fi; }
err_has() { if grep -q -- "$1" err; then pass; else fail "standard error lacks '$1'"; fi; }
err_lines() { if [ "$(wc -l <err)" -eq "$1" ]; then pass; else fail "standard error has not $1 lines"; fi; }
silent() { if [ ! -s out ] && [ ! -s err ]; then pass; else fail "not silent"; fi; }

# ---- programs ----

cat >main.wat <<'END'
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func $print (param i32 i32)
    (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  ;; Prints arguments and environment, NUL and all, and ends with the number of arguments.
  (func (export "_start")
    (drop (call $args_sizes (i32.const 16) (i32.const 20)))
    (drop (call $args (i32.const 1000) (i32.const 8000)))
    (call $print (i32.const 8000) (i32.load (i32.const 20)))
    (drop (call $env_sizes (i32.const 24) (i32.const 28)))
    (drop (call $env (i32.const 1000) (i32.const 8000)))
    (call $print (i32.const 8000) (i32.load (i32.const 28)))
    (call $exit (i32.load (i32.const 16)))))
END
cat >math.wat <<'END'
(module
  (memory (export "memory") 1)
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "add64") (param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1)))
  (func (export "half") (param f64) (result f64) (f64.div (local.get 0) (f64.const 2)))
  (func (export "third") (param f32) (result f32) (f32.div (local.get 0) (f32.const 3)))
  (func (export "two") (result i32 i64) (i32.const -1) (i64.const 2))
  (func (export "none"))
  (func (export "same") (param externref funcref) (result externref funcref) (local.get 0) (local.get 1))
  (func $boom (export "boom") (call $inner))
  (func $inner unreachable)
  (func (export "div") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
  (func (export "load") (result i32) (i32.load (i32.const 65536)))
  (func $deep (export "deep") (call $deep))
  (func (export "spin") (loop (br 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (global (export "g") i32 (i32.const 1)))
END
cat >reactor.wat <<'END'
(module
  (global $g (mut i32) (i32.const 1))
  (func (export "_initialize") (global.set $g (i32.const 42)))
  (func (export "get") (result i32) (global.get $g)))
END
echo '(module (func (export "f") (result i32) (i64.const 1)))' >invalid.wat
echo '(module (func (export "f") (result i32) (i32.const 1))' >unclosed.wat
printf '\0asm\2\0\0\0' >version.wasm
printf '\0as' >short.wasm
printf 'hello' >text.wasm
: >empty.wasm
echo '(module (import "env" "nothing" (func)))' >unlinked.wat
echo '(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32))))' >wrongtype.wat
echo '(module (func (unreachable)) (start 0))' >start.wat
echo '(module (memory 1) (data (i32.const 65535) "ab"))' >segment.wat
echo '(module (memory 3))' >big.wat
echo '(module (func (export "_start")))' >nothing.wat
echo '(module (func (export "_start") (param i32)))' >badstart.wat
printf '(module (tag $t) (func (export "_start") (throw $t)))' >throw.wat

# ---- usage ----

want 2 "$WICK"
err_has usage
want 0 "$WICK" --version
out_is "wick $(sed -n 's/^#define WICK_VERSION_MAJOR //p' "$OLDPWD/include/wick/wick.h").$(sed -n 's/^#define WICK_VERSION_MINOR //p' "$OLDPWD/include/wick/wick.h").$(sed -n 's/^#define WICK_VERSION_PATCH //p' "$OLDPWD/include/wick/wick.h")"
want 0 "$WICK" help
out_has 'wick FILE'
want 0 "$WICK" --help
for page in run validate wat2wasm wasm2wat wast; do
    want 0 "$WICK" help $page
    out_has "usage: wick $page"
    want 0 "$WICK" $page --help
    out_has "usage: wick $page"
done
want 0 "$WICK" help features
out_has tail-call
want 0 "$WICK" help run
out_has '1024 descriptors'
out_has '4294967296'
for option in --dir --ro-dir --env --argv0 --fuel --timeout --max-memory --engine --features --preload --invoke --proc; do
    out_has "$option"
done
want 2 "$WICK" help nothing
want 2 "$WICK" nonsense
err_has "unknown command"
want 2 "$WICK" --nonsense
want 2 "$WICK" run
want 2 "$WICK" run --nonsense nothing.wat
err_has "unknown option --nonsense"
want 2 "$WICK" run --nonsense=3 nothing.wat
want 2 "$WICK" run --dir
want 2 "$WICK" run --fuel nothing.wat
want 2 "$WICK" run --fuel x nothing.wat
want 2 "$WICK" run --fuel -1 nothing.wat
want 2 "$WICK" run --timeout x nothing.wat
want 2 "$WICK" run --timeout 0 nothing.wat
want 2 "$WICK" run --max-memory 1Q nothing.wat
want 2 "$WICK" run --engine warp nothing.wat
want 2 "$WICK" run --features nonsense nothing.wat
err_has nonsense
want 2 "$WICK" run --env NOVALUE nothing.wat
want 2 "$WICK" run --preload nothing.wat nothing.wat
want 2 "$WICK" run --dir /nonexistent-directory nothing.wat
err_has 'no such file or directory'
want 2 "$WICK" run --dir main.wat nothing.wat
want 2 "$WICK" run --dir ::x nothing.wat
want 2 "$WICK" run --proc --invoke f nothing.wat
want 2 "$WICK" validate
want 2 "$WICK" wat2wasm
want 2 "$WICK" wat2wasm main.wat math.wat
want 2 "$WICK" wast

# ---- running ----

want 0 "$WICK" run nothing.wat
silent
want 0 "$WICK" nothing.wat
want 0 "$WICK" ./nothing.wat
want 1 "$WICK" run main.wat
tr '\0' '|' <out >flat && mv flat out
out_is 'main.wat|'
want 3 "$WICK" main.wat --env 'a b'
tr '\0' '|' <out >flat && mv flat out
out_is 'main.wat|--env|a b|'
want 2 "$WICK" run --argv0 name --env A=1 --env=B=2=3 --env C= main.wat -x
tr '\0' '|' <out >flat && mv flat out
out_is 'name|-x|A=1|B=2=3|C=|'
want 2 "$WICK" run -- main.wat --
HOME=/secret want 1 "$WICK" run main.wat
tr '\0' '|' <out >flat && mv flat out
out_is 'main.wat|'
for engine in fast ref; do
    want 1 "$WICK" run --engine $engine main.wat
    want 1 "$WICK" run --engine=$engine --eager main.wat
    want 134 "$WICK" run --engine $engine --invoke boom math.wat
    err_has 'unreachable'
    err_has 'at inner (func\['
    err_has 'at boom (func\['
    err_has 'offset 0x'
    err_lines 3
    want 134 "$WICK" run --engine $engine --invoke div math.wat 0
    err_has 'integer divide by zero'
    want 134 "$WICK" run --engine $engine --invoke load math.wat
    err_has 'out of bounds memory access'
    want 134 "$WICK" run --engine $engine --invoke deep math.wat
    err_has 'call stack exhausted'
    err_has ' more$'
    want 134 "$WICK" run --engine $engine --fuel 10000 --invoke spin math.wat
    err_has 'out of fuel'
    err_has '    at '
    want 134 "$WICK" run --engine $engine --timeout 0.1 --invoke spin math.wat
    err_has 'time is up'
    want 134 "$WICK" run --engine $engine start.wat
    err_has unreachable
    want 134 "$WICK" run --engine $engine segment.wat
    err_has 'out of bounds memory access'
    want 134 "$WICK" run --engine $engine throw.wat
    want 0 "$WICK" run --engine $engine --invoke add math.wat 3 4
    out_is 7
done
want 0 "$WICK" run --fuel 100 --invoke add math.wat 1 2
want 0 "$WICK" run --timeout 10 --invoke add math.wat 1 2

# ---- refused ----

for file in invalid.wat unclosed.wat version.wasm short.wasm text.wasm empty.wasm; do
    want 1 "$WICK" run $file
    err_has "$file"
    err_lines 1
    want 1 "$WICK" validate $file
    err_has "$file"
    err_lines 1
done
want 1 "$WICK" run version.wasm
err_has 'version.wasm:0x4: '
err_has 'unknown binary version'
want 1 "$WICK" run unclosed.wat
err_has 'unclosed.wat:[0-9]*:[0-9]*: '
want 1 "$WICK" run invalid.wat
err_has '^wick: invalid.wat:1:54:0x.*: code section, func\[0\].*type mismatch'
want 1 "$WICK" run unlinked.wat
err_has 'unknown import'
err_has 'env.*nothing'
want 1 "$WICK" run wrongtype.wat
err_has 'incompatible import type'
want 1 "$WICK" run badstart.wat
want 1 "$WICK" run nonexistent.wasm
err_has 'nonexistent.wasm: No such file'
want 1 "$WICK" run .
want 1 "$WICK" nonexistent.wasm
want 1 "$WICK" run --max-memory 131072 big.wat
err_has quota
want 0 "$WICK" run --max-memory 196608 big.wat
want 0 "$WICK" run --max-memory 192K big.wat
want 0 "$WICK" run --max-memory 131072 --invoke grow math.wat 1
out_is 1
want 0 "$WICK" run --max-memory 131072 --invoke grow math.wat 2
out_is -1

# ---- validate, features ----

want 0 "$WICK" validate main.wat math.wat nothing.wat
silent
want 0 "$WICK" validate -v main.wat
out_is 'main.wat: valid'
want 1 "$WICK" validate main.wat nonexistent.wasm invalid.wat math.wat
err_lines 2
echo '(module (func (result i32) (i32.extend8_s (i32.const 1))))' >sign.wat
echo '(module (func (return_call 0)))' >tail.wat
echo '(module (memory 1 1 shared))' >shared.wat
want 0 "$WICK" validate sign.wat tail.wat shared.wat
want 1 "$WICK" validate --features all,-sign-extension sign.wat
want 1 "$WICK" validate --features mvp tail.wat
err_has tail.wat
want 0 "$WICK" validate --features 3.0 tail.wat
want 1 "$WICK" validate --features 3.0 shared.wat
want 0 "$WICK" validate --features=3.0,threads shared.wat

want 0 "$WICK" validate --eager main.wat math.wat
silent
want 0 "$WICK" validate --eager --engine ref -v main.wat
out_is 'main.wat: valid'
want 1 "$WICK" validate --eager invalid.wat
# Large enough for several threads; in the second something is wrong in the 1,500th and in the 1,900th function.
awk 'BEGIN {
    print "(module (func (export \"f\") (param i32) (result i32) (call 1999 (local.get 0)))"
    for (i = 1; i < 2000; i++) {
        s = "(local.get 0)"
        for (k = 0; k < 20; k++) { s = "(i32.add (i32.xor " s " (i32.const " i * k ")) (i32.const 70000))" }
        print "(func $g" i " (param i32) (result i32) " s ")"
    }
    print ")"
}' >large.wat
sed -e 's/(func $g1500 (param i32)/(func $g1500 (param i64)/' -e 's/(func $g1900 (param i32)/(func $g1900 (param i64)/' large.wat >wrong.wat
for engine in fast ref; do
    want 0 "$WICK" run --engine $engine --invoke f large.wat 5
    one=$(cat out)
    want 0 "$WICK" run --engine $engine --eager --load-threads 3 --invoke f large.wat 5
    out_is "$one"
    want 0 "$WICK" validate --engine $engine --eager --load-threads=3 -v large.wat
    out_is 'large.wat: valid'
done
want 1 "$WICK" validate wrong.wat
one=$(cat err)
want 1 "$WICK" validate --load-threads 3 wrong.wat
if [ "$(cat err)" = "$one" ]; then pass; else fail "not '$one'"; fi
err_has 'func\[1500\]'
for n in 0 65 x; do
    want 2 "$WICK" validate --load-threads $n main.wat
    want 2 "$WICK" run --load-threads $n main.wat
done
want 1 "$WICK" run --features 3.0,-tail-call --invoke add tail.wat
err_has 'illegal opcode'
want 1 "$WICK" run --features mvp tail.wat
want 0 "$WICK" run --features 3.0 tail.wat

# ---- invoke, preload ----

want 0 "$WICK" run --invoke add math.wat -1 0x10
out_is 15
want 0 "$WICK" run --invoke add math.wat 4294967295 -2147483648
out_is 2147483647
want 0 "$WICK" run --invoke add64 math.wat 9223372036854775807 1
out_is -9223372036854775808
want 0 "$WICK" run --invoke half math.wat 1e-3
out_is 0.0005
want 0 "$WICK" run --invoke half math.wat -inf
out_is -inf
want 0 "$WICK" run --invoke third math.wat 1
out_is 0.33333334
want 0 "$WICK" run --invoke two math.wat
out_is '-1
2'
want 0 "$WICK" run --invoke none math.wat
silent
want 0 "$WICK" run --invoke same math.wat 77 null
out_is '77
null'
want 2 "$WICK" run --invoke add math.wat 1
want 2 "$WICK" run --invoke add math.wat 1 2 3
want 2 "$WICK" run --invoke add math.wat 1 x
err_has "argument 2 is no i32: 'x'"
want 2 "$WICK" run --invoke add math.wat 1 4294967296
want 2 "$WICK" run --invoke add math.wat 1 -2147483649
want 2 "$WICK" run --invoke half math.wat 1x
want 2 "$WICK" run --invoke nonsense math.wat
want 2 "$WICK" run --invoke g math.wat
want 0 "$WICK" run reactor.wat
want 0 "$WICK" run --invoke get reactor.wat
out_is 42
cat >uses.wat <<'END'
(module (import "lib" "add" (func $add (param i32 i32) (result i32)))
  (import "lib" "memory" (memory 1))
  (func (export "f") (result i32) (call $add (i32.const 40) (i32.const 2))))
END
want 0 "$WICK" run --preload lib=math.wat --invoke f uses.wat
out_is 42
want 1 "$WICK" run --invoke f uses.wat
err_has 'unknown import'
want 1 "$WICK" run --preload lib=invalid.wat --invoke f uses.wat
err_has invalid.wat
want 134 "$WICK" run --preload lib=start.wat --invoke f uses.wat
want 1 "$WICK" run --preload lib=nonexistent.wasm --invoke f uses.wat

# ---- directories ----

cat >files.wat <<'END'
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "new") (data (i32.const 110) "\n")
  (func (export "create") (param i32) (result i32)
    (call $open (local.get 0) (i32.const 0) (i32.const 100) (i32.const 3) (i32.const 1) (i64.const 64) (i64.const 0)
      (i32.const 0) (i32.const 0)))
  (func (export "names") (local $fd i32)
    (local.set $fd (i32.const 3))
    (block $end (loop $next
      (br_if $end (call $prestat (local.get $fd) (i32.const 16)))
      (drop (call $name (local.get $fd) (i32.const 200) (i32.load (i32.const 20))))
      (i32.store (i32.const 0) (i32.const 200)) (i32.store (i32.const 4) (i32.load (i32.const 20)))
      (i32.store (i32.const 8) (i32.const 110)) (i32.store (i32.const 12) (i32.const 1))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 24)))
      (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
      (br $next))))
  (func (export "cat") (local $n i32)
    (block $end (loop $next
      (i32.store (i32.const 0) (i32.const 200)) (i32.store (i32.const 4) (i32.const 1000))
      (br_if $end (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 24)))
      (br_if $end (i32.eqz (i32.load (i32.const 24))))
      (i32.store (i32.const 4) (i32.load (i32.const 24)))
      (br_if $end (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 24)))
      (br $next)))))
END
mkdir rw ro
want 0 "$WICK" run --ro-dir ro::/first --dir rw --dir=rw::/third --invoke names files.wat
out_is '/first
rw
/third'
want 0 "$WICK" run --dir rw --invoke create files.wat 3
out_is 0
if [ -f rw/new ]; then pass; else fail "no file was made"; fi
want 0 "$WICK" run --ro-dir ro --invoke create files.wat 3
out_is 69
if [ ! -e ro/new ]; then pass; else fail "a file was made in a read-only directory"; fi
want 0 "$WICK" run --dir rw --ro-dir ro --invoke create files.wat 4
out_is 69
want 0 "$WICK" run --invoke create files.wat 3
out_is 8

# The default quotas are what --help says, and they hold: 1,024 descriptors, 4 of which are open at the start.
want 0 "$WICK" run --help
out_has '1024 descriptors'
out_has '131072 stack slots'
out_has '4294967296 bytes'
cat >descriptors.wat <<'END'
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) ".")
  (func (export "fill") (param $most i32) (result i32 i32) (local $n i32) (local $err i32)
    (block $end (loop $next
      (br_if $end (i32.ge_u (local.get $n) (local.get $most)))
      (local.set $err (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 2) (i64.const 0)
        (i64.const 0) (i32.const 0) (i32.const 0)))
      (br_if $end (local.get $err))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br $next)))
    (local.get $n) (local.get $err)))
END
if [ "$(ulimit -n)" != unlimited ] && [ "$(ulimit -n)" -lt 1100 ]; then
    ulimit -n 1100 2>/dev/null # else the system's own limit comes first, with the same error
fi
want 0 "$WICK" run --dir rw --invoke fill descriptors.wat 2000
if [ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge 1100 ]; then
    out_is '1020
33'
else
    out_has '^33$'
fi
want 0 "$WICK" run --dir rw --invoke fill descriptors.wat 500
out_is '500
0'

# ---- streams ----

got=$(printf 'one\ntwo\n' | "$WICK" run --invoke cat files.wat)
if [ "$got" = 'one
two' ]; then pass; else fail "a pipe is not copied"; fi
printf 'one\ntwo\n' >in
"$WICK" run --invoke cat files.wat <in >out 2>err
if cmp -s in out; then pass; else fail "a file is not copied"; fi
{ read -r first; "$WICK" run --invoke cat files.wat; } <in >out 2>err
{ "$WICK" run --invoke cat files.wat <in; "$WICK" run --invoke cat files.wat <in; } >out 2>err
if [ "$(wc -c <out)" -eq 16 ]; then pass; else fail "two programs do not write one behind the other"; fi
printf 'zero\n' >out
"$WICK" run --invoke cat files.wat <in >>out 2>err
if [ "$(wc -c <out)" -eq 13 ]; then pass; else fail "not appended"; fi
"$WICK" run --invoke cat files.wat <&- >out 2>err
if [ $? -eq 0 ]; then pass; else fail "without standard input"; fi
mkfifo fifo
sleep 5 >fifo &
sleeper=$!
"$WICK" run --timeout 0.2 --invoke cat files.wat <fifo >out 2>err
if [ $? -eq 134 ] && kill $sleeper; then pass; else fail "a read that waits is not stopped in time"; fi
"$WICK" run --invoke cat files.wat </dev/zero 2>err | head -c 100000 >out
if [ "$(wc -c <out)" -eq 100000 ]; then pass; else fail "a closed pipe"; fi

# ---- wat2wasm, wast ----

want 0 "$WICK" wat2wasm math.wat
silent
want 0 "$WICK" run --invoke add math.wasm 1 2
out_is 3
want 0 "$WICK" wat2wasm main.wat -o other.wasm
want 1 "$WICK" other.wasm
"$WICK" wat2wasm -o - math.wat >out 2>err
if cmp -s out math.wasm; then pass; else fail "wat2wasm -o -"; fi
want 1 "$WICK" wat2wasm invalid.wat -o x.wasm
if [ ! -e x.wasm ]; then pass; else fail "an invalid module was written"; fi
want 0 "$WICK" wat2wasm --no-check invalid.wat -o x.wasm
want 1 "$WICK" validate x.wasm
want 1 "$WICK" wat2wasm unclosed.wat -o x.wasm
want 1 "$WICK" wat2wasm math.wat -o /nonexistent-directory/x.wasm
want 134 "$WICK" run --invoke boom math.wasm
err_has 'at inner'
want 0 "$WICK" wat2wasm --no-names math.wat -o bare.wasm
want 134 "$WICK" run --invoke boom bare.wasm
err_has 'at (func\['
# ---- wasm2wat ----
want 0 "$WICK" wasm2wat math.wasm
out_has 'func $inner'
"$WICK" wasm2wat math.wasm >out.wat 2>err && want 0 "$WICK" wat2wasm out.wat -o again.wasm
if cmp -s math.wasm again.wasm; then pass; else fail "wasm2wat and back"; fi
want 0 "$WICK" wasm2wat --folded math.wasm -o out.wat
silent
want 0 "$WICK" wat2wasm out.wat -o again.wasm
if cmp -s math.wasm again.wasm; then pass; else fail "wasm2wat --folded and back"; fi
want 0 "$WICK" wasm2wat --folded --offsets math.wat # text is assembled first
out_has '(;@'
want 0 "$WICK" wasm2wat --no-names --no-custom math.wasm
if grep -q 'inner' out; then fail "--no-names"; else pass; fi
want 1 "$WICK" wasm2wat nothing.wasm
want 1 "$WICK" wasm2wat unclosed.wat
want 1 "$WICK" wasm2wat invalid.wat
want 1 "$WICK" wasm2wat math.wasm -o /nonexistent-directory/x.wat
want 2 "$WICK" wasm2wat
want 2 "$WICK" wasm2wat math.wasm bare.wasm
want 2 "$WICK" wasm2wat --folder math.wasm
if [ -e /dev/full ]; then
    want 1 "$WICK" wasm2wat math.wasm -o /dev/full
fi

cat >good.wast <<'END'
(module (func (export "f") (result i32) (i32.const 1)))
(assert_return (invoke "f") (i32.const 1))
(assert_trap (module (func (unreachable)) (start 0)) "unreachable")
END
cat >bad.wast <<'END'
(module (func (export "f") (result i32) (i32.const 1)))
(assert_return (invoke "f") (i32.const 2))
END
want 0 "$WICK" wast good.wast
out_has '1 files, 2 assertions, 2 passed, 0 failed, 0 skipped'
want 0 "$WICK" wast --engine ref good.wast good.wast
out_has '2 files, 4 assertions, 4 passed, 0 failed, 0 skipped'
want 1 "$WICK" wast good.wast bad.wast
out_has '2 files, 3 assertions, 2 passed, 1 failed, 0 skipped'
want 1 "$WICK" wast nonexistent.wast
want 1 "$WICK" wast bad.wast
out_has 'bad.wast:2: assert_return: expected (i32.const 2), got i32 1'

# ---- processes ----

cat >init.wat <<'END'
(module
  (import "wick_proc" "spawn" (func $spawn (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wick_proc" "wait" (func $wait (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "other.wasm\00one\00")
  (data (i32.const 200) "\00\00\00\00\00\00\00\00\01\00\00\00\01\00\00\00\02\00\00\00\02\00\00\00")
  (func (export "_start")
    (if (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 10) (i32.const 0) (i64.const 2)
          (i64.const 0) (i32.const 0) (i32.const 0)) (then (call $exit (i32.const 99))))
    (if (call $spawn (i32.load (i32.const 0)) (i32.const 100) (i32.const 15) (i32.const 0) (i32.const 0)
          (i32.const 200) (i32.const 3) (i32.const 0) (i32.const 4)) (then (call $exit (i32.const 98))))
    (if (call $wait (i32.const -1) (i32.const 0) (i32.const 300)) (then (call $exit (i32.const 97))))
    (call $exit (i32.add (i32.const 10) (i32.load (i32.const 308))))))
END
want 1 "$WICK" run --dir . init.wat
err_has 'unknown import'
want 12 "$WICK" run --proc --dir . init.wat
tr '\0' '|' <out >flat && mv flat out
out_is 'other.wasm|one|'
want 99 "$WICK" run --proc --dir rw init.wat
want 3 "$WICK" run --proc main.wat a b
echo '(module (func (export "_start") unreachable))' >abort.wat
want 134 "$WICK" run --proc abort.wat
err_has 'unreachable'
want 1 "$WICK" run --proc start.wat
err_has _start
want 1 "$WICK" run --proc invalid.wat
want 1 "$WICK" run --proc unlinked.wat
cat >endless.wat <<'END'
(module (func (export "_start") (loop (br 0))))
END
want 134 "$WICK" run --proc --timeout 0.1 endless.wat
err_has 'time is up'
want 134 "$WICK" run --proc --fuel 10000 endless.wat
err_has 'out of fuel'
want 134 "$WICK" run --timeout 0.1 endless.wat
want 134 "$WICK" run --fuel 10000 endless.wat

# ---- trace ----

want 1 "$WICK" run --trace main.wat
err_has '^args_sizes_get(out_count=0x10, out_size=0x14) = 0 SUCCESS$'
err_has '^proc_exit(status=1) ends the program$'

# ---- counts of cells: in a build that can ----

cat >loop.wat <<'END'
(module (func (export "_start") (local i32)
  (loop $l (br_if $l (i32.ne (i32.const 1000) (local.tee 0 (i32.add (local.get 0) (i32.const 1))))))))
END
"$WICK" run --stats loop.wat >out 2>err
case $? in
0)
    err_has '^  49.9[0-9]%  br_i32_ne$'
    want 0 "$WICK" run --stats=cells.csv loop.wat
    cp cells.csv out
    out_has '^1,1000,"br_i32_ne LI"$'
    out_has '^2,999,"br_i32_ne LI, i32_add LI>L"$'
    out_has '^3,999,"i32_add LI>L, br_i32_ne LI, i32_add LI>L"$'
    want 1 "$WICK" run --stats=no/such/file loop.wat
    err_has '^wick: no/such/file: '
    ;;
*)
    want 2 "$WICK" run --stats loop.wat
    err_has 'does not count cells'
    ;;
esac

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
