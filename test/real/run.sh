#!/bin/bash
# Runs the real programs under Wick and compares what they do with the native tools or with V8:
# run.sh [NAME...]   (no name: every check; a program that get.sh has not made yet is skipped)
#   WICK        the command, build/wick by default
#   WICK_FLAGS  options put after `run`, such as --engine ref
set -u
. "$(dirname "$0")/lib.sh"

WICK=${WICK:-$ROOT/build/wick}
WICK_FLAGS=${WICK_FLAGS:-}
LIMIT=${WICK_LIMIT:-600}

passed=0
failed=0
skipped=0
WORK=

wick() { timeout "$LIMIT" "$WICK" run $WICK_FLAGS "$@"; }
v8() { timeout "$LIMIT" "$NODE" --no-warnings --stack-size=4000 "$HERE/v8.mjs" run "$@"; }

pass() {
    passed=$((passed + 1))
    printf 'ok    %s\n' "$1"
}

fail() {
    failed=$((failed + 1))
    printf 'FAIL  %s: %s\n' "$1" "$2"
}

skip() {
    skipped=$((skipped + 1))
    printf 'skip  %s: %s\n' "$1" "$2"
}

# work NAME: an empty folder of this check, entered.
work() {
    WORK=$REAL/run/$1
    rm -rf "$WORK"
    mkdir -p "$WORK"
    cd "$WORK"
}

# same CHECK STATUS EXPECTED_STATUS ACTUAL EXPECTED: one verdict over an exit status and a file.
same() {
    if [ "$2" -ne "$3" ]; then
        fail "$1" "exit status $2, expected $3; $(tail -n 1 err 2>/dev/null)"
    elif ! cmp -s "$4" "$5"; then
        fail "$1" "$WORK/$4 differs from $5: $(diff "$5" "$4" | sed -n 2p)"
    else
        pass "$1"
    fi
}

made() {
    [ -e "$REAL/$1" ] && return 0
    skip "$check" "no $REAL/$1; make it with get.sh $check"
    return 1
}

native() {
    have "$1" && return 0
    skip "$check" "the native $1 is not installed"
    return 1
}

oracle() {
    NODE=$REAL/node/bin/node
    [ -x "$NODE" ] && return 0
    skip "$check" "no V8 to compare with; get.sh node"
    return 1
}

lua_variant() {
    made "$1" && native lua5.4 || return
    work "$check"
    cp "$HERE/src/lua_test.lua" .
    mkdir a b
    echo abc | WICK_TEST=yes lua5.4 lua_test.lua a >expected 2>expected.err
    local want=$?
    echo abc | wick --dir .::. --env WICK_TEST=yes "$REAL/$1" lua_test.lua b 2>err |
        sed 's|b/lua_test|a/lua_test|' >out
    same "$check: a script of every feature" "${PIPESTATUS[1]}" "$want" out expected
    wick "$REAL/$1" -e 'error("stop")' >out 2>err
    local got=$?
    grep 'stop' err >out
    echo 'stop' >expected
    sed -i 's/.*stop.*/stop/' out
    sort -u out -o out
    same "$check: an uncaught error" "$got" 1 out expected
}

check_lua() { lua_variant lua.wasm; }
check_lua_legacy() { lua_variant lua-legacy.wasm; }
check_lua_exnref() { lua_variant lua-exnref.wasm; }

check_sqlite() {
    made sqlite.wasm && native sqlite3 || return
    work "$check"
    local shell="--dir .::. $REAL/sqlite.wasm -batch -vfs unix-none"
    sqlite3 -batch native.db <"$HERE/src/sqlite_test.sql" >/dev/null 2>&1
    sqlite3 -batch native.db <"$HERE/src/sqlite_query.sql" >expected 2>/dev/null
    local want=$?
    wick $shell wick.db <"$HERE/src/sqlite_test.sql" >out 2>err
    local built=$?
    sqlite3 native.db .dump >expected.dump
    sqlite3 wick.db .dump >dump 2>>err
    same "$check: building a database of 10,600 rows" "$built" 0 dump expected.dump
    wick $shell wick.db <"$HERE/src/sqlite_query.sql" >out 2>err
    same "$check: querying it" $? "$want" out expected
    wick $shell native.db <"$HERE/src/sqlite_query.sql" >out 2>err
    same "$check: querying the host's database file" $? "$want" out expected
    sqlite3 wick.db 'PRAGMA integrity_check' >out 2>&1
    echo ok >expected
    same "$check: the file, checked by the host" $? 0 out expected
    wick "$REAL/sqlite.wasm" -batch :memory: 'SELECT sum(value) FROM generate_series(1, 1000)' \
        >out 2>err
    local status=$?
    echo 500500 >expected
    same "$check: a database in memory" $status 0 out expected
}

