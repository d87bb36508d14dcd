#!/bin/sh
# instructions.sh - doc/instructions.md is what gen/instructions.c makes of op.def.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
mkdir -p "$BUILD/gen"
if ! ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Isrc -o "$BUILD/gen/instructions" gen/instructions.c ||
    ! "$BUILD/gen/instructions" >"$BUILD/gen/instructions.md"; then
    echo "0 passed, 1 failed"
    exit 1
fi
if ! cmp -s "$BUILD/gen/instructions.md" doc/instructions.md; then
    echo "doc/instructions.md is not what op.def says: make doc"
    diff "$BUILD/gen/instructions.md" doc/instructions.md | head -n 5
    echo "0 passed, 1 failed"
    exit 1
fi
echo "1 passed, 0 failed"
