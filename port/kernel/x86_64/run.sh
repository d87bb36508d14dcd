#!/bin/sh
# run.sh KERNEL INITRD [ARGS...] - boot the kernel in QEMU; the exit status is process 1's own.
#
# With a terminal and no ARGS: the interactive shell (leave with `exit`, or QEMU's ctrl-a x).
# Without a terminal: the demonstration script of the initrd.
set -u
kernel=$1 initrd=$2
shift 2
if [ $# -eq 0 ] && [ ! -t 0 ]; then
    set -- k.stats sh /etc/demo.sh
fi
if [ -t 0 ]; then
    serial=mon:stdio
else
    serial=stdio
fi
${QEMU:-qemu-system-x86_64} -accel tcg -m "${K_MEMORY:-1G}" -kernel "$kernel" -initrd "$initrd" \
    -append "$*" -display none -vga none -net none -no-reboot -serial "$serial" \
    -device isa-debug-exit,iobase=0xf4,iosize=4
status=$?
# isa-debug-exit makes 2 * status + 1; an even status is QEMU's own trouble.
if [ $((status % 2)) -eq 0 ]; then
    echo "run.sh: QEMU ended with $status" >&2
    exit 125
fi
exit $((status / 2))
