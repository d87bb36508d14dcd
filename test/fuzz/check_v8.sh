#!/bin/sh
# check_v8.sh - a few random modules of each kind, and a few short functions of each alphabet, against V8, where there is a Node that
# is new enough (see v8.sh, enum_v8.sh).
cd "$(dirname "$0")" || exit 1
{ sh v8.sh 60 && sh enum_v8.sh 10; } | awk '
    / passed, / { split($0, n, /[^0-9]+/); passed += n[1]; failed += n[2]; skipped += n[3]; next }
    { print }
    END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit failed != 0 || passed + skipped == 0 }'
