#!/bin/sh
# What a choice of compiler or configuration costs: flavours.sh [-n RUNS] [NAME...] [-- OPTIONS OF run.py]
# Each flavour is built in build/flavour-NAME and compared with gcc's on the figure's programs and kernelmix; with no
# name, all whose compiler is here. `flavours.sh clang-14 -- --only fib,sieve` compares two on two programs. no-fuel is there to
# be measured only: nothing stops such a build's loops.
set -eu
cd "$(dirname "$0")/.."
runs=3
names=
while [ $# -gt 0 ]; do
    case $1 in
    -n) runs=$2 && shift ;;
    --) shift && break ;;
    *) names="$names $1" ;;
    esac
    shift
done
: "${names:= clang-14 clang-22 switch calls soft guard no-fuel O3 no-pie march-native no-simd no-gc}"

# flavour NAME: builds it; 2: there is none of that name.
flavour() {
    compiler=gcc cflags="-O2 -g" extra=
    case $1 in
    gcc) ;;
    switch) extra=-DWICK_DISPATCH=3 ;;
    calls) extra=-DWICK_DISPATCH=4 ;;
    soft) extra=-DWICK_FP_SOFT=1 ;;
    O3) cflags="-O3 -g" ;;
    no-pie) extra="-fno-pie -no-pie" ;;
    march-native) extra=-march=native ;;
    no-simd) extra=-DWICK_SIMD=0 ;;
    no-gc) extra=-DWICK_GC=0 ;;
    no-fuel) extra=-DWICK_BENCH_NO_FUEL ;;
    guard) extra=-DWICK_GUARD=1 ;;
    clang-*-guard) compiler=${1%-guard} extra=-DWICK_GUARD=1 ;;
    clang-*-no-fuel) compiler=${1%-no-fuel} extra=-DWICK_BENCH_NO_FUEL ;;
    clang-*) compiler=$1 ;;
    *) echo "flavours: no flavour $1" >&2 && return 2 ;;
    esac
    if ! command -v "$compiler" >/dev/null 2>&1; then
        echo "left out: $1, no $compiler"
        return 1
    fi
    echo "building build/flavour-$1"
    make -s -j2 BUILD="build/flavour-$1" CC="$compiler" CFLAGS="$cflags" EXTRA="$extra" all || exit 1
}

set -- --runtimes none --group figure,mix --base wick-gcc -n "$runs" "$@"
for name in gcc $names; do
    status=0
    flavour "$name" || status=$?
    [ $status -ne 2 ] || exit 2
    [ $status -ne 0 ] || set -- "$@" "wick-$name=$PWD/build/flavour-$name/wick"
done
WICK=$PWD/build/flavour-gcc/wick bench/build.sh
exec bench/run.py "$@"
