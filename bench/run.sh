#!/bin/sh
# `make bench`: compiles the programs and compares the runtimes that are found, with a table, a CSV and a chart; then what
# loading and starting take, where test/real/get.sh has put large modules. Arguments go to run.py (BENCH_ARGS in make).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
build=${BUILD:-$root/build}
case $build in /*) ;; *) build=$root/$build ;; esac
export WICK="${WICK:-$build/wick}"

if ! command -v python3 >/dev/null 2>&1; then
    echo 'bench: needs python3' >&2
    exit 1
fi
"$here/build.sh" "$build/bench"
status=0
"$here/run.py" --build "$build/bench" --csv "$build/bench/times.csv" "$@" || status=$?
if python3 -c 'import matplotlib' 2>/dev/null; then
    "$here/chart.py" "$build/bench/times.png" "$build/bench/times.csv" && echo "chart: $build/bench/times.png"
else
    echo 'no chart: matplotlib is not installed (Debian: python3-matplotlib)'
fi
"$here/load.sh" "$build" || status=$?
exit $status
