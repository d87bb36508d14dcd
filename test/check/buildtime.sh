#!/bin/sh
# buildtime.sh [COMPILER...] - CPU seconds of a clean build, `make -j1`, and of its units, the slowest first. Default: gcc-12 and
# clang-14. A report and no test: on a shared machine compare builds only in one run, by turns (TREES: folders of other versions).
cd "$(dirname "$0")/../.." || exit 1
[ $# -gt 0 ] || set -- gcc-12 clang-14
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export CCACHE_DISABLE=1
# seconds COMMAND... : user and system time, of its children too
seconds() {
    (
        "$@" >&2 || exit 1
        times
    ) | awk 'NR == 2 { n = 0; for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); n += t[1] * 60 + t[2] } printf "%.1f", n }'
}
for compiler in "$@"; do
    real=$compiler # not the link to ccache that may come first
    [ ! -x "/usr/bin/$compiler" ] || real=/usr/bin/$compiler
    for tree in ${TREES:-} .; do
        rm -rf "$out/b"
        echo "$compiler $tree $(seconds make -s -C "$tree" -j1 BUILD="$out/b" CC="$real") s"
    done
    for unit in $(cd "$out/b/obj" && find . -name '*.o' | sort); do
        rm "$out/b/obj/$unit"
        echo "  $(seconds make -s -j1 BUILD="$out/b" CC="$real" "$out/b/obj/${unit#./}") ${unit#./}"
    done | sort -rn
done
