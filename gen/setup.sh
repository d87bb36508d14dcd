#!/bin/sh
# setup.sh run|test|long - installs the packages that are missing for `make run`, `make test`, `make check-long` on a
# Debian-like machine. Names them first; needs root or sudo. Does nothing when all is there.
set -u
what=${1:-run}

have() { command -v "$1" >/dev/null 2>&1; }
missing=""
want() { # COMMAND-OR-FILE PACKAGE...
    probe=$1
    shift
    case $probe in
    /*) [ -e "$probe" ] && return ;;
    *) have "$probe" && return ;;
    esac
    missing="$missing $*"
}

# The newest clang that comes with a wasm32 runtime library; one that is installed wins.
wasm_clang() {
    for n in 22 21 20 19; do
        if have "clang-$n" && have "wasm-ld-$n" && [ -n "$(find /usr/lib/llvm-$n -name 'libclang_rt.builtins*wasm32*' 2>/dev/null)" ]; then
            return
        fi
    done
    for n in 22 21 20 19; do
        if apt-cache show "libclang-rt-$n-dev-wasm32" >/dev/null 2>&1; then
            missing="$missing clang-$n lld-$n libclang-rt-$n-dev-wasm32"
            return
        fi
    done
    echo "setup: no clang with a wasm32 runtime is known here; the demo programs cannot be built" >&2
    exit 1
}

need_lists=0
if have apt-get && [ -z "$(find /var/lib/apt/lists -name '*_Packages*' 2>/dev/null | head -n 1)" ]; then
    need_lists=1
fi
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
if [ $need_lists = 1 ]; then
    $sudo apt-get update -q >/dev/null || exit 1
fi

want cc gcc libc6-dev
want qemu-system-x86_64 qemu-system-x86
have apt-get && wasm_clang
want /usr/include/wasm32-wasi wasi-libc
if [ "$what" != run ]; then
    want clang-14 clang-14
    want g++ g++
    want objdump binutils
    want xorriso xorriso
    want grub-mkrescue grub-common
    want /usr/lib/grub/i386-pc grub-pc-bin
    want mformat mtools
    want cpio cpio
    want python3 python3
    want aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross
    want i686-linux-gnu-gcc gcc-i686-linux-gnu libc6-dev-i386-cross
    want s390x-linux-gnu-gcc gcc-s390x-linux-gnu libc6-dev-s390x-cross
    want riscv64-linux-gnu-gcc gcc-riscv64-linux-gnu libc6-dev-riscv64-cross
    want qemu-system-riscv64 qemu-system-misc
    want qemu-aarch64-static qemu-user-static
    [ -n "$(find /usr/lib/llvm-14 -name 'libclang_rt.asan*' 2>/dev/null | head -n 1)" ] || missing="$missing libclang-rt-14-dev"
fi
missing=$(echo $missing)
[ -z "$missing" ] && exit 0
if ! have apt-get; then
    echo "setup: please install what these Debian packages hold: $missing" >&2
    exit 1
fi
echo "Installing: $missing"
if ! DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qy --no-install-recommends $missing >/tmp/wick-setup.log 2>&1; then
    $sudo apt-get update -q >/dev/null 2>&1
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qy --no-install-recommends $missing >/tmp/wick-setup.log 2>&1 || {
        tail -n 20 /tmp/wick-setup.log
        exit 1
    }
fi
