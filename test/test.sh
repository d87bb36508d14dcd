#!/bin/sh
# test.sh - what a change must pass: the daily checks with warnings as errors, every dispatch form and both interpreters
# on the official suite, soft floats, sanitizers, the amalgamation, kernel flags, other CPUs, the kernel in QEMU.
cd "$(dirname "$0")/.." || exit 1
SPEC=${SPEC:-../shared/conformance}
export SPEC
jobs=$(nproc 2>/dev/null || echo 2)
have() { command -v "$1" >/dev/null 2>&1; }
failed=0

# build NAME TARGET... : one configuration in build/NAME; what cannot be built is a failed test.
build() {
    name=$1
    shift
    echo "building build/$name"
    if ! make -s -j"$jobs" BUILD="build/$name" WERROR=1 "$@" >"build/$name.log" 2>&1; then
        echo "FAIL build/$name does not build"
        tail -n 20 "build/$name.log"
        failed=$((failed + 1))
        return 1
    fi
}
mkdir -p build

make -s -j"$jobs" WERROR=1 tests amalgam kernel >build/default.log 2>&1 || { tail -n 30 build/default.log; echo "0 passed, 1 failed"; exit 1; }
set -- "make -s WERROR=1 check"
suite="sh test/spec/suite.sh"
more="sh test/spec/proposals.sh"
set -- "$@" "$suite build/wick" "$suite build/wick --engine ref" "sh test/spec/all.sh build/wick"
set -- "$@" "$more build/wick" "$more build/wick --engine ref"
build gcc-switch CC=gcc EXTRA=-DWICK_DISPATCH=3 all build/gcc-switch/test/fuzz_enum_test &&
    set -- "$@" "$suite build/gcc-switch/wick" "$more build/gcc-switch/wick" build/gcc-switch/test/fuzz_enum_test
build guard CC=gcc EXTRA=-DWICK_GUARD=1 all build/guard/test/engine_guard_test build/guard/test/fuzz_diff_test &&
    set -- "$@" "$suite build/guard/wick" "$more build/guard/wick" build/guard/test/engine_guard_test "build/guard/test/fuzz_diff_test -n 1000"
build wide CC=gcc EXTRA=-DWICK_STRESS_WIDE_FRAMES=1 all build/wide/test/fuzz_diff_test build/wide/test/fuzz_enum_test &&
    set -- "$@" "$suite build/wide/wick" "$more build/wide/wick" "build/wide/test/fuzz_diff_test -n 1000" \
        "build/wide/test/fuzz_enum_test -n 5000"
for n in 1 2; do
    build gc$n CC=gcc EXTRA=-DWICK_STRESS_GC_EACH_ALLOC=$n all build/gc$n/test/gc_heap_test build/gc$n/test/gc_hostile_test build/gc$n/test/fuzz_diff_test &&
        set -- "$@" "$suite build/gc$n/wick" "$suite build/gc$n/wick --engine ref" "build/gc$n/test/gc_heap_test" \
            "build/gc$n/test/gc_hostile_test" "build/gc$n/test/fuzz_diff_test -n 500"
done
build soft CC=gcc EXTRA=-DWICK_FP_SOFT=1 all build/soft/test/fuzz_enum_test && set -- "$@" "$suite build/soft/wick" \
    "$more build/soft/wick" build/soft/test/fuzz_enum_test \
    "env EXTRA=-DWICK_FP_SOFT=1 sh test/check/handlers.sh build/soft/obj/src/interp/fast_loop.o"
build stats CC=gcc EXTRA=-DWICK_STATS=1 tests &&
    set -- "$@" "$suite build/stats/wick" "make -s BUILD=build/stats CC=gcc EXTRA=-DWICK_STATS=1 WERROR=1 check"
if have clang-14; then
    build clang CC=clang-14 tests && set -- "$@" "$suite build/clang/wick" "$more build/clang/wick" "make -s BUILD=build/clang CC=clang-14 WERROR=1 check"
    sanitize="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
    build asan CC=clang-14 CFLAGS="$sanitize" tests &&
        set -- "$@" "$suite build/asan/wick" "$suite build/asan/wick --engine ref" \
            "$more build/asan/wick" "$more build/asan/wick --engine ref" \
            "make -s BUILD=build/asan CC=clang-14 CFLAGS='$sanitize' check"
fi
for script in test/*/test_*.sh; do
    [ -e "$script" ] && set -- "$@" "sh $script"
done
set -- "$@" "sh test/check/atomics.sh" "sh test/check/features.sh all" "sh test/check/builds.sh" "sh test/check/install.sh" "make -s check-kernel" "make -s check-kernel-spec"
for cpu in i686 s390x aarch64; do
    have $cpu-linux-gnu-gcc && set -- "$@" "sh test/check/cpu.sh $cpu"
done
sh test/run.sh "$@" | tee build/test.out
line=$(tail -n 1 build/test.out)
if [ $failed -ne 0 ]; then
    line=$(echo "$line" | awk -v f=$failed '{ sub(/[0-9]+ failed/, ($3 + f) " failed"); print }')
    echo "$line"
fi
case $line in *" 0 failed"*) exit 0 ;; *) exit 1 ;; esac
