#!/bin/sh
# long.sh - the campaigns: everything of test.sh, then what takes an hour: floats by the ten million, generated modules by
# the hundred thousand, fuzzing, other CPUs, the suite inside the kernel, real programs (got or built when missing).
cd "$(dirname "$0")/.." || exit 1
SPEC=${SPEC:-../shared/conformance}
WICK_REAL=${WICK_REAL:-$PWD/build/real}
LIMIT=${LIMIT:-14400}
export SPEC WICK_REAL LIMIT
sh test/run.sh "sh test/test.sh" \
    "build/test/num_num_test 10000000" \
    "BUILD=build/num sh test/num/cross.sh" \
    "build/test/text_number_test 1000000" \
    "build/test/fuzz_diff_test -n 100000" \
    "test/real/get.sh node >/dev/null && sh test/fuzz/v8.sh 10000" \
    "sh test/fuzz/fuzz.sh 120" \
    "sh test/check/cpu.sh riscv64" \
    "test/real/get.sh small >/dev/null && test/real/run.sh" \
    "test/real/get.sh small >/dev/null && WICK_FLAGS='--engine ref' test/real/run.sh lua sqlite bzip2" \
    "make -s check-kernel-real"
