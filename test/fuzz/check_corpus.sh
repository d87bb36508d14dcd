#!/bin/sh
# check_corpus.sh - every fuzz target over its corpus of inputs that once failed or that reach far; no fuzzer needed.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
CC=${CC:-cc}
passed=0 failed=0
mkdir -p "$BUILD/test"
for target in decode run text print wasi proc; do
    corpus=test/fuzz/corpus/$target
    program=$BUILD/test/replay_$target
    log=$BUILD/test/replay_$target.log
    [ -d "$corpus" ] || continue
    if ! $CC -std=c11 -D_GNU_SOURCE ${CFLAGS:--O1 -g} ${EXTRA:-} -Iinclude -Isrc -I. -o "$program" test/fuzz/replay.c \
        test/fuzz/fuzz_$target.c "$BUILD/libwick.a" 2>"$log"; then
        echo "FAIL replay_$target does not build: $(head -n 3 "$log")"
        failed=$((failed + 1))
        continue
    fi
    if "$program" "$corpus" >"$log" 2>&1; then
        passed=$((passed + $(grep -c "^$corpus" "$log")))
    else
        echo "FAIL fuzz_$target: $(tail -n 4 "$log")"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
