#!/bin/sh
# builds.sh - ways in which others compile the core: as one file, file by file, with kernel flags, for other CPUs; none leaves
# a symbol undefined but the four of base/deps.h, none warns.
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
out=build/builds
mkdir -p $out
warn="-Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes -Wvla -Werror"
result() {
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
have() { command -v "${1%% *}" >/dev/null 2>&1; }
# one NAME COMPILER FLAGS... : the amalgamation with these flags, as many at a time as there are processors
names= running=0 jobs=$(nproc 2>/dev/null || echo 2)
one() {
    name=$1 compiler=$2
    shift 2
    if ! have "$compiler"; then
        echo "left out: $name, no $compiler"
        return
    fi
    names="$names $name"
    {
        $compiler "$@" -c build/amalgam/wick.c -o "$out/$name.o" 2>"$out/$name.err"
        echo $? >"$out/$name.status"
    } &
    running=$((running + 1))
    [ $((running % jobs)) -ne 0 ] || wait
}
make -s amalgam >/dev/null || exit 1
free="-std=c11 -O2 -ffreestanding"
one gcc gcc $free $warn -Wno-missing-prototypes
one clang clang-14 $free $warn -Wno-missing-prototypes
one text gcc $free $warn -Wno-missing-prototypes -DWICK_TEXT=1
one clang-guard clang-14 $free $warn -Wno-missing-prototypes -DWICK_GUARD=1
one gcc-gnu17 gcc -std=gnu17 -O2 -march=haswell
one gcc-O0 gcc -std=c11 -O0
one gcc-Os gcc -std=c11 -Os
one gcc-Og gcc -std=c11 -Og
one gcc-O1 gcc -std=c11 -O1
one x86_64-kernel gcc $free -mgeneral-regs-only -mno-red-zone -fno-pic -fno-stack-protector -mcmodel=kernel
one x86_64-kernel-clang clang-14 $free -mgeneral-regs-only -mno-red-zone -fno-pic
one aarch64-kernel aarch64-linux-gnu-gcc $free -mgeneral-regs-only
one aarch64 aarch64-linux-gnu-gcc $free
one riscv64 riscv64-linux-gnu-gcc $free -march=rv64imac -mabi=lp64 -mcmodel=medany
one i686 i686-linux-gnu-gcc $free -fno-pic
one i686-Os i686-linux-gnu-gcc -std=c11 -Os -ffreestanding -fno-pic
one arm arm-none-eabi-gcc -std=c11 -Os -ffreestanding -mcpu=cortex-m3 -mthumb $warn -Wno-missing-prototypes
one s390x s390x-linux-gnu-gcc $free
wait
for name in $names; do
    result "$(cat "$out/$name.status")" "$name: $(head -n 3 "$out/$name.err")"
    # Kernels on 32-bit hosts get no help from the compiler's library either.
    left=$(nm -u "$out/$name.o" 2>/dev/null | awk '{ print $2 }' | grep -vxE 'memcpy|memmove|memset|memcmp|_GLOBAL_OFFSET_TABLE_')
    [ -z "$left" ]
    result $? "$name leaves undefined: $(echo $left)"
done
nm $out/text.o | grep -q ' T wick_text_assemble$'
result $? "WICK_TEXT=1 brings no text format"
# The Makefile compiles folder by folder; each file includes what it needs all the same.
alone="-std=c11 -fsyntax-only -Iinclude -Isrc $warn"
for file in src/*/*.c port/posix/*.c tool/*.c; do
    case $file in src/*) more=-ffreestanding ;; *) more="-D_GNU_SOURCE -I." ;; esac
    # shellcheck disable=SC2086
    gcc $alone $more "$file" 2>$out/alone.err
    result $? "$file by itself: $(head -n 3 $out/alone.err)"
done
# Where handlers go on by sibling calls, none may be a call: each cell would take native stack.
for name in gcc gcc-O1 gcc-Og gcc-Os; do
    [ -f "$out/$name.o" ] || continue
    calls=$(objdump -d --no-show-raw-insn "$out/$name.o" | awk '/^[0-9a-f]+ <.*>:$/ { name = $2 } /call +\*%r/ && name ~ /<h_/' | wc -l)
    [ "$calls" -eq 0 ]
    result $? "$name: $calls handlers call the next one"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
