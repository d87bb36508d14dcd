#!/bin/sh
# What loading, an instance and a start take: load.sh [BUILD]. The modules are those of test/real/get.sh that are there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
build=${1:-$root/build}
real=${WICK_REAL:-$root/build/real}
if [ ! -f "$build/libwick.a" ]; then
    echo "load: no $build/libwick.a; make builds it" >&2
    exit 1
fi
mkdir -p "$build/bench"
[ -x "$build/bench/spawn" ] || "$here/build.sh" "$build/bench"
${CC:-cc} -std=c11 -D_GNU_SOURCE -O2 -I"$root/include" -I"$root/src" -I"$root" -o "$build/bench/load" "$here/load.c" \
    "$build/obj/port/posix.o" "$build/libwick.a" -lpthread

hello=$build/bench/hello.wasm
[ -f "$hello" ] || hello=
real_ones=$(ls "$real"/*.wasm "$real"/*/*.wasm 2>/dev/null | grep -v -e -npm/ -e clang-root/ -e /run/ || true)
if [ -z "$hello$real_ones" ]; then
    echo "left out: loading and starts, no module: neither build.sh nor test/real/get.sh ($real) made one"
    exit 0
fi
echo
"$build/bench/load" $hello $real_ones
echo 'user CPU seconds on one core, the fastest of 3 turns (a turn: one load, of small modules the mean of many); both: MB/s of the two together; MB that the engine holds after each;'
echo 'bytes of cells per byte of the module'
echo
large=
for module in $real/clang.wasm $real/yosys.wasm $real/esbuild/esbuild.wasm $real/sqlite.wasm; do
    [ ! -f "$module" ] || large="$large $module"
done
if [ -n "$large" ]; then
    threads=$(nproc 2>/dev/null || echo 2)
    [ "$threads" -gt 1 ] || threads=2
    "$build/bench/load" -t "$threads" -n 5 $large
    echo "seconds of the clock with one thread and with $threads, the fastest of 5 loads by turns; MB held after translation"
    echo
fi
small=$hello
for module in $real/lua.wasm $real/sqlite.wasm; do
    [ ! -f "$module" ] || small="$small $module"
done
if [ -n "$small" ]; then
    "$build/bench/load" -i 1000 $small
    echo 'bytes that each of so many takes beside the memories and tables of the program, and microseconds to make it'
    echo
fi
"$here/start.py" --build "$build/bench" --real "$real"
