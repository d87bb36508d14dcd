#!/bin/sh
# check_status.sh - the commands that doc/status.md gives for its figures exist: make targets, scripts, test
# programs, subcommands and options of wick, names of real programs. (What they measure is run by make test and check-long.)
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
passed=0 failed=0
pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    echo "FAIL $page: \`$line\`: $*"
}
is_target() { grep -qE "^([a-z -]+ )?$1( [a-z -]+)?:( |$)" Makefile test/test.mk port/kernel/x86_64/kernel.mk; }

# A program built by `make tests`: its source, test/AREA/NAME_test.c as AREA_NAME_test.
is_test() {
    find test -name '*_test.c' | sed -e 's|^test/||' -e 's|\.c$||' | tr / _ | grep -qx "$1"
}

# One command: words, without those that set variables.
one() {
    while :; do
        case ${1:-} in
        time | *=*) shift ;;
        *) break ;;
        esac
    done
    case ${1:-} in
    '') fail "no command" ;;
    *.md) if [ -f "$1" ]; then pass; else fail "no page $1"; fi ;;
    make)
        shift
        for word; do
            case $word in
            -* | *=*) ;;
            *) if is_target "$word"; then pass; else fail "no target $word"; fi ;;
            esac
        done
        ;;
    sh | bash | python3) if [ -f "$2" ]; then pass; else fail "no script $2"; fi ;;
    build/wick | wick)
        case ${2:-} in
        *.wasm | *.wat) pass ;;
        *) if "$BUILD/wick" help "${2:-}" >/dev/null 2>&1; then pass; else fail "no command ${2:-}"; fi ;;
        esac
        for word; do
            case $word in
            --*) if "$BUILD/wick" help "$2" | grep -qe "$word"; then pass; else fail "no option $word"; fi ;;
            esac
        done
        ;;
    build/test/*) if is_test "${1#build/test/}"; then pass; else fail "no test $1"; fi ;;
    test/real/get.sh)
        shift
        for word; do
            if [ "$word" = small ] || [ "$word" = all ] || grep -q "^get_$word()" test/real/recipes.sh; then
                pass
            else
                fail "no program $word"
            fi
        done
        ;;
    test/real/run.sh)
        shift
        pass
        for word; do
            if grep -q "^check_$word()" test/real/run.sh; then pass; else fail "no check $word"; fi
        done
        ;;
    */*) if [ -x "$1" ]; then pass; else fail "no program $1"; fi ;;
    *) fail "not checked: teach $0" ;;
    esac
}

page=doc/status.md
commands=$(mktemp)
# The last column of each row; several commands stand in backquotes or are joined by &&. "The same with" names what differs.
awk -F '|' '/^\|/ && !/^\|[- |]*\|$/ && $4 !~ /^ command/ { print $4 }' $page | sed 's/the same with [^;|]*//g' | grep -o '`[^`]*`' | tr -d '`' |
    sed 's/ && /\n/g' >"$commands"
[ "$(wc -l <"$commands")" -ge 20 ] || fail "too few commands found"
set -f
while read -r line; do
    # Redirections and what is meant as a variable part are no words to check.
    one $(echo "$line" | sed -e 's/[0-9]*[<>]&*[^ ]*//g' -e 's/\[[^]]*\]//g' -e "s/'[^']*'/x/g")
done <"$commands"
rm -f "$commands"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
