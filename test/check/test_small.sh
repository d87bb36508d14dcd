#!/bin/sh
# test_small.sh - the smallest block that an engine runs a program in, on a 32-bit host (small.c), and that it does not grow.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
gcc=i686-linux-gnu-gcc
if ! command -v $gcc >/dev/null 2>&1; then
    echo "skipped: no $gcc"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
passed=0 failed=0
make -s amalgam >/dev/null || exit 1
mkdir -p "$BUILD/test"
# at_most BYTES FLAGS...
at_most() {
    most=$1
    shift
    if $gcc -std=c11 -Os -static -w "$@" -I"$BUILD/amalgam" -o "$BUILD/test/small" test/check/small.c "$BUILD/amalgam/wick.c" &&
        least=$("$BUILD/test/small") && echo "$least bytes: ${*:-all defaults}" && [ "$least" -le "$most" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL more than $most bytes: $*"
    fi
}
at_most 40000
at_most 18500 -DWICK_ENGINE_TYPES=64
at_most 18500 -DWICK_ENGINE_TYPES=64 -DWICK_SIMD=0 -DWICK_GC=0 -DWICK_EH=0 -DWICK_THREADS=0 -DWICK_DISPATCH=3
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
