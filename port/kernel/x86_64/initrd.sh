#!/bin/sh
# initrd.sh OUT.tar PROGRAMS ROOT... - make the initial file system: PROGRAMS/*.wasm become /bin, the
# trees ROOT... are laid over it. The archive is the same whenever its files are the same.
set -eu
out=$1 programs=$2
shift 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/bin" "$dir/tmp" "$dir/dev"
cp "$programs"/*.wasm "$dir/bin/"
for root in "$@"; do
    if [ -d "$root" ]; then
        cp -R "$root/." "$dir/"
    fi
done
tar --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mtime='2024-01-01 00:00:00Z' \
    -cf "$out.tmp" -C "$dir" .
mv "$out.tmp" "$out"
