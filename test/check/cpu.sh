#!/bin/sh
# cpu.sh CPU - the command for another CPU under qemu-user: the official suites, threads, the heap; the tests that measure native stack.
cd "$(dirname "$0")/../.." || exit 1
cpu=$1
qemu=$cpu
[ "$cpu" = i686 ] && qemu=i386
if ! command -v qemu-$qemu-static >/dev/null 2>&1; then
    echo "skipped: no qemu-$qemu-static"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
build=build/$cpu
tests="$build/test/api_native_stack_test $build/test/wasi_wasi_stack_test $build/test/module_stack_test"
tests="$tests $build/test/gc_heap_test $build/test/gc_hostile_test"
for name in litmus load race sched; do
    tests="$tests $build/test/threads_${name}_test"
done
make -s -j2 BUILD=$build CC="$cpu-linux-gnu-gcc -static" AR=$cpu-linux-gnu-ar WERROR=1 EXTRA=-DWICK_TEST_SMALL all $tests >build/$cpu.log 2>&1 || {
    tail -n 20 build/$cpu.log
    echo "0 passed, 1 failed"
    exit 1
}
export RUN=qemu-$qemu-static
threads=$RUN
# qemu-i386 7.2 crashes now and then when a signal comes while several threads spin (a plain C program does it too); an
# x86_64 host needs no qemu for these.
[ "$cpu" = i686 ] && $build/wick --version >/dev/null 2>&1 && threads=
# qemu-user keeps books of every page of address space: a memory that reserves its 4 GiB takes it a tenth of a second and many
# megabytes, and the suites make thousands. With less address space than that the port falls back to plain blocks.
small="RUN='$RUN -R 0xC0000000'"
[ "$cpu" = i686 ] && small=
set -- "$small sh test/spec/suite.sh $build/wick" "$small sh test/spec/proposals.sh $build/wick" \
    "$small sh test/spec/proposals.sh $build/wick --engine ref" "RUN='$threads' BUILD=$build sh test/threads/check_threads.sh"
# qemu 7.2 lets a load (ldar) pass the store (stlr) before it, which AArch64 forbids; a plain C program shows it too.
for test in $tests; do
    case $cpu-$test in
    aarch64-*_litmus_test) test="$test --no-sb" ;;
    esac
    set -- "$@" "$RUN $test"
done
exec sh test/run.sh "$@"
