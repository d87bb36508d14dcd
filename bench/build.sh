#!/bin/sh
# Compiles the programs of bench/src for WASI and for this machine: build.sh [DIRECTORY]
# WASI_CC and NATIVE_CC choose the compilers; what is newer than its source is left alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../build/bench}
native=${NATIVE_CC:-gcc}
wasi=${WASI_CC:-}
if [ -z "$wasi" ]; then
    for wasi in clang-22 clang-21 clang-20 clang-19 clang-18 clang-17 clang-16 clang; do
        if command -v "$wasi" >/dev/null 2>&1; then
            break
        fi
    done
fi
mkdir -p "$out"

# -fno-builtin: a copying loop must stay a loop (bytecopy.c).
flags_of() {
    case $1 in
    bytecopy) echo "-fno-builtin" ;;
    esac
}

is_current() {
    [ -n "$(find "$1" -newer "$2" -newer "$here/src/bench.h" -newer "$here/build.sh" 2>/dev/null)" ]
}

for source in "$here"/src/*.c; do
    name=$(basename "$source" .c)
    if ! is_current "$out/$name.wasm" "$source"; then
        "$wasi" --target=wasm32-wasi -std=c11 -nostdlibinc -isystem /usr/include/wasm32-wasi -O2 \
            -mbulk-memory -Wno-deprecated --no-wasm-opt -Wl,--strip-debug \
            $(flags_of "$name") -o "$out/$name.wasm" "$source"
    fi
    if command -v "$native" >/dev/null 2>&1 && ! is_current "$out/$name" "$source"; then
        "$native" -std=c11 -O3 $(flags_of "$name") -o "$out/$name" "$source"
    fi
done
