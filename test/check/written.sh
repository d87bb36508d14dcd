#!/bin/sh
# written.sh - what the programs of gen/ write is what they would write: doc/instructions.md (op.def), src/def/pair_place.def
# (pair.def).
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
mkdir -p "$BUILD/gen"
passed=0 failed=0
# written NAME FILE TARGET
written() {
    if ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Isrc -o "$BUILD/gen/$1" "gen/$1.c" && "$BUILD/gen/$1" >"$BUILD/gen/$1.out" &&
        cmp -s "$BUILD/gen/$1.out" "$2"; then
        passed=$((passed + 1))
    else
        echo "$2 is not what gen/$1.c writes: make $3"
        diff "$BUILD/gen/$1.out" "$2" | head -n 5
        failed=$((failed + 1))
    fi
}
written instructions doc/instructions.md doc
written pairs src/def/pair_place.def pairs
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
