#!/bin/sh
# test_riscv64.sh - examples/riscv64: its README's commands build it without a warning, and in QEMU it does what it says.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
for tool in riscv64-linux-gnu-gcc qemu-system-riscv64; do
    if ! command -v $tool >/dev/null 2>&1; then
        echo "skipped: no $tool"
        echo "0 passed, 0 failed, 1 skipped"
        exit 0
    fi
done
passed=0 failed=0
result() {
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
case $BUILD in /*) ;; *) BUILD=$(pwd)/$BUILD ;; esac
make -s BUILD="$BUILD" all amalgam >/dev/null || exit 1
out=$BUILD/test/riscv64
rm -rf "$out"
mkdir -p "$out"
cp examples/riscv64/* "$out"
cd "$out" || exit 1
awk '/^```$/ { on = !on; next } on' README.md | sed "s@^build=.*@build=$BUILD@" >commands
grep -v '^qemu' commands >build.sh
grep '^qemu' commands >run.sh
sh -e build.sh >said 2>&1
result $? "it builds: $(head -n 5 said)"
grep -v 'RWX permissions' said | grep warning
result $((1 - $?)) "without a warning"
cat >want <<'END'
What is your name? Hello, Ada
task 0: 2000000, in several slices
task 1: 4000000, in several slices
task 2: 6000000, in several slices
task 3: 4, in several slices
END
# The name comes after it has been asked for, so that task waits; it gives up when nobody asks.
: >got
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    if grep -q 'name?' got; then break; fi
    sleep 1
done | { cat; echo Ada; } | timeout 60 sh run.sh >got 2>&1
result $? "it ends with status 0"
tr -d '\r' <got | cmp -s - want
result $? "it prints: $(cat got)"
riscv64-linux-gnu-nm -u kernel.elf | grep .
result $((1 - $?)) "nothing is undefined"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
