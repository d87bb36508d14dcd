#!/bin/sh
# size.sh [COMPILER...] - bytes of code and constants of the freestanding library in several configurations, as a table.
# Default: gcc. Each cell is .text and .rodata (with .data.rel.ro, handler tables) of the object files, without unwind tables.
cd "$(dirname "$0")/../.." || exit 1
[ $# -gt 0 ] || set -- gcc
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
off="-DWICK_SIMD=0 -DWICK_GC=0 -DWICK_EH=0"
flags="-std=c11 -ffreestanding -fno-asynchronous-unwind-tables -fno-math-errno -Iinclude -Isrc -w"

# amalgam OUT FOLDERS... : one file of these folders of src/
${CC:-cc} -O1 -w -o "$dir/amalgam" gen/amalgam.c || exit 1
amalgam() {
    out=$1
    shift
    sources=
    for folder in "$@"; do
        for file in src/"$folder"/*.c; do
            [ -e "$file" ] && sources="$sources $file"
        done
    done
    headers=$(cd include && ls wick/wick_config.h wick/wick_host.h wick/wick.h wick/wick_wasi.h wick/wick_proc.h wick/wick_text.h)
    "$dir/amalgam" "$dir/$out" 0 $headers -- $sources >/dev/null
}
mkdir "$dir/core" "$dir/wasi"
amalgam core base num module valid rt interp
amalgam wasi base num module valid rt interp wasi

# bytes COMPILER FLAGS... FILE
bytes() {
    if ! "$@" -c -o "$dir/a.o" 2>"$dir/err"; then
        echo "$(head -n 1 "$dir/err")" >&2
        echo -
        return
    fi
    size -A "$dir/a.o" | awk '$1 ~ /^\.(text|rodata|data\.rel\.ro)/ { n += $2 } END { printf "%d\n", (n + 512) / 1024 }'
}

for compiler in "$@"; do
    echo "$compiler, KiB:"
    printf '%-52s %6s %6s\n' "" -O2 -Os
    while IFS='|' read -r what folder more; do
        printf '%-52s' "$what"
        for level in -O2 -Os; do
            printf ' %6s' "$(bytes $compiler $flags $level $more "$dir/$folder/wick.c")"
        done
        echo
    done <<LIST
everything: core and WASI|wasi|
the core: no WASI|core|
the core without threads|core|-DWICK_THREADS=0
the core without SIMD, GC, exceptions|core|$off
the core without all four (1.0 and bulk memory)|core|$off -DWICK_THREADS=0
the same, as a switch (WICK_DISPATCH=3)|core|$off -DWICK_THREADS=0 -DWICK_DISPATCH=3
LIST
done
# text and scripts are no part of the amalgamations above
for folder in text script; do
    printf '%-52s' "and $folder"
    for level in -O2 -Os; do
        total=0
        for file in src/$folder/*.c; do
            $1 $flags $level -c -o "$dir/a.o" "$file"
            n=$(size -A "$dir/a.o" | awk '$1 ~ /^\.(text|rodata|data\.rel\.ro)/ { n += $2 } END { print n + 0 }')
            total=$((total + n))
        done
        printf ' %6s' $(((total + 512) / 1024))
    done
    echo
done
