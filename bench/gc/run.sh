#!/bin/sh
# run.sh - the figures of doc/gc.md: processor seconds of the programs beside it. WICK, NODE, WASMTIME name what is compared.
cd "$(dirname "$0")/../.." || exit 1
wick=${WICK:-build/wick}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for f in struct trees; do
    "$wick" wat2wasm bench/gc/$f.wat -o "$out/$f.wasm" || exit 1
done
cat >"$out/run.mjs" <<'JS'
import fs from 'fs';
const [f, name, n] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(fs.readFileSync(f));
instance.exports[name](Number(n));
JS
cc -O2 -o "$out/bump" bench/gc/bump.c || exit 1
# timed NAME COMMAND...
timed() {
    name=$1
    shift
    seconds=$( { TIMEFORMAT='%U %S'; export TIMEFORMAT; bash -c 'time "$@" >/dev/null 2>/dev/null' x "$@"; } 2>&1 | tail -n 1)
    echo "$name: user, system s: $seconds"
}
for round in 1 2 3; do
    timed "C, bump allocation, 100 million" "$out/bump"
    timed "wick, struct, 100 million" "$wick" run --invoke run "$out/struct.wasm" 100000000
    timed "wick, the loop without struct" "$wick" run --invoke empty "$out/struct.wasm" 100000000
    timed "wick --engine ref, struct, 10 million" "$wick" run --engine ref --invoke run "$out/struct.wasm" 10000000
    timed "wick, trees 18" "$wick" run --invoke run "$out/trees.wasm" 18
    if [ -n "${NODE:-}" ]; then
        timed "V8, struct, 100 million" "$NODE" "$out/run.mjs" "$out/struct.wasm" run 100000000
        timed "V8, trees 18" "$NODE" "$out/run.mjs" "$out/trees.wasm" run 18
        timed "V8 Liftoff only, trees 18" "$NODE" --liftoff-only "$out/run.mjs" "$out/trees.wasm" run 18
    fi
    if [ -n "${WASMTIME:-}" ]; then
        timed "wasmtime, struct, 100 million" "$WASMTIME" run -W gc=y,function-references=y --invoke run "$out/struct.wasm" 100000000
        timed "wasmtime, trees 18" "$WASMTIME" run -W gc=y,function-references=y --invoke run "$out/trees.wasm" 18
    fi
done
