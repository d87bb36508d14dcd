#!/bin/sh
# embed.sh - the README's embedding example is examples/embed.c, and that builds and runs.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
passed=0 failed=0
result() {
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
[ "$("$BUILD/test/embed")" = 144 ]
result $? "examples/embed.c prints 144"
sed -n '/README: begin/,/README: end/p' examples/embed.c | sed '1d;$d' >"$BUILD/test/embed.body"
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' README.md >"$BUILD/test/readme.body"
cmp -s "$BUILD/test/embed.body" "$BUILD/test/readme.body"
result $? "README's C block is the body of examples/embed.c"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
