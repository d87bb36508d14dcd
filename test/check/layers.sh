#!/bin/sh
# layers.sh - an include points only leftward: base <- num <- module <- valid <- rt <- interp <- wasi; text needs module
# and valid only; script needs text and the public API; nothing uses tool or port.
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
allowed() { # folder -> the folders it may include from
    case $1 in
    base) echo "base" ;;
    num) echo "base num" ;;
    module) echo "base num module" ;;
    valid) echo "base num module valid" ;;
    rt) echo "base num module valid rt" ;;
    interp) echo "base num module valid rt interp" ;;
    wasi) echo "base num module valid rt interp wasi" ;;
    text) echo "base num module valid text" ;;
    script) echo "base num module valid rt interp text script" ;;
    *) echo "" ;;
    esac
}
for dir in src/*/; do
    dir=$(basename "$dir")
    [ "$dir" = def ] && continue
    for file in $(find "src/$dir" -name '*.[ch]'); do
        bad=""
        for inc in $(sed -n 's/^ *# *include *"\([^"]*\)".*/\1/p' "$file"); do
            case $inc in
            def/*.def | wick/*.h) continue ;;
            esac
            from=${inc%%/*}
            case " $(allowed "$dir") " in
            *" $from "*) ;;
            *) bad="$bad $inc" ;;
            esac
            [ -f "src/$inc" ] || bad="$bad $inc(absent)"
        done
        for inc in $(sed -n 's/^ *# *include *<\([^>]*\)>.*/\1/p' "$file"); do
            case $inc in
            stdint.h | stddef.h | stdbool.h | limits.h | stdarg.h | stdalign.h) ;;
            *) bad="$bad <$inc>" ;;
            esac
        done
        if [ -n "$bad" ]; then
            echo "FAIL $file may not include:$bad"
            failed=$((failed + 1))
        else
            passed=$((passed + 1))
        fi
    done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
