#!/bin/sh
# spec.sh - the official suites, run inside the kernel by its script runner: every file of spec/core, the legacy exceptions,
# the proposals and what else test/spec/proposals.sh runs.
#
# Usage: test/kernel/spec.sh [KERNEL-FOLDER [fast|ref...]]   after `make kernel-spec`; without more both interpreters. SPEC
# names the folder of the suites. Ends with "N passed, N failed": assertions.
set -u
build=${1:-build/kernel}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- fast ref
SPEC=${SPEC:-../shared/conformance}
out=$build/test
mkdir -p "$out"
passed=0 failed=0
if [ ! -d "$SPEC/spec/core" ]; then
    echo "skipped: no official suite at $SPEC (test/spec/get.sh fetches it; SPEC names another place)"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
# The same suites as there, whose list is one string in quotes.
suites=$(awk -F '"' '/^suites="/ { on = 1; print $2; if (NF > 2) exit; next } on { print $1; if (NF > 1) exit }' test/spec/proposals.sh)
[ -n "$suites" ] || exit 2
(cd "$SPEC" && for suite in spec/core spec/legacy $suites; do
    [ -d "$suite" ] && find "./$suite" -name '*.wast' | sort
done) >"$out/spec.list"
tar --format=ustar -cf "$out/spec.tar" -C "$SPEC" -T "$out/spec.list"
files=$(wc -l <"$out/spec.list")
# What test/spec/proposals.sh excepts fails here too: exactly that.
grep '^proposals' test/spec/proposals.except | cut -d ' ' -f 1 >"$out/spec.except"
known=$(wc -l <"$out/spec.except")
for engine in "$@"; do
    option=
    [ "$engine" = ref ] && option=k.ref
    timeout "${K_LIMIT:-400}" "${QEMU:-qemu-system-x86_64}" -accel tcg -m 1G -kernel "$build/spec.elf" \
        -initrd "$out/spec.tar" -append "k.quiet k.stats $option spec" -display none -vga none \
        -net none -no-reboot -serial stdio -device isa-debug-exit,iobase=0xf4,iosize=4 </dev/null |
        tr -d '\r' >"$out/spec.log"
    cat "$out/spec.log"
    good=$(sed -n "s/^$files files, .* \([0-9]*\) passed, $known failed, 0 skipped, 0 skipped as told, .*/\1/p" "$out/spec.log")
    while read -r place; do
        grep -qF "$place:" "$out/spec.log" || good=
    done <"$out/spec.except"
    if [ -n "$good" ]; then
        passed=$((passed + good))
        echo "pass the suites in the kernel, $engine"
    else
        failed=$((failed + 1))
        echo "FAIL the suites in the kernel, $engine: not $files files with no failure but those of proposals.except"
    fi
done
grep '^proposals' test/spec/proposals.except | sed 's/^/skip /'
echo "$passed passed, $failed failed, $((known * $#)) skipped"
[ $failed -eq 0 ]
