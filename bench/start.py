#!/usr/bin/env python3
"""Times of whole starts: programs that say a line and end, under every runtime at hand, against an empty native process.

The runs are interleaved and counted as processes: milliseconds of the clock and of the CPU, and the peak of resident
memory.  NAME=COMMAND names a runtime as for run.py.
"""
import argparse
import os
import statistics
import subprocess
import sys

from run import find_runtimes
from suite import ROOT

# name, file (None: in the build folder), arguments, starts
STARTS = [
    ("hello", None, [], 50),
    ("sqlite", "sqlite.wasm", ["-version"], 11),
    ("gnugo", "gnugo.wasm", ["--version"], 7),
    ("yosys", "yosys.wasm", ["-V"], 3),
    ("clang", "clang.wasm", ["--version"], 3),
]


def start(build, line, limit):
    """(milliseconds, CPU milliseconds, MB), or None."""
    done = subprocess.run([os.path.join(build, "spawn"), str(limit)] + line, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        return None
    wall, user, system, memory = done.stdout.decode().split()
    return float(wall), (int(user) + int(system)) / 1e3, int(memory) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runtime", nargs="*", metavar="NAME=COMMAND")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "bench"))
    parser.add_argument("--real", default=os.environ.get("WICK_REAL") or os.path.join(ROOT, "build", "real"))
    parser.add_argument("--runtimes", help="these runtimes only, separated by commas")
    parser.add_argument("--only", help="programs, separated by commas")
    parser.add_argument("--limit", type=int, default=30, help="seconds allowed for one start")
    args = parser.parse_intermixed_args()
    given = dict(text.split("=", 1) for text in args.runtime)
    runtimes = find_runtimes(given, set(args.runtimes.split(",")) if args.runtimes else set(), set())
    runtimes.pop("native", None)
    wick = runtimes.get("wick")
    lines = {name: r.line for name, r in runtimes.items()}
    if wick and not args.runtimes:
        lines["wick-eager"] = lambda wasm, rest: wick.command + ["run", "--eager", wasm] + rest
    order = ["native", *sorted(lines, key=lambda n: (not n.startswith("wick"), list(lines).index(n)))]
    print(f"{'start':<15}" + "".join(f"{n:>12}" for n in order))
    for name, file, rest, count in STARTS:
        if args.only and name not in args.only.split(","):
            continue
        path = os.path.join(args.real, file) if file else os.path.join(args.build, name + ".wasm")
        if not os.path.exists(path):
            print(f"{name:<10} left out: no {path}")
            continue
        series = {n: [] for n in order}
        for _ in range(count):
            for runtime in order:
                if series[runtime] is None:
                    continue
                line = [os.path.join(args.build, "hello")] if runtime == "native" else lines[runtime](path, rest)
                one = start(args.build, line, args.limit)
                if one is None:
                    series[runtime] = None
                else:
                    series[runtime].append(one)
        for k, what in enumerate(("ms", "CPU ms", "MB")):
            cells = [f"{statistics.median(one[k] for one in s):>12.1f}" if s else f"{'-':>12}" for s in series.values()]
            print(f"{name if k == 0 else '':<8}{what:<7}" + "".join(cells))
    print("medians: milliseconds of the clock, CPU milliseconds, peak of resident memory; native: hello alone;")
    print("-: does not run it, or not in time")


if __name__ == "__main__":
    sys.exit(main())
