#!/usr/bin/env python3
"""Runs programs under every runtime at hand and prints their times as ratios.

The programs and runtimes are the rows of suite.py.  A runtime is found by an argument NAME=COMMAND, by its environment
variable, in the folder that WICK_RIVALS names, or on PATH; those that are not found are left out.  doc/bench.md tells
how to read the tables.
"""
import argparse
import hashlib
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time

from suite import GROUPS, PROGRAMS, ROOT, RUNTIMES, Runtime

UNIT = 1e-3  # a shorter time counts as this


def find_runtimes(given, wanted, extra):
    found = {}
    for runtime in RUNTIMES:
        name = runtime.name
        if wanted and name not in wanted and name not in given:
            continue
        if not wanted and not runtime.usual and name not in extra and name not in given:
            continue
        if name in given:
            parts = given[name].split()
            if not shutil.which(parts[0]):
                sys.exit(f"error: {name}: no command {parts[0]}")
            runtime.command = [shutil.which(parts[0])]
            if len(parts) > 1:  # the command as a whole is given
                runtime.options = parts[1:]
            found[name] = runtime
        elif name == "native" or runtime.find():
            found[name] = runtime
        elif wanted:
            print(f"left out: {name}, not found", file=sys.stderr)
    for name, command in given.items():
        if name in found:
            continue
        # A new column: like the runtime of the same name in front of a hyphen (wick-old=PATH), else options and all.
        like = next((r for r in RUNTIMES if r.name == name.split("-")[0]), None)
        parts = command.split()
        if not shutil.which(parts[0]):
            sys.exit(f"error: {name}: no command {parts[0]}")
        runtime = Runtime(name, None, None, like.options if like and len(parts) == 1 else parts[1:],
                          " ".join(like.lacks) if like else "", like.kind if like else "interpreter")
        runtime.command = [shutil.which(parts[0])]
        found[name] = runtime
    return found


def run_once(command, stdin, limit, clock):
    """Returns (seconds, a digest of standard output or the output itself), or (None, reason)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    try:
        with open(stdin or os.devnull, "rb") as source:
            done = subprocess.run(command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=limit,
                                  check=False)
    except subprocess.TimeoutExpired:
        return None, f"longer than {limit:g} s"
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        text = done.stderr.decode(errors="replace").strip().splitlines()
        return None, f"exit status {done.returncode}: {text[0][:120] if text else ''}"
    user = after.ru_utime - before.ru_utime
    seconds = {"user": user, "cpu": user + after.ru_stime - before.ru_stime, "wall": wall}[clock]
    if len(done.stdout) > 100:
        return seconds, hashlib.sha256(done.stdout).hexdigest()
    return seconds, done.stdout.decode(errors="replace")


def make_data(build):
    """What the compressing programs read: this project's own sources, a megabyte."""
    path = os.path.join(build, "data")
    if not os.path.exists(path):
        parts = []
        for folder, _, names in sorted(os.walk(os.path.join(ROOT, "src"))):
            for name in sorted(names):
                with open(os.path.join(folder, name), "rb") as source:
                    parts.append(source.read())
        with open(path, "wb") as out:
            out.write(b"".join(parts)[:1 << 20])
    return path


