#!/bin/sh
# check_linear.sh - builds the core of loading with a counter at every basic block and runs linear.c.
cd "$(dirname "$0")/../.." || exit 1
cc=${CC:-cc}
out=${BUILD:-build}/linear
mkdir -p "$out"
if ! echo 'int x;' | $cc -fsanitize-coverage=trace-pc -x c -c -o "$out/probe.o" - 2>/dev/null; then
    echo "skip: $cc has no -fsanitize-coverage=trace-pc"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
objects=
for source in src/base/*.c src/module/*.c src/valid/*.c; do
    object=$out/$(basename "$source" .c).o
    # The module's text of names belongs to rt; loading does not need it.
    $cc -std=c11 -O1 -fsanitize-coverage=trace-pc -Iinclude -Isrc -c -o "$object" "$source" || exit 1
    objects="$objects $object"
done
cat >"$out/name.c" <<'EOF'
#include "module/module.h"
wick_name wick_module_func_name(const wick_module *module, uint32_t func) {
    (void)module;
    (void)func;
    return (wick_name){0, 0};
}
EOF
$cc -std=c11 -O1 -Iinclude -Isrc -I. -o "$out/linear" test/module/linear.c "$out/name.c" $objects || exit 1
exec "$out/linear" "$@"
