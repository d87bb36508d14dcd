#!/bin/sh
# check.sh - the daily subset: under a minute, offline. BUILD, CC and SPEC come from the Makefile.
cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
SPEC=${SPEC:-../shared/conformance}
export BUILD SPEC
set -- "sh test/check/layers.sh" "sh test/check/style.sh" "sh test/check/embed.sh" "sh test/check/written.sh"
case ${CFLAGS:-} in
*-fsanitize*) ;; # a sanitizer brings symbols and data of its own
*) set -- "$@" "sh test/check/symbols.sh $BUILD/libwick.a" "sh test/check/docs.sh" \
       "sh test/check/handlers.sh $BUILD/obj/src/interp/fast_loop.o" ;;
esac
for binary in "$BUILD"/test/*_test; do
    set -- "$@" "$binary"
done
for script in test/*/check_*.sh; do
    [ -e "$script" ] && set -- "$@" "sh $script"
done
exec sh test/run.sh "$@"
