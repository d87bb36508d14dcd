#!/bin/sh
# iso.sh OUT.iso KERNEL INITRD [ARGS...] - a GRUB image that boots the kernel by multiboot2.
set -eu
out=$1 kernel=$2 initrd=$3
shift 3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/boot/grub"
cp "$kernel" "$dir/boot/kernel.elf"
cp "$initrd" "$dir/boot/initrd.tar"
cat >"$dir/boot/grub/grub.cfg" <<CFG
set timeout=0
menuentry "Wick" {
    multiboot2 /boot/kernel.elf $*
    module2 /boot/initrd.tar
}
CFG
grub-mkrescue -o "$out" "$dir" >"$out.log" 2>&1 || {
    cat "$out.log" >&2
    exit 1
}
