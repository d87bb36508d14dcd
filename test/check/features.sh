#!/bin/sh
# features.sh [NAME...] - the families that can be left out: each alone and all together (simd, gc, stack_switching, eh,
# threads, all; without exceptions there are no continuations). Each build has no warning, runs the suites on both
# interpreters without a failure, and what it skips is what was left out: the reason names the knob. BUILD names the
# folder of the builds.
cd "$(dirname "$0")/../.." || exit 1
SPEC=${SPEC:-../shared/conformance}
out=${BUILD:-build}/features
[ $# -gt 0 ] || set -- simd gc stack_switching eh threads all
passed=0 failed=0 skipped=0
result() {
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
mkdir -p "$out"
for name in "$@"; do
    case $name in
    all) flags="-DWICK_SIMD=0 -DWICK_GC=0 -DWICK_EH=0 -DWICK_THREADS=0" ;;
    *) flags=-DWICK_$(echo "$name" | tr a-z A-Z)=0 ;;
    esac
    make -s -j2 BUILD="$out/$name" WERROR=1 EXTRA="$flags" all >"$out/$name.log" 2>&1
    result $? "$name does not build: $(head -n 3 "$out/$name.log")"
    if [ ! -d "$SPEC/spec/core" ]; then
        echo "skipped: no official suite at $SPEC (test/spec/get.sh fetches it; SPEC names another place)"
        skipped=$((skipped + 1))
        continue
    fi
    knobs=$(echo "$flags" | sed 's/-D//g; s/ /|/g; s/WICK_EH=0/&|WICK_STACK_SWITCHING=0/')
    for engine in fast ref; do
        more="$SPEC/proposals/threads/threads/atomic.wast"
        { # 3.0 decides some things otherwise when the proposals are on
            "$out/$name/wick" wast --engine $engine --features 3.0 $(find "$SPEC/spec/core" -name '*.wast' | sort)
            "$out/$name/wick" wast --engine $engine $(find "$SPEC/spec/legacy" "$SPEC/proposals/stack-switching" -name '*.wast') $more
        } >"$out/$name.out" 2>&1
        lines=$(grep -E '[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped' "$out/$name.out")
        echo "$lines" | sed "s/^/$name off, $engine: /"
        [ "$(echo "$lines" | grep -c ' 0 failed,')" -eq 2 ]
        result $? "$name, $engine: $(grep -E '^[^ ]*\.wast:[0-9]+:' "$out/$name.out" | head -n 3)"
        # Something is skipped, and every reason names a knob of those that are off, or follows from it: memories that need
        # threads, actions on what was not made.
        reasons=$(grep -E '^ *skipped [0-9]+:' "$out/$name.out")
        [ -n "$reasons" ]
        result $? "$name, $engine: nothing is skipped"
        other=$(echo "$reasons" | grep -vE "$knobs|memories cannot be shared here|what comes before was skipped")
        [ -z "$other" ]
        result $? "$name, $engine: skipped for another reason: $(echo "$other" | head -n 3)"
    done
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
