#!/bin/bash
# Installs or builds the real programs: get.sh NAME...|small|all|list
# A program that is there already is left alone; remove its file to have it made again.
set -eu
. "$(dirname "$0")/lib.sh"
. "$HERE/recipes.sh"

# name, what it leaves behind, group (small: seconds and little to download; large: the rest)
programs() {
    cat <<'LIST'
native          native-tools            small
node            node/bin/node           small
lua             lua.wasm                small
sqlite          sqlite.wasm             small
zstd            zstd.wasm               small
threads         threads.wasm            small
zstd_threads    zstd-threads.wasm       small
bzip2           bzip2.wasm              small
mujs            mujs.wasm               small
duktape         duktape.wasm            small
lua_legacy      lua-legacy.wasm         large
lua_exnref      lua-exnref.wasm         large
mujs_legacy     mujs-legacy.wasm        large
mujs_exnref     mujs-exnref.wasm        large
duktape_exnref  duktape-exnref.wasm     large
duktape_legacy  duktape-legacy.wasm     large
go              go.wasm                 small
opus            opus.wasm               large
opus_simd       opus-simd.wasm          large
gnugo           gnugo.wasm              large
emscripten      emscripten.wasm         large
emscripten_cpp  emscripten-cpp.wasm     large
emscripten_js   emscripten-js.wasm      large
python          python.wasm             large
gcc             gcc                     large
pandoc          pandoc.wasm             large
resvg           resvg.wasm              large
itk             itk                     large
rust            rust.wasm               large
cpp             cpp.wasm                large
java            java-gc.wasm            large
lz4             lz4.wasm                large
cmark           cmark.wasm              large
awk             awk.wasm                large
webp            dwebp.wasm              large
clang           clang.wasm              large
yosys           yosys.wasm              large
sharp           sharp                   large
duckdb          duckdb                  large
pyodide         pyodide                 large
esbuild         esbuild                 large
php             php                     large
ruby            ruby                    large
oxc             oxc                     large
LIST
}

product_of() {
    programs | awk -v n="$1" '$1 == n { print $2 }'
}

get() {
    local product
    product=$(product_of "$1")
    [ -n "$product" ] || die "no program named $1; try: get.sh list"
    if [ -e "$REAL/$product" ]; then
        return 0
    fi
    say "getting $1"
    # Not inside `if`: there the shell would ignore set -e.
    local status=0
    set +e
    (
        set -e
        "get_$1"
    ) >"$LOG/$1.log" 2>&1
    status=$?
    set -e
    if [ "$status" -ne 0 ] || [ ! -e "$REAL/$product" ]; then
        say "$1: failed; the end of $LOG/$1.log is:"
        tail -n 15 "$LOG/$1.log" >&2
        failed="$failed $1"
        return 0
    fi
    say "  $REAL/$product"
}

usage() {
    say "usage: get.sh NAME...|small|all|list   (files go to WICK_REAL, now $REAL)"
    exit 2
}

[ $# -gt 0 ] || usage
failed=
for name in "$@"; do
    case $name in
    list) programs ;;
    small) for p in $(programs | awk '$3 == "small" { print $1 }'); do get "$p"; done ;;
    all) for p in $(programs | awk '{ print $1 }'); do get "$p"; done ;;
    -*) usage ;;
    *) get "$name" ;;
    esac
done
[ -z "$failed" ] || die "not available:$failed"
