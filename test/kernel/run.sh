#!/bin/sh
# run.sh - boot the kernel with a scripted run and compare what it prints with test.expect.
#
# Usage: test/kernel/run.sh [-u] [KERNEL-FOLDER [PROGRAMS-FOLDER]]   from the root of the tree, after
# `make kernel`. -u rewrites test.expect from what came out: read the difference before you commit it.
# Prints a line for each check and ends with "N passed, N failed"; exits 0 only when nothing failed.
set -u
update=0
if [ "${1:-}" = -u ]; then
    update=1
    shift
fi
build=${1:-build/kernel} programs=${2:-build/programs}
out=$build/test
kernel=$build/kernel.elf
port=port/kernel/x86_64
here=test/kernel
mkdir -p $out
passed=0 failed=0

result() { # STATUS NAME
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "pass $2"
    else
        failed=$((failed + 1))
        echo "FAIL $2"
    fi
}

# boot NAME SECONDS [QEMU-ARGUMENTS...]: standard input is typed; serial output goes to $out/NAME.log,
# without carriage returns; the kernel's status to $status.
boot() {
    name=$1 limit=$2
    shift 2
    timeout "$limit" "${QEMU:-qemu-system-x86_64}" -accel tcg -m "${K_MEMORY:-1G}" -display none \
        -vga none -net none -no-reboot -serial stdio -device isa-debug-exit,iobase=0xf4,iosize=4 \
        "$@" >$out/$name.raw 2>&1
    status=$?
    if [ $((status % 2)) -eq 0 ]; then
        echo "QEMU ended with $status (124: out of time)"
        status=-1
    else
        status=$((status / 2))
    fi
    tr -d '\r' <$out/$name.raw >$out/$name.log
}

sh $port/initrd.sh $out/initrd.tar "$programs" programs/root $here/root || exit 1

exec </dev/null

# Processor time of what this script has started so far, so that other work on the machine does not count. `times` must not
# run in a subshell.
seconds_of='NR == 2 { split($1, user, "m"); split($2, kernel, "m")
    printf "%d\n", user[1] * 60 + user[2] + kernel[1] * 60 + kernel[2] }'
times >$out/times
begin=$(awk "$seconds_of" $out/times)
boot pvh 120 -kernel $kernel -initrd $out/initrd.tar -append "k.quiet sh /etc/test.sh first 'second one'"
times >$out/times
seconds=$(($(awk "$seconds_of" $out/times) - begin))
[ "$status" -eq 42 ]
result $? "PVH boot, exit status 42 (got $status)"
if [ $update -eq 1 ]; then
    cp $out/pvh.log $here/test.expect
fi
diff -u $here/test.expect $out/pvh.log
result $? "the scripted run prints what it should"
[ $seconds -le 10 ]
result $? "the scripted run takes at most 10 s of processor time (took $seconds s)"

boot memory 60 -kernel $kernel -initrd $out/initrd.tar -append "k.memtest k.stats true"
[ "$status" -eq 0 ] && grep -q "self test passed" $out/memory.log
result $? "the allocator's self test"
stack=$(sed -n 's/kernel stack: \([0-9]*\) .*/\1/p' $out/memory.log)
[ "${stack:-99999}" -lt 8192 ]
result $? "the kernel stack stays below 8 KiB (${stack:-unknown} bytes)"

boot missing 60 -kernel $kernel -initrd $out/initrd.tar -append "nosuchprogram"
[ "$status" -eq 125 ]
result $? "a missing first program is status 125 (got $status)"

boot trap 60 -kernel $kernel -initrd $out/initrd.tar -append "crash trap"
[ "$status" -eq 127 ] && grep -q "exit status 134" $out/trap.log
result $? "an abnormal end of the first program is status 134"

K_MEMORY=48M boot small 60 -kernel $kernel -initrd $out/initrd.tar -append \
    "sh -c 'crash grow; echo still here'"
[ "$status" -eq 0 ] && grep -q "still here" $out/small.log
result $? "a program takes all memory that it may have, and the others go on"

# Typed at the prompt: a correction, an endless program ended by ^C, end of input for cat, exit.
await() { # COUNT TEXT: until TEXT has been printed COUNT times, or 20 s have gone
    tries=0
    while [ "$(grep -o "$2" $out/typed.raw 2>/dev/null | wc -l)" -lt "$1" ] && [ $tries -lt 200 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
}
type_keys() {
    await 1 '[$] '
    printf 'echo hellp\177o\r'
    await 2 '[$] '
    printf 'crash spin\r'
    await 1 'crash spin'
    sleep 1
    printf '\003'
    await 3 '[$] '
    printf 'echo status $?\r'
    await 4 '[$] '
    printf 'cat > /tmp/typed\r'
    await 1 'tmp/typed'
    printf 'one\rtwo\r\004'
    await 5 '[$] '
    printf 'wc -l < /tmp/typed; exit 5\r'
    sleep 1
}
rm -f $out/keys $out/typed.raw
mkfifo $out/keys
type_keys >$out/keys &
boot typed 60 -kernel $kernel -initrd $out/initrd.tar -append "k.quiet" <$out/keys
wait
rm -f $out/keys
[ "$status" -eq 5 ] && grep -qx hello $out/typed.log && grep -qx "status 130" $out/typed.log &&
    grep -qx 2 $out/typed.log
result $? "typing at the prompt: editing, ^C, end of input, exit status 5 (got $status)"

if command -v grub-mkrescue >/dev/null 2>&1; then
    sh $port/iso.sh $out/test.iso $kernel $out/initrd.tar "k.quiet sh -c 'seq 5 | tail -1; exit 9'"
    boot grub 60 -cdrom $out/test.iso
    [ "$status" -eq 9 ] && grep -qx 5 $out/grub.log
    result $? "GRUB boot by multiboot2, exit status 9 (got $status)"
else
    echo "skip GRUB boot: no grub-mkrescue"
fi

# The same script under the command: same programs, same answers.
if [ -x "$build/../wick" ]; then
    rm -rf $out/root
    mkdir -p $out/root
    tar -xf $out/initrd.tar -C $out/root
    timeout 60 "$build/../wick" run --proc --dir $out/root::/ --dir /dev::/dev "$programs/sh.wasm" \
        /etc/test.sh first 'second one' >$out/command.log 2>&1
    status=$?
    [ $status -eq 42 ] && diff -u $here/test.expect $out/command.log
    result $? "the same run under the wick command (status $status)"
else
    echo "skip the same run under the wick command: it is not built"
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