# Text, noise, a long run of one byte, and nothing at all.
compressor_input() {
    cat "$HERE"/src/*.[ch] "$HERE"/src/*.lua "$HERE"/*.sh >input
    cat input input input >>input.twice && mv input.twice input
    head -c 300000 /dev/zero >>input
    awk 'BEGIN { x = 1; for (i = 0; i < 60000; i++) { x = (x * 16807) % 2147483647;
        printf "%d", x % 1000 } }' >>input
    : >empty
}

check_zstd() {
    made zstd.wasm && native zstd || return
    work "$check"
    compressor_input
    local level
    for level in 1 9 19; do
        rm -f input.zst back
        wick --dir .::. "$REAL/zstd.wasm" -q -$level input -o input.zst 2>err
        local status=$?
        zstd -q -d input.zst -o back 2>>err
        same "$check: level $level, unpacked by the host" $status 0 back input
        rm -f host.zst back
        zstd -q -$level input -o host.zst
        wick --dir .::. "$REAL/zstd.wasm" -q -d host.zst -o back 2>err
        same "$check: level $level, packed by the host" $? 0 back input
    done
    wick "$REAL/zstd.wasm" -q -c <empty 2>err | zstd -q -dc >back
    same "$check: an empty stream" "${PIPESTATUS[0]}" 0 back empty
    head -c 1000 host.zst >broken.zst
    wick --dir .::. "$REAL/zstd.wasm" -q -d broken.zst -o back2 2>err
    same "$check: a damaged file" $? 1 empty empty
}

check_bzip2() {
    made bzip2.wasm && native bzip2 || return
    work "$check"
    compressor_input
    wick "$REAL/bzip2.wasm" -c <input >input.bz2 2>err
    local status=$?
    bzip2 -9c <input >expected.bz2
    same "$check: the same bytes as the host's" $status 0 input.bz2 expected.bz2
    bzip2 -dc input.bz2 >back 2>>err
    same "$check: unpacked by the host" $? 0 back input
    wick "$REAL/bzip2.wasm" -dc <expected.bz2 >back 2>err
    same "$check: packed by the host" $? 0 back input
    rm -f input.bz2
    cp input saved
    wick --dir .::. "$REAL/bzip2.wasm" -1 input 2>err
    status=$?
    [ ! -e input ] || status=99
    bzip2 -dc input.bz2 >back 2>>err
    same "$check: a file in place of its original" $status 0 back saved
    head -c 1000 expected.bz2 | wick "$REAL/bzip2.wasm" -dc >/dev/null 2>err
    same "$check: a damaged stream" $? 2 empty empty
}

# Ten times each, since a fault may be one of timing.
check_threads() {
    made threads.wasm || return
    work "$check"
    mkdir a
    (cd a && "$REAL/threads-native" end) >expected
    local want=$?
    local i status=0
    for i in 1 2 3 4 5 6 7 8 9 10; do
        rm -rf b
        mkdir b
        (cd b && wick --dir .::. "$REAL/threads.wasm" end) >out 2>err
        local got=$?
        diff -r a b >>err && cmp -s out expected && [ $got -eq $want ] || status=$((status + 1))
    done
    same "$check: a pool, a sort, matrices, a queue, files, ten times" $status 0 out expected
}

check_zstd_threads() {
    made zstd-threads.wasm && native zstd || return
    work "$check"
    compressor_input
    local i
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do cat input; done >large
    for i in 1 6; do
        zstd -q -$i -T4 large -o expected.zst
        wick --dir .::. "$REAL/zstd-threads.wasm" -q -$i -T4 large -o out.zst 2>err
        same "$check: level $i by four threads, byte for byte" $? 0 out.zst expected.zst
        rm -f out.zst expected.zst
    done
    zstd -q -3 large -o packed.zst
    wick "$REAL/zstd-threads.wasm" -dc <packed.zst >out 2>err
    same "$check: unpacked by a pipe" $? 0 out large
    wick --max-threads 1 --dir .::. "$REAL/zstd-threads.wasm" -q -1 -T4 large -o none.zst 2>err
    grep -q '^zstd: error' err # which one it meets first is its own affair
    same "$check: too few threads are an error" $? 0 empty empty
}

check_gnugo() {
    made gnugo.wasm && oracle || return
    work "$check"
    v8 "$REAL/gnugo.wasm" --mode gtp --level 1 --seed 7 <"$HERE/src/session.gtp" >expected
    local want=$?
    wick "$REAL/gnugo.wasm" --mode gtp --level 1 --seed 7 <"$HERE/src/session.gtp" >out 2>err
    same "$check: a GTP session" $? "$want" out expected
}

# javascript FILE NATIVE: a JavaScript program in an interpreter, against the native interpreter.
javascript() {
    made "$1" && native "$2" || return
    work "$check"
    cp "$HERE/src/test.js" .
    "$2" test.js >expected 2>expected.err
    local want=$?
    wick --dir .::. "$REAL/$1" test.js >out 2>err
    same "$check: a JavaScript program" $? "$want" out expected
    echo 'function f() { throw new Error("stop"); } print("before"); f();' >throw.js
    "$2" throw.js >expected 2>expected.err
    want=$?
    wick --dir .::. "$REAL/$1" throw.js >out 2>err
    same "$check: an uncaught JavaScript exception" $? "$want" out expected
}

check_mujs() { javascript mujs.wasm mujs; }
check_mujs_legacy() { javascript mujs-legacy.wasm mujs; }
check_mujs_exnref() { javascript mujs-exnref.wasm mujs; }
check_duktape() { javascript duktape.wasm duk; }
check_duktape_legacy() { javascript duktape-legacy.wasm duk; }
check_duktape_exnref() { javascript duktape-exnref.wasm duk; }

check_go() {
    made go.wasm && oracle || return
    work "$check"
    seq 1 500 >numbers
    mkdir a b
    cp "$HERE/src/design.v" a/text
    cp a/text b/text
    v8 --dir a::/t "$REAL/go.wasm" /t/text <numbers >expected 2>expected.err
    local want=$?
    wick --dir b::/t "$REAL/go.wasm" /t/text <numbers >out 2>err
    same "$check: goroutines, maps, regular expressions" $? "$want" out expected
    same "$check: the file it wrote" 0 0 b/text.out a/text.out
}

check_emscripten() {
    made emscripten.wasm && oracle || return
    work "$check"
    local name
    for name in emscripten emscripten-growth; do
        v8 "$REAL/$name.wasm" one two <"$HERE/src/emscripten.c" >expected 2>expected.err
        local want=$?
        wick "$REAL/$name.wasm" one two <"$HERE/src/emscripten.c" >out 2>err
        same "$check: $name.wasm" $? "$want" out expected
    done
}

check_emscripten_cpp() {
    made emscripten-cpp.wasm && oracle || return
    work "$check"
    v8 "$REAL/emscripten-cpp.wasm" one two >expected 2>expected.err
    local want=$?
    wick "$REAL/emscripten-cpp.wasm" one two >out 2>err
    same "$check: C++ exceptions of every kind" $? "$want" out expected
}

check_emscripten_js() {
    made emscripten-js.wasm && native g++ || return
    work "$check"
    gcc -O1 -w -o jmp "$HERE/src/emscripten_jmp.c" && g++ -O1 -w -std=c++17 -o js "$HERE/src/emscripten_js.cpp" || {
        fail "$check" "the native programs are not built"
        return
    }
    ./jmp >expected
    local want=$?
    wick "$REAL/emscripten-jmp.wasm" >out 2>err
    same "$check: setjmp and longjmp through invoke_*" $? "$want" out expected
    ./js >expected
    want=$?
    wick "$REAL/emscripten-js.wasm" >out 2>err
    same "$check: C++ exceptions through invoke_*" $? "$want" out expected
    sh -c './js throw; true' >expected 2>/dev/null
    wick "$REAL/emscripten-js.wasm" throw >out 2>err
    same "$check: an uncaught one" $? 134 out expected
}

# A stream of 12 seconds, coded and decoded: the bytes that V8 makes of it, sound as near to the original as that of the
# scalar build, and Opus's own test of decoders on the decoded sound.
opus_variant() {
    made "$1" && oracle || return
    work "$check"
    "$REAL/sound" make 12 >in.pcm
    local rate
    for rate in 24000 128000; do
        v8 --dir .::. "$REAL/$1" -e audio 48000 2 $rate in.pcm expected.opus >/dev/null 2>expected.err
        local want=$?
        rm -f out.opus
        wick --dir .::. "$REAL/$1" -e audio 48000 2 $rate in.pcm out.opus >/dev/null 2>err
        same "$check: the stream of $rate bits a second" $? "$want" out.opus expected.opus
        v8 --dir .::. "$REAL/$1" -d 48000 2 expected.opus expected.pcm >/dev/null 2>expected.err
        want=$?
        rm -f out.pcm
        wick --dir .::. "$REAL/$1" -d 48000 2 expected.opus out.pcm >/dev/null 2>err
        same "$check: the sound of $rate bits a second" $? "$want" out.pcm expected.pcm
    done
    [ -n "${2:-}" ] && [ -s out.pcm ] || return
    v8 --dir .::. "$REAL/$2" -e audio 48000 2 $rate in.pcm scalar.opus >/dev/null 2>expected.err
    v8 --dir .::. "$REAL/$2" -d 48000 2 scalar.opus scalar.pcm >/dev/null 2>expected.err
    v8 --dir .::. "$REAL/$2" -d 48000 2 expected.opus reference.pcm >/dev/null 2>expected.err
    "$REAL/sound" distance in.pcm scalar.pcm >scalar.db
    "$REAL/sound" distance in.pcm out.pcm >out.db
    awk 'NR == FNR { a = $1; next } { d = $1 - a; exit !(a > 10 && d > -0.1) }' scalar.db out.db
    local status=$?
    same "$check: $(cat out.db) dB from the original, scalar build $(cat scalar.db)" $status 0 in.pcm in.pcm
    "$REAL/opus-compare" -s reference.pcm out.pcm >compare 2>&1
    same "$check: $(grep -o 'quality.*' compare | tail -n 1)" $? 0 in.pcm in.pcm
}

check_opus() { opus_variant opus.wasm; }
check_opus_simd() { opus_variant opus-simd.wasm opus.wasm; }

# clang_build RUNNER DIRECTORY: clang compiles and wasm-ld links clang_test.c in DIRECTORY.
clang_build() {
    local dirs="--ro-dir $REAL/clang-root::/ --ro-dir $REAL/clang-root::/usr --dir $2::/w"
    mkdir "$2"
    cp "$HERE/src/clang_test.c" "$2/prog.c"
    "$1" $dirs --argv0 clang "$REAL/clang.wasm" -O2 -c /w/prog.c -o /w/prog.o || return
    "$1" $dirs --argv0 wasm-ld "$REAL/clang.wasm" -m wasm32 -L/lib/wasm32-wasip1 \
        /lib/wasm32-wasip1/crt1-command.o /w/prog.o -lc \
        /lib/wasm32-unknown-wasip1/libclang_rt.builtins.a -o /w/prog.wasm
}

check_clang() {
    made clang.wasm && oracle || return
    work "$check"
    clang_build v8 expected.d
    clang_build wick out.d 2>err
    same "$check: compiling and linking a C program" $? 0 out.d/prog.wasm expected.d/prog.wasm
    v8 expected.d/prog.wasm a "b c" >expected
    local want=$?
    wick out.d/prog.wasm a "b c" >out 2>err
    same "$check: running what it made" $? "$want" out expected
    echo 'int main(void) { return x; }' >bad.c
    v8 --dir .::/w --argv0 clang "$REAL/clang.wasm" -c /w/bad.c -o /w/bad.o 2>expected
    want=$?
    wick --dir .::/w --argv0 clang "$REAL/clang.wasm" -c /w/bad.c -o /w/bad.o 2>out
    same "$check: a diagnostic" $? "$want" out expected
}

check_yosys() {
    made yosys.wasm && oracle || return
    work "$check"
    v8 "$REAL/yosys.wasm" -V >expected
    wick "$REAL/yosys.wasm" -V >out 2>err
    same "$check: its version" $? 0 out expected
    cp "$HERE/src/design.v" .
    local script='read_verilog design.v; proc; opt; fsm; memory; wreduce; alumacc; opt; simplemap;
        opt -full; stat; write_verilog -noattr'
    v8 --dir .::. "$REAL/yosys.wasm" -q -p "$script native.v"
    local want=$?
    wick --dir .::. "$REAL/yosys.wasm" -q -p "$script wick.v" 2>err
    same "$check: synthesising a design" $? "$want" wick.v native.v
}

# with_v8 WHAT IN WASM ARGS...: the same program under V8 and under Wick, each with an empty folder of its own as /out and
# this one as /w; exit status, output and the files in /out.
with_v8() {
    local what=$1 input=$2
    shift 2
    rm -rf expected.d out.d
    mkdir expected.d out.d
    v8 --dir .::/w --dir expected.d::/out "$@" <"$input" >expected 2>expected.err
    local want=$?
    wick --dir .::/w --dir out.d::/out "$@" <"$input" >out 2>err
    local got=$?
    (cd expected.d && find . -type f | sort | xargs -r md5sum) >>expected
    (cd out.d && find . -type f | sort | xargs -r md5sum) >>out
    if [ "$want" -eq 0 ] && [ ! -s expected ]; then
        fail "$check: $what" "it does nothing under V8 either: $(tail -n 1 expected.err)"
        return
    fi
    same "$check: $what" $got "$want" out expected
}

# keep FILE: what the last program has written goes on being used; it must be there.
keep() {
    cp "out.d/$1" . 2>/dev/null && return 0
    fail "$check" "no $1 was written: $(tail -n 1 err)"
    return 1
}

check_python() {
    made python.wasm && oracle || return
    work "$check"
    cp "$HERE"/src/test.py "$HERE"/src/quick.js .
    with_v8 "CPython: a script of many things" /dev/null "$REAL/python.wasm" /w/test.py /out
    echo 'print(1' >bad.py
    with_v8 "CPython: a syntax error" /dev/null "$REAL/python.wasm" /w/bad.py
    with_v8 "QuickJS: a script of many things" /dev/null "$REAL/quickjs.wasm" /w/quick.js
}

check_gcc() {
    made gcc && oracle || return
    work "$check"
    cp "$HERE/src/avr.c" .
    with_v8 "cc1" /dev/null --argv0 cc1 "$REAL/gcc/cc1.wasm" -quiet -mmcu=avr5 -O2 /w/avr.c -o /out/avr.s
    keep avr.s || return
    with_v8 "as" /dev/null --argv0 as "$REAL/gcc/avr-as.wasm" -mmcu=avr5 /w/avr.s -o /out/avr.o
    keep avr.o || return
    echo 'SECTIONS { .text 0 : { *(.text*) } .data 0x800100 : { *(.data*) *(.rodata*) } .bss : { *(.bss*) *(COMMON) } }' >avr.ld
    with_v8 "ld" /dev/null --argv0 ld "$REAL/gcc/avr-ld.wasm" -m avr5 -T /w/avr.ld -e main \
        --unresolved-symbols=ignore-all /w/avr.o -o /out/avr.elf
    keep avr.elf || return
    with_v8 "objcopy" /dev/null --argv0 objcopy "$REAL/gcc/avr-objcopy.wasm" -O ihex /w/avr.elf /out/avr.hex
}

check_pandoc() {
    made pandoc.wasm && oracle || return
    work "$check"
    cp "$HERE/README.md" text.md
    # It makes a folder for temporary files: "/" must be there.
    local format
    for format in html latex rst; do
        with_v8 "Markdown to $format" /dev/null --dir .::/ "$REAL/pandoc.wasm" -f markdown -t $format /text.md
    done
}

check_resvg() {
    made resvg.wasm && oracle || return
    work "$check"
    cp "$HERE/src/picture.svg" .
    with_v8 "a picture" /dev/null "$REAL/resvg.wasm" -w 320 /w/picture.svg /out/picture.png
}

check_rust() {
    made rust.wasm && oracle || return
    work "$check"
    with_v8 "the standard library" "$HERE/README.md" --env WICK_TEST=yes "$REAL/rust.wasm" /out "a b"
}

check_cpp() {
    made cpp.wasm && oracle || return
    work "$check"
    with_v8 "the standard library" "$HERE/README.md" "$REAL/cpp.wasm" /out 'a "b"'
}

check_lz4() {
    made lz4.wasm && oracle || return
    work "$check"
    compressor_input
    with_v8 "packing" /dev/null "$REAL/lz4.wasm" -q -9 /w/input /out/input.lz4
    keep input.lz4 || return
    with_v8 "unpacking" /dev/null "$REAL/lz4.wasm" -q -d /w/input.lz4 /out/back
    cmp -s out.d/back input
    same "$check: the same as before" $? 0 empty empty
}

check_cmark() {
    made cmark.wasm && oracle || return
    work "$check"
    with_v8 "Markdown to HTML" "$HERE/README.md" "$REAL/cmark.wasm"
    with_v8 "Markdown to XML" "$HERE/README.md" "$REAL/cmark.wasm" -t xml
}

check_awk() {
    made awk.wasm && oracle || return
    work "$check"
    with_v8 "counting words" "$HERE/README.md" "$REAL/awk.wasm" '{ for (i = 1; i <= NF; i++) n[$i]++; gsub(/[aeiou]/, "_"); print length($0), substr($0, 1, 20) }
        END { for (w in n) if (n[w] > 5) { printf "%s %d %.3f\n", w, n[w], sqrt(n[w]) >"/out/words"; m++ } print m, NR; exit 4 }'
    with_v8 "an error" /dev/null "$REAL/awk.wasm" 'BEGIN { getline x <"/nowhere"; print x; print 1 / 0 }'
}

# The module with garbage collection wants functions of JavaScript, which src/teavm_host.c has: an embedder of the library.
check_java() {
    made java-gc.wasm && have java || return
    work "$check"
    java -cp "$REAL/java/classes" Hello >expected
    local want=$?
    wick "$REAL/java.wasm" >out 2>err
    same "$check: a program with a collector of its own" $? "$want" out expected
    local built
    built=$(dirname "$WICK")
    if [ ! -f "$built/libwick.a" ] || [ ! -f "$built/obj/port/posix.o" ]; then
        skip "$check: garbage collection" "no library beside $WICK"
        return
    fi
    ${CC:-cc} -std=c11 -O1 -I"$ROOT" -I"$ROOT/include" -I"$ROOT/src" -o host "$HERE/src/teavm_host.c" "$built/obj/port/posix.o" \
        "$built/libwick.a" -lpthread >err 2>&1
    timeout "$LIMIT" ./host $WICK_FLAGS "$REAL/java-gc.wasm" >out 2>>err
    same "$check: garbage collection" $? "$want" out expected
}

# A picture of noise and slopes, as PPM.
webp_input() {
    printf 'P6\n200 150\n255\n'
    awk 'BEGIN { x = 1; for (y = 0; y < 150; y++) for (i = 0; i < 200; i++) { x = (x * 16807) % 2147483647
        printf "%c%c%c", 1 + (i + y) % 250 % 127, 1 + x % 120, 1 + (i * y) % 125 } }'
}

check_webp() {
    made dwebp.wasm && oracle || return
    work "$check"
    webp_input | LC_ALL=C head -c 90015 >input.ppm
    with_v8 "packing with losses" /dev/null "$REAL/cwebp.wasm" -quiet -q 70 /w/input.ppm -o /out/lossy.webp
    keep lossy.webp || return
    with_v8 "packing without" /dev/null "$REAL/cwebp.wasm" -quiet -lossless /w/input.ppm -o /out/exact.webp
    keep exact.webp || return
    with_v8 "unpacking with losses" /dev/null "$REAL/dwebp.wasm" -quiet /w/lossy.webp -ppm -o /out/lossy.ppm
    with_v8 "unpacking without" /dev/null "$REAL/dwebp.wasm" -quiet /w/exact.webp -ppm -o /out/exact.ppm
}

check_validate() {
    local found=0
    local file
    work "$check"
    for file in "$REAL"/*.wasm "$REAL"/*/*.wasm; do
        case $file in
        */*-npm/* | */*-pypi/* | */clang-root/* | */run/*) continue ;;
        esac
        [ -f "$file" ] || continue
        found=1
        timeout "$LIMIT" "$WICK" validate --eager "$file" >out 2>&1
        local status=$?
        if [ $status -eq 0 ]; then
            pass "$check: ${file#"$REAL"/}"
        else
            fail "$check: ${file#"$REAL"/}" "exit status $status; $(tail -n 1 out)"
        fi
    done
    [ $found = 1 ] || skip "$check" "no modules; make them with get.sh all"
}

CHECKS='lua sqlite zstd threads zstd_threads bzip2 mujs duktape go emscripten gnugo clang yosys opus opus_simd lua_legacy lua_exnref
    mujs_legacy mujs_exnref duktape_legacy duktape_exnref emscripten_cpp emscripten_js
    python gcc pandoc resvg rust cpp java lz4 cmark awk webp validate'

[ -x "$WICK" ] || have "$WICK" || die "no $WICK: build it first, or set WICK"
case $WICK in
*/*) WICK=$(cd "$(dirname "$WICK")" && pwd)/$(basename "$WICK") ;;
esac

[ $# -gt 0 ] || set -- $CHECKS
for check in "$@"; do
    [ "$(type -t "check_$check")" = function ] || die "no check named $check; there are: $CHECKS"
    "check_$check"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
