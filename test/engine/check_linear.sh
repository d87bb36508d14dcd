#!/bin/sh
# check_linear.sh - builds the translator with a counter at every basic block and runs linear.c.
cd "$(dirname "$0")/../.." || exit 1
cc=${CC:-cc}
build=${BUILD:-build}
out=$build/linear/translate
mkdir -p "$out"
if ! echo 'int x;' | $cc -fsanitize-coverage=trace-pc -x c -c -o "$out/probe.o" - 2>/dev/null; then
    echo "skip: $cc has no -fsanitize-coverage=trace-pc"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
objects=
for source in src/interp/*.c; do
    object=$out/$(basename "$source" .c).o
    counter=
    case $source in
    src/interp/ref* | src/interp/fast_loop.c) continue ;; # units of their own, as the build made them
    src/interp/translate*) counter=-fsanitize-coverage=trace-pc ;;
    esac
    $cc -std=c11 -ffreestanding -O1 $counter -Iinclude -Isrc ${EXTRA:-} -c -o "$object" "$source" || exit 1
    objects="$objects $object"
done
$cc -std=c11 -D_GNU_SOURCE -O1 ${CFLAGS:-} -Iinclude -Isrc -I. ${EXTRA:-} -o "$out/linear" test/engine/linear.c $objects \
    "$build/libwick.a" -lpthread || exit 1
exec "$out/linear" "$@"
