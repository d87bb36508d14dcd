#!/bin/sh
# install.sh - make install puts everything in its place, and a program builds against what it installed, and against the
# two files alone.
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
result() {
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
root=$(mktemp -d)
make -s install DESTDIR="$root" PREFIX=/usr >"$root/log" 2>&1
result $? "make install: $(tail -n 3 "$root/log")"
for file in bin/wick lib/libwick.a lib/pkgconfig/wick.pc include/wick.h share/wick/wick.c share/man/man1/wick.1; do
    [ -s "$root/usr/$file" ]
    result $? "installs $file"
done
sed 's@#include "wick/wick.h"@#include <wick.h>@' examples/embed.c >"$root/embed.c"
cc -std=c11 -I"$root/usr/include" "$root/embed.c" -o "$root/embed" -L"$root/usr/lib" -lwick 2>"$root/err"
result $? "a program builds against the installed library: $(head -n 3 "$root/err")"
[ "$("$root/embed" 2>&1)" = 144 ]
result $? "and runs"
cc -std=c11 -O1 -I"$root/usr/include" "$root/embed.c" "$root/usr/share/wick/wick.c" -o "$root/embed2" 2>"$root/err"
result $? "a program builds with the two files: $(head -n 3 "$root/err")"
[ "$("$root/embed2" 2>&1)" = 144 ]
result $? "and runs"
rm -rf "$root"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
