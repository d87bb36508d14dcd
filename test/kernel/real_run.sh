#!/bin/sh
# real_run.sh [KERNEL-FOLDER [PROGRAMS-FOLDER]] - Lua, SQLite and two compressors in the kernel, with
# the output that native builds of them give (test/kernel/real.expect). WICK_REAL names the folder
# with the programs. Ends with "N passed, N failed".
set -u
build=${1:-build/kernel} programs=${2:-build/programs}
mkdir -p "$build/test"
sh port/kernel/x86_64/real.sh "$build" "$programs" || exit 2
sh port/kernel/x86_64/run.sh "$build/kernel.elf" "$build/initrd-real.tar" /etc/real.sh \
    </dev/null >"$build/test/real.raw" 2>&1
status=$?
tr -d '\r' <"$build/test/real.raw" | grep -v -E '^(wick kernel|memory|kernel stack|time):' \
    >"$build/test/real.log"
if [ $status -eq 0 ] && diff -u test/kernel/real.expect "$build/test/real.log"; then
    echo "1 passed, 0 failed"
    exit 0
fi
echo "FAIL real programs in the kernel (status $status)"
echo "0 passed, 1 failed"
exit 1
