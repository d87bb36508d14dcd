#!/bin/sh
# suite.sh WICK [OPTIONS OF wick wast...] - the official suite: every file of spec/core, and the legacy exceptions of
# spec/legacy. SPEC names the suites' folder.
cd "$(dirname "$0")/../.." || exit 1
wick=${1:-build/wick}
[ $# -gt 0 ] && shift
SPEC=${SPEC:-../shared/conformance}
if [ ! -d "$SPEC/spec/core" ]; then
    echo "skipped: no official suite at $SPEC (test/spec/get.sh fetches it; SPEC names another place)"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
files=$(find "$SPEC/spec/core" -name '*.wast' | sort)
total=0 bad=0
# run FEATURES FILES... - adds what wick wast counts to the totals
run() {
    features=$1
    shift
    out=$(${RUN:-} "$wick" wast --features "$features" $options "$@" 2>&1)
    status=$?
    echo "$out" | tail -n 60
    # The last line of wick wast: FILES files, N assertions, N passed, N failed, N skipped
    line=$(echo "$out" | grep -E '[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped' | tail -n 1)
    passed=$(echo "$line" | sed 's/.*[^0-9]\([0-9]*\) passed.*/\1/')
    failed=$(echo "$line" | sed 's/.*[^0-9]\([0-9]*\) failed.*/\1/')
    skipped=$(echo "$line" | sed 's/.*[^0-9]\([0-9]*\) skipped.*/\1/')
    if [ -z "$line" ] || { [ $status -ne 0 ] && [ "$failed" = 0 ] && [ "$skipped" = 0 ]; }; then
        echo "wick wast ended with status $status"
        bad=$((bad + 1))
        return
    fi
    total=$((total + passed))
    bad=$((bad + failed + skipped))
}
options=$*
run 3.0 $files
legacy=$(find "$SPEC/spec/legacy" -name '*.wast' 2>/dev/null | sort)
[ -z "$legacy" ] || run all $legacy
echo "$total passed, $bad failed"
[ $bad -eq 0 ]
