#!/bin/sh
# Compiles the programs of this folder for WASI and for this machine: build.sh [DIRECTORY]
# WASI_CC and NATIVE_CC choose the compilers, WICK the command that assembles; what is newer than its source is left alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../build/bench}
native=${NATIVE_CC:-gcc}
command -v "$native" >/dev/null 2>&1 || native=${CC:-cc}
wick=${WICK:-$here/../build/wick}
mkdir -p "$out"

# The first compiler that makes something of a program; --no-wasm-opt, where it is known, keeps an old wasm-opt on the path
# from what it does not understand.
wasi= plain=
for compiler in ${WASI_CC:-clang-22 clang-21 clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 clang}; do
    command -v "$compiler" >/dev/null 2>&1 || continue
    for plain in --no-wasm-opt ''; do
        rm -f "$out/probe.wasm"
        printf '#include <stdio.h>\nint main(void) { return puts(""); }\n' | "$compiler" --target=wasm32-wasi -nostdlibinc \
            -isystem /usr/include/wasm32-wasi $plain -x c -o "$out/probe.wasm" - 2>"$out/probe.log" || true
        [ ! -s "$out/probe.wasm" ] || { wasi=$compiler && break 2; }
    done
    echo "no use for WASI: $compiler ($(grep -m 1 error: "$out/probe.log"))" >&2
done
if [ -z "$wasi" ]; then
    echo 'left out: the programs in C, no clang that compiles for WASI (WASI_CC names it; Debian: clang-22 lld-22 wasi-libc' \
        'libclang-rt-22-dev-wasm32)' >&2
fi

# is_current OUTPUT SOURCE...
is_current() {
    made=$1
    shift
    for of in "$@" "$here/src/bench.h" "$here/build.sh"; do
        [ -n "$(find "$made" -newer "$of" 2>/dev/null)" ] || return 1
    done
}
to_wasm() { # OUTPUT SOURCE FLAGS...
    output=$1 source=$2
    shift 2
    [ -n "$wasi" ] || return 0
    is_current "$output" "$source" || "$wasi" --target=wasm32-wasi -std=c11 -nostdlibinc \
        -isystem /usr/include/wasm32-wasi -mbulk-memory -Wno-deprecated $plain -Wl,--strip-debug "$@" \
        -o "$output" "$source"
}
to_native() { # COMPILER OUTPUT SOURCE FLAGS...
    compiler=$1 output=$2 source=$3
    shift 3
    [ -n "$compiler" ] && command -v "$compiler" >/dev/null 2>&1 || return 0
    is_current "$output" "$source" || "$compiler" -std=c11 -D_GNU_SOURCE "$@" -o "$output" "$source"
}

for source in "$here"/src/*.c "$here"/host/*.c; do
    name=$(basename "$source" .c)
    flags=
    [ "$name" != bytecopy ] || flags=-fno-builtin # a copying loop must stay a loop
    to_wasm "$out/$name.wasm" "$source" -O2 $flags
    to_native "$native" "$out/$name" "$source" -O3 $flags
done

to_native "$native" "$out/spawn" "$here/spawn.c" -O2

# Twice from the same source: without vectors and with them. Natively by the same compiler, so that both columns tell
# what its vectors gain; -msse4.1 because that is about what the instructions of wasm can do.
scalar="-O3 -ffp-contract=off -fno-vectorize -fno-slp-vectorize"
vector="-O3 -ffp-contract=off"
sse=
[ "$(uname -m)" != x86_64 ] || sse=-msse4.1
for source in "$here"/simd/*.c; do
    name=$(basename "$source" .c)
    to_wasm "$out/$name.wasm" "$source" $scalar
    to_wasm "$out/$name-simd.wasm" "$source" $vector -msimd128
    to_native "$wasi" "$out/$name" "$source" $scalar
    to_native "$wasi" "$out/$name-simd" "$source" $vector $sse
done

if [ -x "$wick" ]; then
    for source in "$here"/wat/*.wat; do
        name=$(basename "$source" .wat)
        [ "$name" != head ] || continue
        if ! is_current "$out/$name.wasm" "$source" "$here/wat/head.wat"; then
            { echo '(module'; cat "$here/wat/head.wat" "$source"; echo ')'; } >"$out/$name.wat"
            "$wick" wat2wasm -o "$out/$name.wasm" "$out/$name.wat"
        fi
    done
else
    echo "left out: $here/wat, no $wick to assemble it" >&2
fi
