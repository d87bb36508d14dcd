#!/bin/sh
# `make bench`: compiles the programs and compares the runtimes that are found; then the time that
# large modules take to load, where test/real/get.sh has put some. Arguments go to run.py.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/..
build=${BUILD:-$root/build}
real=${WICK_REAL:-$root/build/real}

if ! command -v python3 >/dev/null 2>&1; then
    echo 'bench: needs python3' >&2
    exit 1
fi
"$here/build.sh" "$build/bench"
"$here/run.py" --build "$build/bench" "$@"

modules=$(ls "$real"/*.wasm "$real"/*/*.wasm 2>/dev/null | grep -v -e -npm/ -e clang-root/ || true)
if [ -n "$modules" ] && [ -f "$build/libwick.a" ]; then
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -O2 -I"$root/include" -I"$root/src" -o "$build/bench/load" \
        "$here/load.c" "$build/libwick.a"
    echo
    "$build/bench/load" $modules
    echo 'CPU seconds on one core, the fastest of 3 loads'
fi
