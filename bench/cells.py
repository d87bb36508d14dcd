#!/usr/bin/env python3
"""Which cells the fast interpreter executes in a set of programs: `wick run --stats` of each, and the mean of the shares.

A program is a name of bench/src (as build.sh compiled it) or a command line behind `wick run`, quoted as one word:
  bench/cells.py                      the twelve programs of bench/src, small sizes
  bench/cells.py fib 'a.wasm x y'     these
The wick is one that counts (make BUILD=build/stats EXTRA=-DWICK_STATS=1); WICK_STATS_COMMAND names another.
"""
import argparse
import csv
import os
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)

# Sizes that end within some seconds where every cell is counted.
SIZES = {"fib": 27, "sieve": 2, "matmul": 1, "sha256": 30, "mandelbrot": 60, "indirect": 300, "bytecopy": 30,
         "bulk": 300000, "bigswitch": 300, "structs": 6, "i64mix": 500000, "kernelmix": 300}


def count(wick, words):
    """{1: {cells: count}, 2: ..., 3: ...} of one run."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as out:
        done = subprocess.run([wick, "run", "--stats=" + out.name] + words, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            sys.exit(f"error: {' '.join(words)}: {done.stderr.decode(errors='replace').strip()}")
        counts = {1: {}, 2: {}, 3: {}}
        with open(out.name, encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                counts[int(row["cells"])][row["names"]] = int(row["count"])
        return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="*")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "bench"))
    parser.add_argument("-n", "--rows", type=int, default=40, help="rows of each table (40)")
    args = parser.parse_args()
    wick = os.environ.get("WICK_STATS_COMMAND") or os.path.join(ROOT, "build", "stats", "wick")
    if not os.path.exists(wick):
        sys.exit(f"error: no {wick}: make BUILD=build/stats EXTRA=-DWICK_STATS=1")
    runs = {}
    for program in args.program or SIZES:
        words = shlex.split(program)
        if len(words) == 1 and os.path.exists(os.path.join(args.build, words[0] + ".wasm")):
            name = words[0]
            words = [os.path.join(args.build, name + ".wasm")] + ([str(SIZES[name])] if name in SIZES else [])
        else:
            name = os.path.basename(next((w for w in words if w.endswith((".wasm", ".wat"))), program))
        while name in runs:
            name += "'"
        runs[name] = count(wick, words)
        total = sum(runs[name][1].values())
        print(f"{name:<16}{total:>14,} cells, {len(runs[name][1])} different ones")

    titles = {0: "instructions, whatever their operands", 1: "cells", 2: "pairs", 3: "rows of three"}
    for n, title in titles.items():
        shares = {}
        for name, counts in runs.items():
            total = sum(counts[1].values())
            for cells, k in counts[n or 1].items():
                key = cells.split(" ")[0] if n == 0 else cells
                shares.setdefault(key, {}).setdefault(name, 0)
                shares[key][name] += k / total
        ranked = sorted(shares.items(), key=lambda item: -sum(item[1].values()))
        print(f"\n{title}: mean share in per cent, sum, where most")
        total = 0
        for key, by_name in ranked[:args.rows]:
            mean = sum(by_name.values()) / len(runs) * 100
            total += mean
            most = sorted(by_name.items(), key=lambda item: -item[1])[:3]
            print(f"{mean:6.2f} {total:6.1f}  {key:<60} " + " ".join(f"{p} {100 * s:.1f}" for p, s in most))


if __name__ == "__main__":
    main()
