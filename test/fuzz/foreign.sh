#!/bin/sh
# foreign.sh [COUNT [SEED]] - COUNT (1000) modules of another generator, Binaryen's `wasm-opt -ttf`, executed by both
# interpreters, which must agree in everything, and by V8. WASM_OPT= names the wasm-opt (a program, or the script of the npm
# package), NODE= or WICK_REAL= a Node of version 26 or newer. Without one of them nothing is done, and it says so.
cd "$(dirname "$0")/../.." || exit 1
count=${1:-1000} seed=${2:-1}
BUILD=${BUILD:-build}
NODE=${NODE:-${WICK_REAL:-build/real}/node/bin/node}
folder=$BUILD/foreign
skip() {
    echo "skipped: $1"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}
version=$("$NODE" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
[ "$version" -ge 26 ] || skip "no Node 26 at $NODE"
[ -f "${WASM_OPT:-}" ] || skip "no wasm-opt: name one by WASM_OPT="
case $(head -c 64 "$WASM_OPT" | tr -d '\0') in
'#!'*node*) wasm_opt() { "$NODE" "$WASM_OPT" "$@"; } ;;
*) wasm_opt() { "$WASM_OPT" "$@"; } ;;
esac
# All that V8 and Wick both have; NaNs become zeros.
features="-all --disable-shared-everything --disable-fp16 --disable-custom-descriptors --disable-strings
    --disable-stack-switching --disable-relaxed-atomics --disable-compact-imports --disable-multibyte
    --disable-acquire-release-atomics --disable-relaxed-simd --disable-wide-arithmetic --disable-custom-page-sizes"
passed=0 failed=0 skipped=0 at=0
rm -rf "$folder"
while [ "$at" -lt "$count" ]; do
    n=$((count - at < 100 ? count - at : 100))
    rm -rf "$folder/run" && mkdir -p "$folder/run" "$folder/failed"
    for i in $(seq $((seed + at)) $((seed + at + n - 1))); do
        awk -v seed="$i" 'BEGIN { srand(seed); for (i = 0; i < 3000; i++) printf "%c", 1 + int(rand() * 255) }' \
            >"$folder/seed"
        # shellcheck disable=SC2086
        wasm_opt "$folder/seed" -ttf --emit-exnref --denan $features -o "$folder/$i.wasm" 2>"$folder/log" ||
            echo "wasm-opt makes nothing of seed $i: $(head -n 1 "$folder/log")"
    done
    "$BUILD/test/fuzz_diff_test" "$folder"/*.wasm >"$folder/log" 2>&1
    grep -E 'FAIL|against' "$folder/log"
    failed=$((failed + $(grep -c '^FAIL' "$folder/log")))
    "$BUILD/test/fuzz_diff_test" -w "$folder/run" "$folder"/*.wasm >"$folder/log" 2>&1 || exit 1
    timeout 600 "$NODE" --stack-size=3900 test/fuzz/v8.mjs "$folder/run" >"$folder/log"
    grep '^FAIL' "$folder/log"
    for name in $(sed -n 's/^FAIL \([^:]*\):.*/\1/p' "$folder/log"); do
        cp "$folder/run/$name" "$folder/failed/"
    done
    last=$(tail -n 1 "$folder/log")
    case $last in
    *" passed, "*" failed, "*" skipped") ;;
    *)
        echo "FAIL modules $((seed + at)) and $n on: V8 ended: $last"
        last="0 passed, 1 failed, 0 skipped"
        ;;
    esac
    passed=$((passed + ${last%% passed*}))
    last=${last#*, }
    failed=$((failed + ${last%% failed*}))
    last=${last#*, }
    skipped=$((skipped + ${last%% skipped*}))
    rm -f "$folder"/*.wasm
    at=$((at + n))
done
[ "$skipped" -eq 0 ] || echo "skipped $skipped modules that need a deeper stack or a larger heap"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
