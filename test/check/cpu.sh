#!/bin/sh
# cpu.sh CPU - the command for another CPU under qemu-user: the official suites.
cd "$(dirname "$0")/../.." || exit 1
cpu=$1
qemu=$cpu
[ "$cpu" = i686 ] && qemu=i386
if ! command -v qemu-$qemu-static >/dev/null 2>&1; then
    echo "skipped: no qemu-$qemu-static"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
make -s -j2 BUILD=build/$cpu CC="$cpu-linux-gnu-gcc -static" AR=$cpu-linux-gnu-ar WERROR=1 all >build/$cpu.log 2>&1 || {
    tail -n 20 build/$cpu.log
    echo "0 passed, 1 failed"
    exit 1
}
export RUN=qemu-$qemu-static
exec sh test/run.sh "sh test/spec/suite.sh build/$cpu/wick" "sh test/spec/proposals.sh build/$cpu/wick" \
    "sh test/spec/proposals.sh build/$cpu/wick --engine ref"
