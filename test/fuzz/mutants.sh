#!/bin/sh
# mutants.sh [COUNT [SEED]] - COUNT (10) mutants of every module of the official suite's scripts (SPEC=) and COUNT * 50 of
# functions of each real module (WICK_REAL=): executed by both interpreters, and, where there is a Node 26 (NODE=), the
# verdicts compared with V8's.
cd "$(dirname "$0")/../.." || exit 1
count=${1:-10} seed=${2:-1}
BUILD=${BUILD:-build}
SPEC=${SPEC:-../shared/conformance}
WICK_REAL=${WICK_REAL:-build/real}
NODE=${NODE:-$WICK_REAL/node/bin/node}
version=$("$NODE" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
file=$BUILD/mutants.bin
passed=0 failed=0
# one COUNT MODULE... : adds to the sums
one() {
    n=$1
    shift
    "$BUILD/test/fuzz_mutant_test" -n "$n" -s "$seed" -w "$file" "$@" >"$file.log" 2>&1 || grep -E 'FAIL|against' "$file.log"
    grep '^skipped' "$file.log"
    last=$(tail -n 1 "$file.log")
    case $last in
    *" passed, "*" failed") ;;
    *) echo "FAIL $*: ended: $last" && last="0 passed, 1 failed" ;;
    esac
    passed=$((passed + ${last%% passed*})) last=${last#*, } failed=$((failed + ${last%% failed*}))
    if [ "$version" -ge 26 ]; then
        "$NODE" test/fuzz/validate.mjs "$file" >"$file.log"
        grep -v 'passed,' "$file.log"
        last=$(tail -n 1 "$file.log") last=${last#*, }
        failed=$((failed + ${last%% failed*}))
    fi
    rm -f "$file"
}
[ "$version" -ge 26 ] || echo "left out: V8's verdicts, no Node 26 at $NODE"
scripts=$(find "$SPEC/spec" -name '*.wast' 2>/dev/null)
# shellcheck disable=SC2086
if [ -n "$scripts" ]; then one "$count" $scripts; else echo "left out: the suite, SPEC= does not hold it"; fi
for module in "$WICK_REAL"/*.wasm; do
    [ -e "$module" ] || continue
    one $((count * 50)) "$module"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
