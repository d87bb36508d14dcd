#!/bin/sh
# test_tsan.sh - the tests with threads under ThreadSanitizer, without suppressions: guests' plain accesses are relaxed
# atomics in such a build, so what it reports is Wick's.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v clang-14 >/dev/null 2>&1; then
    echo "skipped: no clang-14"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
tests="build/tsan/test/threads_race_test build/tsan/test/threads_litmus_test build/tsan/test/api_thread_test
build/tsan/test/threads_load_test"
flags="-O1 -g -fsanitize=thread"
mkdir -p build
make -s -j2 BUILD=build/tsan CC=clang-14 CFLAGS="$flags" WERROR=1 all $tests >build/tsan.log 2>&1 || {
    tail -n 20 build/tsan.log
    echo "0 passed, 1 failed"
    exit 1
}
TSAN_OPTIONS="halt_on_error=1 exitcode=66"
export TSAN_OPTIONS
set --
for t in $tests; do
    set -- "$@" "$t"
done
exec sh test/run.sh "$@" "BUILD=build/tsan sh test/threads/check_threads.sh"
