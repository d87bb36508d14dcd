#!/bin/sh
# run.sh - runs test programs and adds up. Each argument is one command line; each must end with the line
# `N passed, N failed` (or `N passed, N failed, N skipped`) and exit 0 exactly when nothing failed. The output of those
# that pass is shown only with V=1. One that takes longer than LIMIT seconds (900) has failed. Ends with the sum in the same form.
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0 skipped=0
log=$(mktemp)
for command in "$@"; do
    start=$(date +%s)
    timeout "${LIMIT:-900}" sh -c "$command" >"$log" 2>&1 </dev/null
    status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$log" | tail -n 1)
    took=$(($(date +%s) - start))
    if [ -z "$line" ]; then
        echo "FAIL ($took s) $command: exit status $status and no count"
        tail -n 25 "$log"
        failed=$((failed + 1))
        continue
    fi
    set -- $(echo "$line" | tr -d ,)
    if [ "$status" -ne 0 ] && [ "$3" -eq 0 ]; then
        set -- "$1" passed 1 failed "${5:-0}"
        line="$line, but exit status $status"
    fi
    passed=$((passed + $1)) failed=$((failed + $3)) skipped=$((skipped + ${5:-0}))
    if [ "$3" -ne 0 ]; then
        echo "FAIL ($took s) $command: $line"
        tail -n 40 "$log"
    else
        echo "ok   ($took s) $command: $line"
        [ "${5:-0}" -ne 0 ] && grep -iE '^ *skip' "$log" | head -n 20
        [ -n "${V:-}" ] && cat "$log"
    fi
done
rm -f "$log"
if [ "$skipped" -ne 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