def measure(programs, runtimes, args):
    times = {p.name: {r: [] for r in runtimes} for p in programs}
    outputs = {p.name: {} for p in programs}
    problems = []
    for turn in range(args.runs):
        for program in programs:
            for name, runtime in runtimes.items():
                series = times[program.name]
                if series[name] is None:
                    continue
                if program.needs & runtime.lacks or (runtime.kind == "native" and not program.native):
                    series[name] = None
                    continue
                if runtime.kind == "native":
                    line = [os.path.join(args.build, program.name)] + program.args
                else:
                    line = runtime.line(program.path(args.build, args.real), program.args)
                stdin = program.stdin
                if stdin and stdin.endswith("@data"):
                    stdin = make_data(args.build)
                spent, output = run_once(line, stdin, args.limit, args.time)
                if spent is None:
                    series[name] = None
                    problems.append((name, f"{program.name}: {name}: {output}"))
                    continue
                series[name].append(spent)
                outputs[program.name].setdefault(output, set()).add(name)
        if sys.stderr.isatty():
            print(f"\rrun {turn + 1} of {args.runs}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    for program in programs:
        if len(outputs[program.name]) > 1:
            who = "; ".join(f"{','.join(sorted(r))}: {o.strip()[:60]}" for o, r in outputs[program.name].items())
            problems.append(("outputs", f"{program.name}: outputs differ: {who}"))
    return times, problems


def ratios_of(series, base, best):
    """(ratio, spread): the median of the ratios of the turns, or the ratio of the fastest runs."""
    pairs = [max(a, UNIT) / max(b, UNIT) for a, b in zip(series, base)]
    ratio = max(min(series), UNIT) / max(min(base), UNIT) if best else statistics.median(pairs)
    return ratio, (max(pairs) - min(pairs)) / ratio


def geomean(values):
    return math.exp(sum(math.log(v) for v in values) / len(values)) if values else None


def print_table(group, programs, runtimes, times, base, best):
    """One group; answers {runtime: {program: ratio}} and the geometric means."""
    names = [r for r in runtimes if r != base]
    width = max(10, *(len(n) + 2 for n in names)) if names else 10
    print(f"{group:<15}{base + ' s':>{width}}" + "".join(f"{n:>{width}}" for n in names))
    ratios, spreads = {base: {}}, {}
    for program in programs:
        reference = times[program.name][base]
        if not reference:
            # Without the base its row is in seconds of the first runtime that has it.
            have = [n for n in names if times[program.name][n]]
            cells = "".join(f"{statistics.median(times[program.name][n]):>{width - 2}.2f} s" if n in have
                            else f"{'-':>{width}}" for n in names)
            print(f"{program.name:<15}{'-':>{width}}{cells}")
            continue
        unit = max(min(reference) if best else statistics.median(reference), UNIT)
        ratios[base][program.name] = 1.0
        cells = []
        for name in names:
            if not times[program.name][name]:
                cells.append(f"{'-':>{width}}")
                continue
            ratio, spread = ratios_of(times[program.name][name], reference, best)
            ratios.setdefault(name, {})[program.name] = ratio
            if max(times[program.name][name]) > 0.02:
                spreads.setdefault(name, []).append(spread)
            cells.append(f"{ratio:>{width}.3f}")
        print(f"{program.name:<15}{unit:>{width}.3f}" + "".join(cells))
    counted = [p.name for p in programs if p.name in ratios[base]]
    means = {n: geomean([ratios[n][p] for p in counted]) for n in ratios if all(p in ratios[n] for p in counted)}
    if len(counted) > 1:
        print(f"{'geomean':<15}{1:>{width}}" + "".join(
            f"{means[n]:>{width}.3f}" if means.get(n) else f"{'-':>{width}}" for n in names)
            + f"   of {len(counted)} programs")
        print(f"{'spread':<15}{'':>{width}}" + "".join(
            f"{100 * statistics.median(spreads[n]):>{width - 1}.1f}%" if spreads.get(n) else f"{'-':>{width}}"
            for n in names) + "   (median over programs of max - min)")
    print()
    return ratios, means


def print_gains(programs, runtimes, times):
    """What the vector build of the same source gains over the scalar one."""
    pairs = [p.name for p in programs if p.name + "-simd" in times]
    names = [n for n in runtimes if any(times[p + "-simd"][n] and times[p][n] for p in pairs)]
    if not pairs or not names:
        return
    print(f"{'vectors gain':<15}" + "".join(f"{n:>12}" for n in names))
    for pair in pairs:
        cells = []
        for name in names:
            scalar, vector = times[pair][name], times[pair + "-simd"][name]
            cells.append(f"{statistics.median(max(a, UNIT) / max(b, UNIT) for a, b in zip(scalar, vector)):>12.2f}"
                         if scalar and vector else f"{'-':>12}")
        print(f"{pair:<15}" + "".join(cells))
    print("(time of the scalar build / time of the build with vectors: above 1 vectors help)\n")


def print_lost(programs, runtimes, times, best):
    """Where Wick is not the fastest interpreter."""
    if "wick" not in runtimes:
        return
    rivals = [n for n, r in runtimes.items() if r.kind == "interpreter" and not n.startswith("wick")]
    lost = []
    for program in programs:
        own = times[program.name]["wick"]
        for name in rivals:
            if own and times[program.name][name]:
                ratio, _ = ratios_of(own, times[program.name][name], best)
                if ratio > 1:
                    lost.append((ratio, program.name, name))
    if rivals:
        print(f"not the fastest interpreter: {len({p for _, p, _ in lost})} of {len(programs)} programs")
    for ratio, program, name in sorted(lost, reverse=True):
        print(f"  {program:<15} takes {ratio:.2f} of {name}'s time")


def write_csv(path, programs, runtimes, times, clock):
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"group,program,runtime,kind,run,{clock}_seconds\n")
        for program in programs:
            for name, runtime in runtimes.items():
                for i, value in enumerate(times[program.name][name] or []):
                    out.write(f"{program.group},{program.name},{name},{runtime.kind},{i},{value:.6f}\n")


