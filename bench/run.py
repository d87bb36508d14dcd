#!/usr/bin/env python3
"""Runs the programs of bench/src under every runtime at hand and prints their times as ratios.

Each runtime is a row of RUNTIMES.  A runtime is found by its environment variable, by an argument
NAME=PATH, or on PATH; those that are not found are left out.  doc/bench.md tells how to read the
table.
"""
import argparse
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
V8 = os.path.join(ROOT, "test", "real", "v8.mjs")

# name, environment variable, default command, arguments before the file
RUNTIMES = [
    ("wick", "WICK", os.path.join(ROOT, "build", "wick"), ["run"]),
    ("wick-ref", "WICK", os.path.join(ROOT, "build", "wick"), ["run", "--engine", "ref"]),
    ("wasm3", "WASM3", "wasm3", []),
    ("iwasm", "IWASM", "iwasm", []),
    ("wasmi", "WASMI", "wasmi", []),
    ("wasmtime", "WASMTIME", "wasmtime", ["run"]),
    ("liftoff", "NODE", "node", ["--no-warnings", "--liftoff-only", V8]),
    ("v8", "NODE", "node", ["--no-warnings", V8]),
    ("native", None, None, None),
]
# Slow, or not comparable without thought: only when named with --with.
ON_REQUEST = {"wick-ref"}
# The eleven kinds whose geometric mean is the figure; kernelmix is shown apart.
FIGURE = ["fib", "sieve", "matmul", "sha256", "mandelbrot", "indirect", "bytecopy", "bulk",
          "bigswitch", "structs", "i64mix"]
APART = ["kernelmix"]


def find_runtimes(given, wanted, extra):
    found = {}
    for name, variable, default, options in RUNTIMES:
        if wanted and name not in wanted:
            continue
        if not wanted and name in ON_REQUEST and name not in extra:
            continue
        if name == "native":
            found[name] = None
            continue
        if name in given:
            found[name] = None  # its place; the command follows
            continue
        command = os.environ.get(variable) or default
        path = shutil.which(command)
        if path:
            found[name] = [path] + options
    defaults = {name: options for name, _, _, options in RUNTIMES}
    for name, command in given.items():
        parts = command.split()
        if not shutil.which(parts[0]):
            sys.exit(f"error: {name}: no command {parts[0]}")
        # A known runtime named by its path alone gets its usual options.
        usual = defaults.get(name) if len(parts) == 1 else None
        found[name] = [shutil.which(parts[0])] + (usual or parts[1:])
    return found


