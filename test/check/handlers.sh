#!/bin/sh
# handlers.sh - every handler of the fast interpreter goes on to the next by a jump: a call would leave a frame on the native
# stack for each instruction. And the hottest take no more instructions than the table says, and need no frame.
# handlers.sh OBJECT, which is fast_loop.o for x86_64, compiled at -O2; the counts are for compilers that have a column.
# Fewer than the table says is an improvement: write it down there.
cd "$(dirname "$0")/../.." || exit 1
object=$1
passed=0 failed=0
skip() {
    echo "0 passed, 0 failed, 1 skipped"
    echo "skipped: $1"
    exit 0
}
command -v objdump >/dev/null 2>&1 || skip "no objdump"
case ${CFLAGS:--O2} in *-O2*) ;; *) skip "the counts are those of -O2" ;; esac
case ${EXTRA:-} in '' | -DWICK_FP_SOFT=1) ;; *) skip "the counts are those of the default configuration" ;; esac
objdump -f "$object" | grep -q 'elf64-x86-64' || skip "the counts are for x86_64"
ways=$(objdump -d --no-show-raw-insn "$object" | awk '
    /^[0-9a-f]+ <h_.*>:$/ { name = $2; next }
    /^$/ { name = "" }
    name != "" && ($2 == "jmp" || $2 == "call") && $3 ~ /^\*/ { print $2, name }' | sort -u)
if [ "$(echo "$ways" | grep -c '^jmp')" -gt 500 ] && ! echo "$ways" | grep '^call'; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    echo "FAIL of so many handlers that jump to the next these call it: $(echo "$ways" | grep -c '^jmp')"
fi
if [ -n "${EXTRA:-}" ]; then
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
fi
case $(objdump -s -j .comment "$object" | cut -c 44- | tr -d '\n') in
*'Debian clang version 14.'*) column=2 ;;
*') 12.'*) column=3 ;;
*) skip "the counts are those of gcc 12 and clang 14" ;;
esac
# handler, instructions by clang 14, by gcc 12
table='
mov_SS 8 9
ld32u_SS 14 14
ld32u_SA 12 12
ld8u_AS 13 13
st32_SA 12 12
br_table_A 15 17
call 45 37
call_ind_S 58 49
ret_A 18 16
global_get_A__brnz_A 22 25'
counts=$(objdump -d --no-show-raw-insn "$object" | awk '
    /^[0-9a-f]+ <h_.*>:$/ { name = substr($2, 4, length($2) - 5); next }
    /^$/ { name = "" }
    name != "" && /^ *[0-9a-f]+:/ && $2 !~ /^(nop|xchg|data16|cs)/ { n[name]++; if ($2 == "push") pushes[name]++ }
    END { for (name in n) print name, n[name], pushes[name] + 0 }')
check() {
    most=$1 handler=$2
    found=$(echo "$counts" | awk -v name="$handler" '$1 == name { print $2, $3 }')
    # shellcheck disable=SC2086
    set -- $found
    if [ -n "${1:-}" ] && [ "$1" -le "$most" ] && [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $handler: ${1:-no} instructions, ${2:-no} of them push; at most $most and none are allowed"
    fi
}
while read -r handler clang gcc; do
    [ -n "$handler" ] || continue
    if [ $column = 2 ]; then check "$clang" "$handler"; else check "$gcc" "$handler"; fi
done <<END
$table
END
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
