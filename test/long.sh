#!/bin/sh
# long.sh - the campaigns: everything of test.sh, then what takes an hour: floats by the ten million, generated modules by
# the hundred thousand, fuzzing, one more CPU, real programs (got or built when missing: some 3 GB) on both interpreters. How
# long each takes: doc/testing.md.
cd "$(dirname "$0")/.." || exit 1
SPEC=${SPEC:-../shared/conformance}
WICK_REAL=${WICK_REAL:-$PWD/build/real}
LIMIT=${LIMIT:-14400}
export SPEC WICK_REAL LIMIT
# One after the other: most of these take all processors themselves.
JOBS=1 sh test/run.sh "sh test/test.sh" \
    "sh test/check/features.sh" \
    "python3 gen/check_ops.py" \
    "build/test/num_num_test 10000000" \
    "sh test/num/cross.sh" \
    "build/test/text_number_test 1000000" \
    "build/test/fuzz_diff_test -n 100000" \
    "build/test/fuzz_enum_test -n 300000" \
    "build/test/fuzz_enum_test -n 10000 -c" \
    "build/test/fuzz_enum_test -n 10000 -y" \
    "build/test/fuzz_enum_test -n 10000 -i" \
    "build/test/fuzz_enum_test -n 1000 -f 32760" \
    "test/real/get.sh node >/dev/null && sh test/fuzz/v8.sh 10000" \
    "test/real/get.sh node >/dev/null && sh test/fuzz/enum_v8.sh 2000" \
    "build/test/threads_litmus_test -n 50" \
    "sh test/fuzz/foreign.sh 1000" \
    "test/real/get.sh small >/dev/null && sh test/fuzz/mutants.sh 40" \
    "sh test/fuzz/fuzz.sh 120" \
    "sh test/check/cpu.sh riscv64" \
    "test/real/get.sh all >/dev/null && test/real/run.sh" \
    "test/real/get.sh all >/dev/null && WICK_FLAGS='--engine ref' WICK_LIMIT=3600 test/real/run.sh" \
    "make -s check-kernel-real"
