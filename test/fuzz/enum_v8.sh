#!/bin/sh
# enum_v8.sh [COUNT [SEED]] - COUNT (2000) short functions of each alphabet of enum_test.c in each surrounding, executed by Wick and
# by V8: results, traps, exceptions, globals, memories must be the same. NODE= or WICK_REAL= says where a Node of version 26 or
# newer is. Its optimizing compiler alone knows continuations, all but switch, and its load elimination does not.
cd "$(dirname "$0")/../.." || exit 1
count=${1:-2000} seed=${2:-1}
BUILD=${BUILD:-build}
NODE=${NODE:-${WICK_REAL:-build/real}/node/bin/node}
version=$("$NODE" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$version" -lt 26 ]; then
    echo "skipped: no Node 26 at $NODE"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
folder=$BUILD/enum_v8.$$
passed=0 failed=0 skipped=0
"$BUILD/test/fuzz_enum_test" -l >"$folder.groups" || exit 1
while read -r group; do
    rm -rf "$folder" && mkdir -p "$folder"
    if ! "$BUILD/test/fuzz_enum_test" -g "$group" -n "$count" -s "$seed" -w "$folder" >"$folder/log"; then
        echo "FAIL $group: $(tail -n 1 "$folder/log")"
        failed=$((failed + 1))
        continue
    fi
    case $group in
    wide) echo "skip $group: V8 has no wide arithmetic" ;;
    vectors) echo "skip $group: scripts cannot pass vectors" ;;
    *)
        if grep '^skip' "$folder/log"; then
            skipped=$((skipped + 1))
            continue
        fi
        "$NODE" --experimental-wasm-wasmfx --no-liftoff --no-turboshaft-wasm-load-elimination test/fuzz/enum_v8.mjs "$folder" >"$folder/log" 2>&1
        grep -A 1 '^FAIL' "$folder/log"
        last=$(tail -n 1 "$folder/log")
        case $last in
        *" passed, "*" failed") ;;
        *)
            echo "FAIL $group: V8 ended: $last"
            last="0 passed, 1 failed"
            ;;
        esac
        passed=$((passed + ${last%% passed*}))
        last=${last#*, }
        failed=$((failed + ${last%% failed*}))
        continue
        ;;
    esac
    skipped=$((skipped + 1))
done <"$folder.groups"
rm -rf "$folder" "$folder.groups"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
