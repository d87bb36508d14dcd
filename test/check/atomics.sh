#!/bin/sh
# atomics.sh - no atomic operation becomes a library call, on any CPU that a compiler at hand knows; and which CPUs can
# swap 64 bits, on which it depends whether memories may be shared by several of them.
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
result() {
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
have() { command -v "$1" >/dev/null 2>&1; }
# cpu NAME WIDE COMPILER FLAGS...: WIDE is 1 where there is a 64-bit compare-and-swap.
cpu() {
    name=$1 wide=$2
    shift 2
    if ! have "$1" || ! have "${nm:-nm}"; then
        echo "skip $name: no $1"
        return
    fi
    for level in -O0 -O2; do
        if ! "$@" $level -std=c11 -ffreestanding -Iinclude -Isrc -DPROBE_WIDE="$wide" -c test/threads/probe.c \
            -o "$out/probe.o" 2>"$out/err"; then
            result 1 "$name $level: $(head -n 3 "$out/err")"
            continue
        fi
        left=$("${nm:-nm}" -u "$out/probe.o" 2>/dev/null | awk '{ print $NF }' |
            grep -vxE 'mem(cpy|move|set|cmp)|_GLOBAL_OFFSET_TABLE_|__aeabi_(llsl|llsr|lmul)|__aeabi_mem(cpy|move|set|clr)[48]?|__gnu_local_gp|_gp_disp|\.TOC\.')
        [ -z "$left" ]
        result $? "$name $level leaves undefined: $(echo $left)"
    done
}
nm=nm
cpu x86_64 1 gcc
cpu i686 1 i686-linux-gnu-gcc
cpu i586 1 i686-linux-gnu-gcc -march=i586
cpu i486 0 i686-linux-gnu-gcc -march=i486
cpu i386 0 i686-linux-gnu-gcc -march=i386
cpu aarch64 1 aarch64-linux-gnu-gcc
cpu aarch64-lse 1 aarch64-linux-gnu-gcc -march=armv8.1-a
cpu riscv64 1 riscv64-linux-gnu-gcc
cpu riscv64-without-a 0 riscv64-linux-gnu-gcc -march=rv64imc -mabi=lp64
cpu s390x 1 s390x-linux-gnu-gcc
nm=llvm-nm-14
cpu clang-x86_64 1 clang-14 --target=x86_64-none-elf
cpu clang-i686 1 clang-14 --target=i686-none-elf
cpu clang-i486 0 clang-14 --target=i486-none-elf -march=i486
cpu clang-i386 0 clang-14 --target=i386-none-elf -march=i386
cpu clang-aarch64 1 clang-14 --target=aarch64-none-elf
cpu clang-aarch64-be 1 clang-14 --target=aarch64_be-none-elf
cpu clang-aarch64-outline 1 clang-14 --target=aarch64-linux-gnu -moutline-atomics
cpu clang-armv7 1 clang-14 --target=armv7a-none-eabi
cpu clang-armv7m 0 clang-14 --target=thumbv7m-none-eabi
cpu clang-armv6m 0 clang-14 --target=thumbv6m-none-eabi
cpu clang-armv5 0 clang-14 --target=armv5te-none-eabi
cpu clang-riscv64 1 clang-14 --target=riscv64-none-elf -march=rv64imac
cpu clang-riscv64-without-a 0 clang-14 --target=riscv64-none-elf -march=rv64imc
cpu clang-riscv32 0 clang-14 --target=riscv32-none-elf -march=rv32imac
cpu clang-riscv32-without-a 0 clang-14 --target=riscv32-none-elf -march=rv32im
cpu clang-s390x 1 clang-14 --target=s390x-linux-gnu
cpu clang-ppc64le 1 clang-14 --target=powerpc64le-linux-gnu
cpu clang-ppc64 1 clang-14 --target=powerpc64-linux-gnu
cpu clang-ppc 0 clang-14 --target=powerpc-none-elf
cpu clang-mips 0 clang-14 --target=mips-none-elf -march=mips32r2
cpu clang-mips64 1 clang-14 --target=mips64-none-elf
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