def choose_programs(args):
    chosen = PROGRAMS
    if args.group:
        groups = args.group.split(",")
        for group in groups:
            if group not in GROUPS:
                sys.exit(f"error: no group {group}; there are {', '.join(GROUPS)}")
        chosen = [p for p in chosen if p.group in groups]
    if args.only:
        names = args.only.split(",")
        for name in names:
            if not any(p.name == name for p in PROGRAMS):
                sys.exit(f"error: no program {name}; --list lists them")
        chosen = [p for p in PROGRAMS if p.name in names]
    found = []
    for program in chosen:
        if os.path.exists(program.path(args.build, args.real)):
            found.append(program)
        elif program.real:
            print(f"left out: {program.name}, no {program.path(args.build, args.real)}; test/real/get.sh makes it",
                  file=sys.stderr)
        else:
            print(f"left out: {program.name}, not compiled; bench/build.sh does it", file=sys.stderr)
    return found


def list_all():
    for program in PROGRAMS:
        print(f"{program.group:<8}{program.name:<16}{' '.join(sorted(program.needs))}")
    for runtime in RUNTIMES:
        found = "" if runtime.kind == "native" else runtime.command[0] if runtime.find() else "not found"
        print(f"{runtime.name:<16}{runtime.kind:<13}{'' if runtime.usual else 'when named ':<12}{found}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runtime", nargs="*", metavar="NAME=COMMAND",
                        help="a runtime's command; a new name adds a column")
    parser.add_argument("-n", "--runs", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "bench"), help="where build.sh put the programs")
    parser.add_argument("--real", default=os.environ.get("WICK_REAL") or os.path.join(ROOT, "build", "real"),
                        help="where test/real/get.sh put the real programs (WICK_REAL)")
    parser.add_argument("--base", help="the runtime that is 1 (wasm3 when there is one)")
    parser.add_argument("--group", help="groups of programs, separated by commas: " + ", ".join(GROUPS))
    parser.add_argument("--only", help="programs, separated by commas")
    parser.add_argument("--runtimes", help="these runtimes only, separated by commas")
    parser.add_argument("--with", dest="extra", default="", help="also these, which are run only when named")
    parser.add_argument("--list", action="store_true", help="list programs and runtimes")
    parser.add_argument("--time", choices=("user", "cpu", "wall"), default="user",
                        help="user: CPU seconds outside the kernel; cpu: all; wall: the clock (user)")
    parser.add_argument("--best", action="store_true", help="the fastest run, not the median")
    parser.add_argument("--limit", type=float, default=120, help="seconds allowed for one run")
    parser.add_argument("--csv", help="write every single time to this file")
    parser.add_argument("--max-geomean", type=float, metavar="X",
                        help="exit 1 when wick's geomean over the figure's programs is above X")
    args = parser.parse_intermixed_args()
    if args.list:
        return list_all()

    given = dict(text.split("=", 1) for text in args.runtime if "=" in text)
    if len(given) != len(args.runtime):
        parser.error("a runtime is given as NAME=COMMAND")
    wanted = set(args.runtimes.split(",")) if args.runtimes else set()
    runtimes = find_runtimes(given, wanted, set(args.extra.split(",")))
    programs = choose_programs(args)
    if not programs or not runtimes:
        sys.exit("error: no program or no runtime found")
    if "native" in runtimes and not all(
            os.path.exists(os.path.join(args.build, p.name)) for p in programs if p.native):
        del runtimes["native"]
    base = args.base or ("wasm3" if "wasm3" in runtimes else next(iter(runtimes)))
    if base not in runtimes:
        sys.exit(f"error: no runtime {base}")

    started = time.time()
    times, problems = measure(programs, runtimes, args)
    means = {}
    for group in GROUPS:
        members = [p for p in programs if p.group == group]
        if not members:
            continue
        # Where the base lacks what a group needs, the next one is 1: Wick, if it takes part.
        able = [n for n in (base, "wick", *runtimes) if n in runtimes and any(times[p.name][n] for p in members)
                and sum(bool(times[p.name][n]) for p in members) * 2 > len(members)]
        if not able:
            print(f"{group}: nothing ran\n")
            continue
        _, group_means = print_table(group, members, runtimes, times, able[0], args.best)
        if group == "figure" and able[0] == base:
            means = group_means
    print_gains(programs, runtimes, times)
    print_lost(programs, runtimes, times, args.best)
    how = "fastest" if args.best else "median of the ratios"
    print(f"{how}, {args.runs} interleaved runs, {args.time} time, ratios to the first column (lower is faster); "
          f"{time.time() - started:.0f} s in all")
    if args.csv:
        write_csv(args.csv, programs, runtimes, times, args.time)
    for _, problem in problems:
        print(f"problem: {problem}")
    # What another runtime cannot do is told, but it is no failure.
    status = 1 if any(who == "outputs" or who.startswith("wick") for who, _ in problems) else 0
    if args.max_geomean is not None and "wick" in runtimes:
        if means.get("wick") is None or means["wick"] > args.max_geomean:
            print(f"wick's geomean is not known to be at most {args.max_geomean}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
