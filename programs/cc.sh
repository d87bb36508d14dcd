#!/bin/sh
# cc.sh OUT.wasm SOURCE.c [FLAGS...] - compile one program for WASI with whatever clang can.
#
# Compiling and linking are two steps: clang runs a wasm-opt that it finds when it links with -O,
# and old ones break the file. WASM_CC names the compiler; else the newest that works is taken, and
# remembered in OUT's directory.
set -eu
out=$1 source=$2
shift 2
dir=$(dirname "$out")
mkdir -p "$dir"

works() {
    command -v "$1" >/dev/null 2>&1 || return 1
    echo 'int main(void) { return 0; }' >"$dir/.try$$.c"
    "$1" --target=wasm32-wasi "$dir/.try$$.c" -o "$dir/.try$$" >/dev/null 2>&1 &&
        [ -s "$dir/.try$$" ] && result=0 || result=1
    rm -f "$dir/.try$$.c" "$dir/.try$$"
    return $result
}

cc=${WASM_CC:-}
if [ -z "$cc" ] && [ -f "$dir/.compiler" ]; then
    cc=$(cat "$dir/.compiler")
fi
if [ -z "$cc" ]; then
    for try in clang-22 clang-21 clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 clang; do
        if works $try; then
            cc=$try
            break
        fi
    done
    if [ -z "$cc" ]; then
        echo "cc.sh: no clang here compiles and links for wasm32-wasi. Debian packages:" >&2
        echo "    clang lld wasi-libc libclang-rt-dev-wasm32   (or clang-22 lld-22 ...)" >&2
        exit 1
    fi
    echo "$cc" >"$dir/.compiler.$$"
    mv "$dir/.compiler.$$" "$dir/.compiler"
fi

object=$out.o
"$cc" --target=wasm32-wasi -std=gnu11 -O2 -Wall -Wextra -Wno-unknown-warning-option \
    -Wno-deprecated "$@" -c "$source" -o "$object"
"$cc" --target=wasm32-wasi -Wno-unknown-warning-option -Wno-deprecated "$object" -Wl,--strip-debug \
    -Wl,-z,stack-size=262144 -o "$out"
rm -f "$object"
if [ ! -s "$out" ]; then
    echo "cc.sh: $cc wrote no $out" >&2
    exit 1
fi
