#!/bin/sh
# v8.sh [COUNT [SEED]] - COUNT (10000) random modules of each kind, executed by Wick and by V8: results, traps, exceptions,
# memories, globals, tables and objects must be the same. NODE= or WICK_REAL= says where a Node of version 26 or newer is.
cd "$(dirname "$0")/../.." || exit 1
count=${1:-10000} seed=${2:-1}
BUILD=${BUILD:-build}
NODE=${NODE:-${WICK_REAL:-build/real}/node/bin/node}
version=$("$NODE" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$version" -lt 26 ]; then
    echo "skipped: no Node 26 at $NODE"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
folder=$BUILD/v8
passed=0 failed=0 skipped=0
for kind in simd gc,exception-handling simd,gc,exception-handling,legacy-exceptions,threads; do
    at=0
    while [ "$at" -lt "$count" ]; do
        n=$((count - at < 1000 ? count - at : 1000))
        rm -rf "$folder" && mkdir -p "$folder"
        "$BUILD/test/fuzz_diff_test" -k "$kind" -w "$folder" -n "$n" -s $((seed + at)) >"$folder/log" || exit 1
        "$NODE" --stack-size=3900 test/fuzz/v8.mjs "$folder" >"$folder/log"
        grep '^FAIL' "$folder/log" | sed "s/^/$kind /"
        last=$(tail -n 1 "$folder/log")
        case $last in
        *" passed, "*" failed, "*" skipped") ;;
        *)
            echo "FAIL $kind: V8 ended: $last"
            last="0 passed, 1 failed, 0 skipped"
            ;;
        esac
        passed=$((passed + ${last%% passed*}))
        last=${last#*, }
        failed=$((failed + ${last%% failed*}))
        last=${last#*, }
        skipped=$((skipped + ${last%% skipped*}))
        at=$((at + n))
    done
    echo "$kind: $count modules"
done
[ "$skipped" -eq 0 ] || echo "skipped $skipped modules that need a deeper stack than V8's"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
