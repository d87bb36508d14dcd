#!/bin/sh
# docs.sh [PAGE...] - runs the code blocks of the README, CONTRIBUTING and doc/: what the page shows must be true. The
# convention is doc/testing.md's. BUILD and CC as in the Makefile.
cd "$(dirname "$0")/../.." || exit 1
root=$(pwd)
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$root/$BUILD ;; esac
CC=${CC:-cc}
passed=0 failed=0
out=$BUILD/test/docs
rm -rf "$out"
mkdir -p "$out/blocks" "$out/run"
result() {
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}

# Each block becomes a file PAGE-LINE.TAG; the tag is what follows the fence, with blanks as dots.
extract() {
    awk -v out="$out/blocks/" -v page="$(basename "$1" .md)" '
        /^[ ]*```/ {
            if (on) { on = 0; close(file); next }
            on = 1
            indent = match($0, /[^ ]/) - 1
            tag = substr($0, indent + 4)
            gsub(/[ \t]+$/, "", tag); gsub(/[ \t]+/, ".", tag)
            file = out page "-" NR "." (tag == "" ? "plain" : tag)
            printf "" >file
            next
        }
        on { print substr($0, indent + 1) >file }
        END { if (on) { print page ": a block is not closed"; exit 1 } }' "$1"
}

# ---- C ----
cat >"$out/prelude.h" <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wick/wick.h"
#include "wick/wick_proc.h"
#include "wick/wick_wasi.h"

static inline void *prelude_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    (void)user, (void)old_size;
    return new_size == 0 ? (free(p), NULL) : realloc(p, new_size);
}
static inline void prelude_log(void *user, const char *text, size_t n) {
    (void)user, fwrite(text, 1, n, stderr);
}
static const wick_host host = {.size = sizeof host, .realloc = prelude_realloc, .log = prelude_log};
END
cat >"$out/body.h" <<'END'
wick_host_result put(wick_call *call, void *user);
void body(wick_engine *engine, wick_store *store, wick_module *module, wick_linker *linker, wick_instance *instance,
          wick_task *task, wick_func *func, wick_memory *memory, wick_wasi *wasi, const uint8_t *bytes, size_t size,
          wick_diag diag, wick_err err);
void body(wick_engine *engine, wick_store *store, wick_module *module, wick_linker *linker, wick_instance *instance,
          wick_task *task, wick_func *func, wick_memory *memory, wick_wasi *wasi, const uint8_t *bytes, size_t size,
          wick_diag diag, wick_err err) {
END
compile() { # FLAGS... : block.c
    $CC -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Werror -Wno-unknown-warning-option -Wno-unused -Wno-unused-parameter -Wno-unused-but-set-parameter \
        -I"$root/include" -I"$root/src" -I"$root" "$out/block.c" "$@" >"$out/said" 2>&1
}
c_block() { # FILE NAME
    {
        echo '#include "prelude.h"'
        echo "#line 1 \"$2\""
        cat "$1"
    } >"$out/block.c"
    if grep -q '^int main(' "$1"; then
        compile -o "$out/block" "$BUILD/libwick.a"
        result $? "$2 compiles: $(head -n 5 "$out/said")"
        (cd "$out/run" && "$out/block") >"$out/said" 2>&1
        result $? "$2 exits 0: $(head -n 5 "$out/said")"
    else
        compile -c -o /dev/null
        result $? "$2 compiles: $(head -n 5 "$out/said")"
    fi
}
body_block() {
    {
        echo '#include "prelude.h"'
        cat "$out/body.h"
        echo "#line 1 \"$2\""
        cat "$1"
        echo '}'
    } >"$out/block.c"
    compile -c -o /dev/null
    result $? "$2 compiles: $(head -n 5 "$out/said")"
}

# ---- shell ----
# The folder that commands run in looks like the tree, with some programs in it.
sample() {
    for name in "$root"/*; do
        ln -s "$name" "$out/run/" 2>/dev/null
    done
    rm -f "$out/run/build"
    ln -s "$BUILD" "$out/run/build"
    cat >"$out/run/math.wat" <<'END'
(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
END
    cat >"$out/run/app.wat" <<'END'
(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
  (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))
END
    "$BUILD/wick" wat2wasm "$out/run/app.wat" -o "$out/run/app.wasm" && cp "$out/run/app.wasm" "$out/run/hello.wasm"
    result $? "the sample program assembles"
}
sh_block() {
    (cd "$out/run" && PATH=$BUILD:$PATH sh -e "$1") >"$out/said" 2>&1 </dev/null
    result $? "$2 runs: $(tail -n 5 "$out/said")"
}
# Commands stand behind `$ `; what they print stands below. A line `...` stands for any lines.
console_block() {
    awk '/^\$ / { print substr($0, 3) }' "$1" >"$out/commands"
    awk '!/^\$ /' "$1" >"$out/want"
    (cd "$out/run" && PATH=$BUILD:$PATH sh "$out/commands") >"$out/said" 2>&1 </dev/null
    awk 'NR == FNR { want[++n] = $0; next } { got[++m] = $0 }
        function match_from(i, j) {
            for (; i <= n; i++) {
                if (want[i] == "...") {
                    for (; j <= m + 1; j++) { if (match_from(i + 1, j)) { return 1 } }
                    return 0
                }
                if (j > m || want[i] != got[j++]) { return 0 }
            }
            return j == m + 1
        }
        END { exit !match_from(1, 1) }' "$out/want" "$out/said"
    result $? "$2 prints what it shows; it printed: $(head -n 8 "$out/said")"
}

if [ $# -eq 0 ]; then
    set -- README.md CONTRIBUTING.md doc/*.md
fi
sample
for page in "$@"; do
    extract "$page"
    result $? "$page: blocks"
done
for file in "$out"/blocks/*; do
    [ -e "$file" ] || continue
    name=$(basename "$file")
    tag=${name#*.}
    case $name in
    README-*.c) continue ;; # examples/embed.c: test/check/embed.sh
    esac
    case $tag in
    plain | text | wat | asm) ;;
    c) c_block "$file" "$name" ;;
    c.body) body_block "$file" "$name" ;;
    sh) sh_block "$file" "$name" ;;
    console) console_block "$file" "$name" ;;
    *) result 1 "$name: unknown tag \`$tag\`, see doc/testing.md" ;;
    esac
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
