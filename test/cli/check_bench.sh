#!/bin/sh
# check_bench.sh - the tools of bench/, without compilers or other runtimes: what they print for runs that agree, differ and
# fail. Ends with `N passed, N failed`.
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
if ! command -v python3 >/dev/null 2>&1; then
    echo "left out: no python3"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
bench=$(pwd)/bench
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
check() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAIL $2" && sed 's/^/    /' "$tmp/out"; fi; }
has() { grep -q -- "$1" "$tmp/out"; check $? "no '$1'"; }
lacks() { ! grep -q -- "$1" "$tmp/out"; check $? "'$1'"; }

# "Runtimes" that print something and take a known time.
cat >"$tmp/runtime" <<'END'
#!/usr/bin/env python3
import os, sys, time
end = time.process_time() + float(os.path.basename(sys.argv[0]).split("-")[1])
while time.process_time() < end:
    pass
word = "other" if "odd" in sys.argv[0] else "same"
sys.exit(3) if "bad" in sys.argv[0] else print(word)
END
chmod +x "$tmp/runtime"
for name in one-0.05 two-0.2 odd-0.02 bad-0.01 like-0.01; do cp "$tmp/runtime" "$tmp/$name"; done
mkdir "$tmp/build"
: >"$tmp/build/fib.wasm"
: >"$tmp/build/kernelmix.wasm"
run() { WICK=$tmp/one-0.05 "$bench/run.py" --build "$tmp/build" --only fib,kernelmix --runtimes wick "$@" >"$tmp/out" 2>&1; }

run two="$tmp/two-0.2" --csv "$tmp/times.csv"
check $? "runs that agree"
has '^fib '
has '^not the fastest interpreter: [012] of 2 programs' # a time is no test
lacks '^problem'
cp "$tmp/times.csv" "$tmp/out"
has '^figure,fib,wick,interpreter,0,0\.'
has '^mix,kernelmix,two,interpreter,2,0\.'
[ "$(wc -l <"$tmp/times.csv")" -eq 13 ]
check $? "lines of the CSV"

run two="$tmp/odd-0.02" -n 1
[ $? -eq 1 ]
check $? "runs that differ are a failure"
has '^problem: OUTPUTS DIFFER: fib: '
has '^figure: nothing ran, or only with outputs that differ$' # one against one tells nothing of which is right
run two="$tmp/odd-0.02" three="$tmp/like-0.01" --csv "$tmp/times.csv" -n 1
[ $? -eq 1 ]
check $? "one that differs from the others is a failure"
has '^fib  *0\.[0-9]*  *wrong  *[0-9.]*$' # the time of a wrong result is none
has '^not the fastest interpreter: [012] of 2 programs'
cp "$tmp/times.csv" "$tmp/out"
has '^figure,fib,three,'
lacks ',two,'

run two="$tmp/bad-0.01" -n 1
check $? "another runtime's failure is none of Wick's"
has '^problem: two: fib: exit status 3'
has '^fib  *0\.[0-9]*  *fails$'

WICK=$tmp/bad-0.01 "$bench/run.py" --build "$tmp/build" --only fib --runtimes wick -n 1 >"$tmp/out" 2>&1
[ $? -eq 1 ]
check $? "Wick's failure is one"
run --only nothing
[ $? -eq 1 ]
check $? "an unknown program"
has '^error: no program nothing'

# What is not there is told.
WICK=$tmp/one-0.05 WICK_RIVALS= PATH=/usr/bin:/bin "$bench/run.py" --build "$tmp/build" --real "$tmp" --only fib,sieve,lua,bzip2 \
    wasm3="$tmp/like-0.01" -n 1 >"$tmp/out" 2>&1
has '^left out: lua bzip2: not in '
has '^left out: sieve: not compiled'
has '^not found: .*wizard (WIZARD)'
lacks '^not found: .*wasm3'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