def run_once(command, limit):
    """Returns (user CPU seconds, standard output), or (None, reason)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return None, f"longer than {limit} s"
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    if done.returncode != 0:
        text = done.stderr.decode(errors="replace").strip().splitlines()
        return None, f"exit status {done.returncode}: {text[0] if text else ''}"
    return spent, done.stdout.decode(errors="replace")


def measure(programs, runtimes, args):
    times = {p: {r: [] for r in runtimes} for p in programs}
    outputs = {p: {} for p in programs}
    problems = []
    for turn in range(args.runs):
        for program in programs:
            for runtime, command in runtimes.items():
                if times[program][runtime] is None:
                    continue
                if command is None:
                    line = [os.path.join(args.build, program)]
                else:
                    line = command + [os.path.join(args.build, program + ".wasm")]
                spent, output = run_once(line, args.limit)
                if spent is None:
                    times[program][runtime] = None
                    problems.append(f"{program}: {runtime}: {output}")
                    continue
                times[program][runtime].append(spent)
                outputs[program].setdefault(output, set()).add(runtime)
        if sys.stderr.isatty():
            print(f"\rrun {turn + 1} of {args.runs}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    for program in programs:
        if len(outputs[program]) > 1:
            who = "; ".join(f"{','.join(sorted(r))}: {o.strip()}"
                            for o, r in outputs[program].items())
            problems.append(f"{program}: outputs differ: {who}")
    return times, problems


def typical(values, best):
    return min(values) if best else statistics.median(values)


def geomean(values):
    return math.exp(sum(math.log(v) for v in values) / len(values)) if values else None


def table(programs, runtimes, times, base, best):
    names = [r for r in runtimes if r != base]
    print(f"{'program':<12}{base + ' s':>10}" + "".join(f"{n:>10}" for n in names))
    ratios = {n: {} for n in names}
    for program in programs:
        reference = times[program][base]
        if not reference:
            print(f"{program:<12}{'fails':>10}")
            continue
        unit = max(typical(reference, best), 1e-3)
        cells = []
        for name in names:
            values = times[program][name]
            if not values:
                cells.append(f"{'fails':>10}")
                continue
            ratios[name][program] = max(typical(values, best), 1e-3) / unit
            cells.append(f"{ratios[name][program]:>10.3f}")
        print(f"{program:<12}{unit:>10.3f}" + "".join(cells))
    counted = [p for p in FIGURE if p in programs]
    means = {}
    for name in names:
        complete = all(p in ratios[name] for p in counted)
        means[name] = geomean([ratios[name][p] for p in counted]) if complete and counted else None
    print(f"{'geomean':<12}{1:>10}" + "".join(
        f"{means[n]:>10.3f}" if means[n] else f"{'-':>10}" for n in names)
        + f"   of {len(counted)} programs")
    spreads = []
    for name in [base] + names:
        values = [(max(v) - min(v)) / statistics.median(v) for p in programs
                  if (v := times[p][name]) and len(v) > 1 and statistics.median(v) > 0.02]
        spreads.append(f"{100 * statistics.median(values):>9.1f}%" if values else f"{'-':>10}")
    print(f"{'spread':<12}" + "".join(spreads) + "   (median over programs of max - min)")
    return means


def write_csv(path, programs, runtimes, times):
    with open(path, "w", encoding="utf-8") as out:
        out.write("program,runtime,run,user_seconds\n")
        for program in programs:
            for runtime in runtimes:
                for i, value in enumerate(times[program][runtime] or []):
                    out.write(f"{program},{runtime},{i},{value:.6f}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runtime", nargs="*", metavar="NAME=COMMAND",
                        help="a runtime's command; a new name adds a column")
    parser.add_argument("-n", "--runs", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "bench"),
                        help="where build.sh put the programs")
    parser.add_argument("--base", help="the runtime that is 1 (wasm3 when there is one)")
    parser.add_argument("--only", help="programs, separated by commas")
    parser.add_argument("--runtimes", help="these runtimes only, separated by commas")
    parser.add_argument("--with", dest="extra", default="", help="also these (wick-ref)")
    parser.add_argument("--best", action="store_true", help="the fastest run, not the median")
    parser.add_argument("--limit", type=float, default=120, help="seconds allowed for one run")
    parser.add_argument("--csv", help="write every single time to this file")
    parser.add_argument("--max-geomean", type=float, metavar="X",
                        help="exit 1 when wick's geomean is above X")
    args = parser.parse_intermixed_args()

    given = dict(text.split("=", 1) for text in args.runtime if "=" in text)
    if len(given) != len(args.runtime):
        parser.error("a runtime is given as NAME=COMMAND")
    wanted = set(args.runtimes.split(",")) if args.runtimes else set()
    runtimes = find_runtimes(given, wanted, set(args.extra.split(",")))
    programs = args.only.split(",") if args.only else FIGURE + APART
    for program in programs:
        if not os.path.exists(os.path.join(args.build, program + ".wasm")):
            sys.exit(f"error: no {program}.wasm in {args.build}: run bench/build.sh first")
    if "native" in runtimes and not all(
            os.path.exists(os.path.join(args.build, p)) for p in programs):
        del runtimes["native"]
    if not runtimes:
        sys.exit("error: no runtime found")
    base = args.base or ("wasm3" if "wasm3" in runtimes else next(iter(runtimes)))
    if base not in runtimes:
        sys.exit(f"error: no runtime {base}")

    started = time.time()
    times, problems = measure(programs, runtimes, args)
    means = table(programs, runtimes, times, base, args.best)
    how = "fastest" if args.best else "median"
    print(f"{how} of {args.runs} interleaved runs, user CPU time, ratios to {base} "
          f"(lower is faster); {time.time() - started:.0f} s in all")
    if args.csv:
        write_csv(args.csv, programs, runtimes, times)
    for problem in problems:
        print(f"problem: {problem}")
    status = 1 if problems else 0
    if args.max_geomean is not None and "wick" in means:
        if means["wick"] is None or means["wick"] > args.max_geomean:
            print(f"wick's geomean is above {args.max_geomean}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
