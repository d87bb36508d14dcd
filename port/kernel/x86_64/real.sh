#!/bin/sh
# real.sh KERNEL-FOLDER PROGRAMS-FOLDER - an initrd with the programs of test/real in /bin as well:
# what test/real/get.sh has built of Lua, SQLite, zstd and bzip2, and a script that uses them.
set -eu
out=$1 programs=$2
real=${WICK_REAL:-build/real}
rm -rf "$out/real"
mkdir -p "$out/real/bin" "$out/real/etc"
for name in lua sqlite zstd bzip2; do
    cp "$real/$name.wasm" "$out/real/bin/"
done
cp test/kernel/real.sh "$out/real/etc/real.sh"
sh port/kernel/x86_64/initrd.sh "$out/initrd-real.tar" "$programs" programs/root "$out/real"
