#!/bin/sh
# What calls of the embedder's functions take: calls.sh [BUILD] [ARGUMENTS OF calls]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
build=$root/build
if [ $# -gt 0 ] && [ -d "$1" ]; then
    build=$1
    shift
fi
if [ ! -f "$build/libwick.a" ]; then
    echo "calls: no $build/libwick.a; make builds it" >&2
    exit 1
fi
mkdir -p "$build/bench"
${CC:-cc} -std=c11 -D_GNU_SOURCE -O2 -I"$root/include" -I"$root/src" -I"$root" -o "$build/bench/calls" "$here/calls.c" \
    "$build/obj/port/posix.o" "$build/libwick.a" -lpthread
exec "$build/bench/calls" "$@"
