#!/bin/sh
# run.sh KERNEL INITRD [SCRIPT] - boot the kernel in QEMU; the exit status is process 1's own.
#
# With a terminal: the interactive shell (leave with `exit`, or QEMU's ctrl-a x). Without one: SCRIPT
# of the initrd, which is a demonstration by default.
set -u
kernel=$1 initrd=$2 script=${3:-/etc/demo.sh}
if [ -t 0 ]; then
    args=sh
else
    args="k.stats sh $script"
fi
if [ -t 0 ]; then
    serial=mon:stdio limit=
else
    serial=stdio limit="timeout ${K_TIMEOUT:-300}"
fi
$limit ${QEMU:-qemu-system-x86_64} -accel tcg -m "${K_MEMORY:-1G}" -kernel "$kernel" -initrd "$initrd" \
    -append "$args" -display none -vga none -net none -no-reboot -serial "$serial" \
    -device isa-debug-exit,iobase=0xf4,iosize=4
status=$?
# isa-debug-exit makes 2 * status + 1; an even status is QEMU's own trouble.
if [ $((status % 2)) -eq 0 ]; then
    echo "run.sh: QEMU ended with $status" >&2
    exit 125
fi
exit $((status / 2))
