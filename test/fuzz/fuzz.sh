#!/bin/sh
# fuzz.sh [SECONDS [TARGET...]] - libFuzzer campaigns with the address and undefined-behaviour sanitizers: each target
# runs for SECONDS (60) from its corpus on; new inputs stay in build/fuzz/corpus, what fails in build/fuzz. Needs clang.
cd "$(dirname "$0")/../.." || exit 1
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -eq 0 ] && set -- decode run text print wasi proc
CLANG=${CLANG:-clang-14}
out=build/fuzz
passed=0 failed=0
if ! command -v "$CLANG" >/dev/null 2>&1; then
    echo "skipped: no $CLANG"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
flags="-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined"
make -s -j2 BUILD=$out CC="$CLANG" CFLAGS="$flags -fsanitize=fuzzer-no-link" $out/libwick.a || exit 1
for target in "$@"; do
    if ! $CLANG -std=c11 -D_GNU_SOURCE $flags -fsanitize=fuzzer -Iinclude -Isrc -I. -o $out/fuzz_$target \
        test/fuzz/fuzz_$target.c $out/libwick.a; then
        echo "FAIL fuzz_$target does not build"
        failed=$((failed + 1))
        continue
    fi
    mkdir -p $out/corpus/$target
    if $out/fuzz_$target -max_total_time="$seconds" -max_len=4096 -timeout=25 -rss_limit_mb=2500 \
        -artifact_prefix=$out/$target- $out/corpus/$target test/fuzz/corpus/$target >$out/$target.log 2>&1; then
        echo "fuzz_$target: $(grep '^Done' $out/$target.log)"
        passed=$((passed + 1))
    else
        echo "FAIL fuzz_$target, see $out/$target.log:"
        grep -aE 'ERROR|runtime error|SUMMARY' $out/$target.log | head -n 3
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
