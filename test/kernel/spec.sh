#!/bin/sh
# spec.sh - the official suite as far as it is executed, run inside the kernel by its script runner.
#
# Usage: test/kernel/spec.sh [KERNEL-FOLDER]   after `make kernel-spec`. SPEC names the folder of the
# suites. Both interpreters run; ends with "N passed, N failed".
set -u
build=${1:-build/kernel}
suite=${SPEC:-../shared/conformance}/spec/core
out=$build/test
mkdir -p "$out"
passed=0 failed=0
if [ ! -d "$suite" ]; then
    echo "skipped: no official suite at $suite (test/spec/get.sh fetches it; SPEC names another place)"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
(cd "$suite" && find . -name '*.wast' | sort) >"$out/spec.list"
tar --format=ustar -cf "$out/spec.tar" -C "$suite" -T "$out/spec.list"
for option in "" k.ref; do
    timeout 300 "${QEMU:-qemu-system-x86_64}" -accel tcg -m 1G -kernel "$build/spec.elf" \
        -initrd "$out/spec.tar" -append "k.quiet k.stats $option spec" -display none -vga none \
        -net none -no-reboot -serial stdio -device isa-debug-exit,iobase=0xf4,iosize=4 </dev/null |
        tr -d '\r' >"$out/spec.log"
    cat "$out/spec.log"
    if grep -q ' 0 failed, 0 skipped, 0 skipped as told' "$out/spec.log"; then
        passed=$((passed + 1))
        echo "pass the suite in the kernel, ${option:-fast}"
    else
        failed=$((failed + 1))
        echo "FAIL the suite in the kernel, ${option:-fast}"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
