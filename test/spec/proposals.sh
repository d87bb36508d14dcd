#!/bin/sh
# proposals.sh WICK [OPTIONS OF wick wast...] - the official suites of what is not part of WebAssembly 3.0: proposals,
# custom sections and annotations, the legacy exception encoding. SPEC names the suites' folder.
#
# What a suite expects and Wick does not do stands in proposals.except, a line each: file:line and the reason. Such an
# assertion counts as skipped; one that stands there and passes counts as failed, so that the list stays true.
cd "$(dirname "$0")/../.." || exit 1
wick=${1:-build/wick}
[ $# -gt 0 ] && shift
options=$*
SPEC=${SPEC:-../shared/conformance}
if [ ! -d "$SPEC/proposals" ]; then
    echo "skipped: no suites of proposals at $SPEC (test/spec/get.sh fetches them; SPEC names another place)"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
list=test/spec/proposals.except
out=$(mktemp)
passed=0 failed=0 skipped=0
suites="proposals/custom-page-sizes proposals/wide-arithmetic proposals/compact-import-section proposals/threads
    proposals/stack-switching spec/custom"
for suite in $suites; do
    files=$(find "$SPEC/$suite" -name '*.wast' | sort)
    ${RUN:-} "$wick" wast $options $files >"$out" 2>&1
    line=$(grep -E '[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped' "$out" | tail -n 1)
    if [ -z "$line" ]; then
        echo "FAIL $suite: no count"
        tail -n 5 "$out"
        failed=$((failed + 1))
        continue
    fi
    set -- $(echo "$line" | sed 's/.* \([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped.*/\1 \2 \3/')
    good=$1 bad=$2 left=$3 known=0
    while read -r place reason; do
        case $place in "$suite"/*) ;; *) continue ;; esac
        if grep -qF "$place:" "$out"; then
            known=$((known + 1))
            echo "skip $place: $reason"
        else
            echo "FAIL $place stands in $list, but passes"
            failed=$((failed + 1))
        fi
    done <"$list"
    if [ $((bad - known)) -gt 0 ]; then
        grep -E '^[^ ]*\.wast:[0-9]+:' "$out" | grep -vF "$(grep -o '^[^# ][^ ]*' "$list")" | head -n 20
    fi
    echo "$suite: $good passed, $((bad - known)) failed, $((left + known)) skipped"
    passed=$((passed + good)) failed=$((failed + bad - known)) skipped=$((skipped + left + known))
done
rm -f "$out"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
