#!/bin/sh
# symbols.sh LIBRARY - what the core leaves undefined is within memcpy, memmove, memset, memcmp, and it has no mutable
# file-scope data. NM names another nm.
cd "$(dirname "$0")/../.." || exit 1
lib=${1:-build/libwick.a}
nm=${NM:-nm}
passed=0 failed=0
result() {
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
symbols=$(mktemp)
"$nm" "$lib" >"$symbols" 2>/dev/null || { echo "cannot read $lib"; exit 1; }
awk 'NF >= 3 && $2 ~ /[A-TV-Z]/ { print $3 }' "$symbols" | sort -u >"$symbols.defined"
undefined=$(awk '$1 == "U" { print $2 }' "$symbols" | sort -u | comm -23 - "$symbols.defined" |
    grep -vxE 'memcpy|memmove|memset|memcmp|_GLOBAL_OFFSET_TABLE_|__stack_chk_fail_never')
[ -z "$undefined" ]
result $? "$lib leaves undefined: $(echo $undefined)"
data=$(awk '$2 ~ /^[bBdDcCgGsS]$/ { print $3 }' "$symbols" | grep -v '^\.data\.rel\.ro' | sort -u)
[ -z "$data" ]
# Constant tables of pointers are relocated data in position-independent code: not mutable, so look at sections.
if [ -n "$data" ]; then
    mutable=$(objdump -h "$lib" 2>/dev/null | awk '$2 ~ /^\.(data|bss)(\.|$)/ && $2 !~ /^\.data\.rel\.ro/ && $3 !~ /^0+$/ { print $2 ":" $3 }')
    [ -z "$mutable" ]
    result $? "$lib has mutable data: $(echo $data | head -c 300) $mutable"
else
    result 0 ""
fi
rm -f "$symbols" "$symbols.defined"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
