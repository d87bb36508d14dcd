#!/bin/sh
# run.sh - runs test programs and adds up. Each argument is one command line; each must end with the line
# `N passed, N failed` (or `N passed, N failed, N skipped`) and exit 0 exactly when nothing failed. JOBS of them run at a time
# (as many as there are processors; a run inside of one takes one at a time); what they print comes in the order of the
# arguments, and of those that pass only with V=1. One that takes longer than LIMIT seconds (900) has failed. Ends with the
# sum in the same form.
cd "$(dirname "$0")/.." || exit 1
[ $# -ne 0 ] || { echo "0 passed, 0 failed"; exit 0; }
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
i=0
for command in "$@"; do
    i=$((i + 1))
    echo "$command" >"$dir/$i.command"
done
# Only one level runs several at a time: with one job here those below may take all processors.
if [ "$jobs" -gt 1 ]; then export JOBS=1; else unset JOBS; fi
export LIMIT="${LIMIT:-900}"

# one I: runs the command I; leaves its output, exit status and seconds, and tells that it is over.
one='
start=$(date +%s)
timeout "$LIMIT" sh -c "$(cat "$0/$1.command")" >"$0/$1.log" 2>&1 </dev/null
echo "$? $(($(date +%s) - start))" >"$0/$1.end"
echo over'

# report I: prints how the command I went and adds it to the sums.
report() {
    command=$(cat "$dir/$1.command") log=$dir/$1.log
    read -r status took <"$dir/$1.end"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$log" | tail -n 1)
    if [ -z "$line" ]; then
        echo "FAIL ($took s) $command: exit status $status and no count"
        tail -n 25 "$log"
        failed=$((failed + 1))
        return
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
}

i=0
while [ $i -lt $# ]; do
    i=$((i + 1))
    echo $i
done | xargs -n 1 -P "$jobs" sh -c "$one" "$dir" | {
    passed=0 failed=0 skipped=0 next=1
    while read -r over; do
        while [ -s "$dir/$next.end" ]; do
            report $next
            next=$((next + 1))
        done
    done
    if [ $next -le $# ]; then
        echo "FAIL $(cat "$dir/$next.command"): did not end"
        failed=$((failed + 1))
    fi
    if [ "$skipped" -ne 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ]
}
