#!/bin/sh
# Builds and runs num_test for every compiler and CPU that is installed, and compares the undefined
# symbols of a unit that uses every function with the list of src/base/deps.h.
#   test/num/cross.sh [pairs]     from the root of the tree; objects go to ${BUILD:-build}/num
pairs=${1:-20000}
out=${BUILD:-build}/num
warn="-Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes -Wvla -Werror"
failed=0
mkdir -p "$out" || exit 1

have() {
    command -v "$1" >/dev/null 2>&1
}

# run NAME EMULATOR COMPILER FLAGS...: num_test must pass
run() {
    name=$1 emulator=$2 cc=$3
    shift 3
    if ! have "$cc" || { [ -n "$emulator" ] && ! have "$emulator"; }; then
        echo "skipped: $name ($cc $emulator)"
        return
    fi
    if $cc $warn -Iinclude -Isrc "$@" test/num/num_test.c -o "$out/num_test" &&
        $emulator "$out/num_test" "$pairs" >"$out/log"; then
        echo "ok: $name: $(tail -n 1 "$out/log")"
    else
        echo "FAILED: $name: $cc $*"
        tail -n 5 "$out/log"
        failed=1
    fi
}

# link NAME COMPILER FLAGS...: the freestanding unit has no other undefined symbols
link() {
    name=$1 cc=$2
    shift 2
    if ! have "$cc"; then
        echo "skipped: $name ($cc)"
        return
    fi
    for level in -O0 -O1 -O2 -Os; do
        if ! $cc $warn -std=c11 -ffreestanding -Iinclude -Isrc "$@" $level -c test/num/all_ops.c \
            -o "$out/all_ops.o"; then
            echo "FAILED: $name $level"
            failed=1
            continue
        fi
        extra=$(nm -u "$out/all_ops.o" | awk '{ print $2 }' |
            grep -vxE '(__aeabi_)?(memcpy|memmove|memset|memcmp)|_GLOBAL_OFFSET_TABLE_|\.TOC\.')
        if [ -n "$extra" ]; then
            echo "FAILED: $name $level needs" $extra
            failed=1
        else
            echo "ok: $name $level needs nothing"
        fi
    done
}

run x86_64 "" gcc -std=c11 -O2
run x86_64-O0 "" gcc -std=c11 -O0
run x86_64-sse4.1 "" gcc -std=gnu17 -O2 -msse4.1
run x86_64-haswell "" gcc -std=gnu17 -O2 -march=haswell
run x86_64-haswell-fast-contract "" gcc -std=gnu17 -O3 -march=haswell -ffp-contract=fast
run x86_64-soft "" gcc -std=c11 -O2 -DWICK_FP_SOFT=1
run x86_64-portable-bits "" gcc -std=c11 -O2 -DWK_BITS_PORTABLE=1
run x86_64-sanitized "" gcc -std=c11 -O1 -fsanitize=undefined -fno-sanitize-recover=all
clang=clang
have clang || clang=clang-14
run x86_64-clang "" $clang -std=c11 -O2
run x86_64-clang-O0 "" $clang -std=c11 -O0
run x86_64-clang-haswell "" $clang -std=gnu17 -O3 -march=haswell -ffp-contract=fast
run i686 qemu-i386-static i686-linux-gnu-gcc -std=c11 -O2 -static
run i686-O0 qemu-i386-static i686-linux-gnu-gcc -std=c11 -O0 -static
run aarch64 qemu-aarch64-static aarch64-linux-gnu-gcc -std=gnu17 -O2 -static
run aarch64-soft qemu-aarch64-static aarch64-linux-gnu-gcc -std=c11 -O2 -static -DWICK_FP_SOFT=1
run aarch64-O0 qemu-aarch64-static aarch64-linux-gnu-gcc -std=c11 -O0 -static
run riscv64 qemu-riscv64-static riscv64-linux-gnu-gcc -std=gnu17 -O2 -static
run riscv64-O0 qemu-riscv64-static riscv64-linux-gnu-gcc -std=c11 -O0 -static
run s390x qemu-s390x-static s390x-linux-gnu-gcc -std=c11 -O2 -static
run s390x-hw qemu-s390x-static s390x-linux-gnu-gcc -std=gnu17 -O2 -static -DWICK_FP_SOFT=0
run arm qemu-arm-static arm-linux-gnueabihf-gcc -std=c11 -O2 -static
run ppc64 qemu-ppc64-static powerpc64-linux-gnu-gcc -std=c11 -O2 -static
run mips qemu-mips-static mips-linux-gnu-gcc -std=c11 -O2 -static

link x86_64 gcc
link x86_64-kernel gcc -mgeneral-regs-only -mno-red-zone
link x86_64-clang $clang
link x86_64-clang-kernel $clang -mgeneral-regs-only
link i686 i686-linux-gnu-gcc
link aarch64 aarch64-linux-gnu-gcc
link aarch64-kernel aarch64-linux-gnu-gcc -mgeneral-regs-only
link aarch64-clang-kernel $clang --target=aarch64-none-elf -mgeneral-regs-only
link riscv64 riscv64-linux-gnu-gcc
link riscv64-kernel riscv64-linux-gnu-gcc -march=rv64imac -mabi=lp64
link riscv32-clang $clang --target=riscv32-none-elf -march=rv32imac
link s390x s390x-linux-gnu-gcc
link armv7a-clang $clang --target=armv7a-none-eabi -mcpu=cortex-a8
link armv7m-clang $clang --target=armv7m-none-eabi
link mips-clang $clang --target=mips-none-elf
if [ "$failed" -eq 0 ]; then
    echo "1 passed, 0 failed"
else
    echo "0 passed, 1 failed"
fi
exit $failed
