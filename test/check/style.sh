#!/bin/sh
# style.sh - what CONTRIBUTING.md asks and a script can see: no tabs, files under 2,000 lines, no floats in the core
# outside fp_hw.h, nothing unfinished, public headers compile alone as C11 and C++.
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
result() {
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
files=$(find src include port tool programs test bench gen examples -name '*.[ch]' -o -name '*.def' 2>/dev/null)
for file in $files; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 2000 ]
    result $? "$file has $lines lines, more than 2,000"
done
tabs=$(grep -lP '\t' $files)
[ -z "$tabs" ]
result $? "tabs in: $tabs"
floats=$(grep -nwE 'float|double' $(find src -name '*.[ch]') | grep -v 'src/num/fp_hw.h' |
    sed 's@/\*.*\*/@@; s@//.*@@' | grep -vE ':[0-9]+: *(/?\*|[^"]*\*/)' | grep -wE 'float|double' | grep -vE '"[^"]*(float|double)[^"]*"')
[ -z "$floats" ]
result $? "float or double in the core: $floats"
unfinished=$(grep -nE '\b(TODO|FIXME|XXX)\b|not implemented|unimplemented' $files | grep -v test/check/style.sh)
[ -z "$unfinished" ]
result $? "unfinished: $unfinished"
for header in include/wick/*.h; do
    name=${header#include/}
    echo "#include \"$name\"" | ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -Isrc -x c -c -o /dev/null - 2>/tmp/wick-style.$$
    result $? "$header alone as C11: $(head -3 /tmp/wick-style.$$)"
    if command -v "${CXX:-c++}" >/dev/null; then
        echo "#include \"$name\"" | ${CXX:-c++} -std=c++11 -Wall -Wextra -Werror -Iinclude -Isrc -x c++ -c -o /dev/null - 2>/tmp/wick-style.$$
        result $? "$header alone as C++: $(head -3 /tmp/wick-style.$$)"
    fi
done
# The macros of values too, as strict as C++ hosts are.
if command -v "${CXX:-c++}" >/dev/null; then
    cat >/tmp/wick-style.$$.cpp <<'END'
#include "wick/wick_wasi.h"
const wick_valtype types[] = {WICK_EXTERNREF, WICK_FUNCREF, WICK_REF(WICK_HEAP_any), WICK_REF_TYPE(7u),
                              WICK_TYPE_KIND(WICK_FUNCREF), WICK_TYPE_HEAP(WICK_FUNCREF)};
const uint64_t right = WICK_WASI_RIGHT(WICK_WASI_RIGHT_BIT_FD_READ);
END
    ${CXX:-c++} -std=c++17 -Wall -Wextra -Wpedantic -Wold-style-cast -Wconversion -Wno-unused -Werror -Iinclude -Isrc \
        -c -o /dev/null /tmp/wick-style.$$.cpp 2>/tmp/wick-style.$$
    result $? "macros in C++: $(head -3 /tmp/wick-style.$$)"
fi
rm -f /tmp/wick-style.$$ /tmp/wick-style.$$.cpp
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
