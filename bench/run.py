#!/usr/bin/env python3
"""Runs programs under every runtime at hand and prints their times as ratios.

The programs and runtimes are the rows of suite.py.  A runtime is found by an argument NAME=COMMAND, by its environment
variable, in the folder that WICK_RIVALS names, or on PATH; those that are not found are left out.  doc/bench.md tells
how to read the tables.
"""
import argparse
import array
import hashlib
import math
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time

from suite import GROUPS, INPUT, PROGRAMS, ROOT, RUNTIMES, Runtime

UNIT = 1e-3  # a shorter time counts as this
SLOW = 10.0  # what takes more seconds is run once only


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
            print(f"left out: {name}: no {runtime.default}; {runtime.variable} may name it")
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
        text = [t for t in (done.stderr + b"\n" + done.stdout).decode(errors="replace").splitlines() if t and t.isprintable()]
        told = next((t for t in text if re.search("error|fail|trap|exception", t, re.I)), text[-1] if text else "")
        return None, f"exit status {done.returncode}: {told[:120]}"
    user = after.ru_utime - before.ru_utime
    seconds = {"user": user, "cpu": user + after.ru_stime - before.ru_stime, "wall": wall}[clock]
    if len(done.stdout) > 100:
        return seconds, hashlib.sha256(done.stdout).hexdigest()
    return seconds, done.stdout.decode(errors="replace")


def make_data():
    """What the compressing programs read: this project's own sources, a megabyte."""
    parts = []
    for folder, _, names in sorted(os.walk(os.path.join(ROOT, "src"))):
        for name in sorted(names):
            with open(os.path.join(folder, name), "rb") as source:
                parts.append(source.read())
    return b"".join(parts)[:1 << 20]


def make_sound():
    """What Opus codes: eight seconds in stereo at 48 kHz, chords that fade on one side, a sweep and noise on the other."""
    samples = array.array("h")
    seed = 1
    for i in range(8 * 48000):
        t = i / 48000
        root = (220, 196, 174, 165)[i // 24000 % 4]
        chord = sum(math.sin(2 * math.pi * root * k * t) for k in (1, 1.25, 1.5)) * (1 - t % 0.5)
        seed = (seed * 1664525 + 1013904223) % 2**32
        sweep = math.sin(2 * math.pi * (200 + 300 * t) * t) + (seed / 2**31 - 1) * 0.2
        samples.extend((round(6000 * chord), round(9000 * sweep)))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


MADE = {"@data": make_data, "@sound": make_sound}


def input_of(program, build):
    """The file that standard input is, or None."""
    if program.stdin not in MADE:
        return os.path.join(INPUT, program.stdin) if program.stdin else None
    path = os.path.join(build, program.stdin[1:])
    if not os.path.exists(path):
        with open(path + ".new", "wb") as out:
            out.write(MADE[program.stdin]())
        os.replace(path + ".new", path)
    return path


def measure(programs, runtimes, args):
    """({program: {runtime: [seconds] or None}}, {(program, runtime): "fails" or "wrong"}, problems)."""
    times = {p.name: {n: None if p.needs & r.lacks or (r.kind == "native" and not p.native) else []
                      for n, r in runtimes.items()} for p in programs}
    outputs = {p.name: {} for p in programs}
    marks, failures = {}, {}
    for turn in range(args.runs):
        for program in programs:
            stdin = input_of(program, args.build)
            for name, runtime in runtimes.items():
                series = times[program.name]
                if series[name] is None or (series[name] and max(series[name]) > SLOW):
                    continue
                if sys.stderr.isatty():
                    print(f"\rturn {turn + 1} of {args.runs}: {program.name} {name}\033[K", end="", file=sys.stderr, flush=True)
                if runtime.kind == "native":
                    line = [os.path.join(args.build, program.name)] + program.args
                else:
                    line = runtime.line(program.path(args.build, args.real), program.args)
                spent, output = run_once(line, stdin, args.limit, args.time)
                if spent is None:
                    series[name] = None
                    marks[program.name, name] = "fails"
                    failures.setdefault((name, program.group), []).append((program.name, output))
                    continue
                series[name].append(spent)
                outputs[program.name].setdefault(output, set()).add(name)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    problems = [(name, f"{name}: {' '.join(p for p, _ in members)}: {members[0][1]}")
                for (name, _), members in failures.items()]
    for program in programs:
        by_output = outputs[program.name]
        if len(by_output) < 2:
            continue
        # The time of a wrong result is none: only those whose output most runtimes share keep theirs.
        ran = set().union(*by_output.values())
        for output, names in by_output.items():
            if 2 * len(names) <= len(ran):
                for name in names:
                    times[program.name][name] = None
                    marks[program.name, name] = "wrong"
        who = "; ".join(f"{', '.join(sorted(n))}: {o.strip()[:60]}" for o, n in by_output.items())
        problems.append(("outputs", f"OUTPUTS DIFFER: {program.name}: {who}"))
    return times, marks, problems


def ratios_of(series, base, best):
    """(ratio, spread): the median of the ratios of the turns, or the ratio of the fastest runs; one turn has no spread."""
    pairs = [max(a, UNIT) / max(b, UNIT) for a, b in zip(series, base)]
    ratio = max(min(series), UNIT) / max(min(base), UNIT) if best else statistics.median(pairs)
    return ratio, (max(pairs) - min(pairs)) / ratio if len(pairs) > 1 else None


def geomean(values):
    return math.exp(sum(math.log(v) for v in values) / len(values)) if values else None


def print_table(group, programs, runtimes, times, marks, base, best):
    """One group; answers the geometric means of the ratios, {runtime: mean}."""
    names = [r for r in runtimes if r != base]
    width = {n: max(8, len(n) + 2) for n in [base, *names]}
    width[base] = max(10, len(base) + 4)

    def row(title, first, cells, behind=""):
        print(f"{title:<15}{first:>{width[base]}}" + "".join(f"{cells.get(n, ''):>{width[n]}}" for n in names) + behind)

    row(group, base + " s", {n: n for n in names})
    ratios, spreads = {base: {}}, {}
    for program in programs:
        name, series = program.name, times[program.name]
        reference = series[base]
        cells = {n: marks.get((name, n), "-") for n in [base, *names]}
        for n in names:
            if series[n] and not reference:
                cells[n] = f"{statistics.median(series[n]):.2f} s"
            elif series[n]:
                ratio, spread = ratios_of(series[n], reference, best)
                ratios.setdefault(n, {})[name] = ratio
                if spread is not None and max(series[n]) > 0.02:
                    spreads.setdefault(n, []).append(spread)
                cells[n] = f"{ratio:.3f}"
        if reference:
            ratios[base][name] = 1.0
            cells[base] = f"{max(min(reference) if best else statistics.median(reference), UNIT):.3f}"
        row(name, cells[base], cells)
    counted = [p.name for p in programs if p.name in ratios[base]]
    means = {n: geomean([ratios[n][p] for p in counted]) for n in ratios if all(p in ratios[n] for p in counted)}
    if len(counted) > 1:
        row("geomean", "1", {n: f"{means[n]:.3f}" if n in means else "-" for n in names}, f"   of {len(counted)} programs")
    if spreads:
        row("spread", "", {n: f"{100 * statistics.median(spreads[n]):.1f}%" if n in spreads else "-" for n in names},
            "   (median over programs of max - min)")
    print()
    return means


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
    found, real, own = [], [], []
    for program in chosen:
        there = os.path.exists(program.path(args.build, args.real))
        (found if there else real if program.real else own).append(program)
    if real:
        print(f"left out: {' '.join(p.name for p in real)}: not in {os.path.normpath(args.real)} (WICK_REAL); "
              "test/real/get.sh NAME makes them")
    if own:
        print(f"left out: {' '.join(p.name for p in own)}: not compiled; bench/build.sh does it")
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
    parser.add_argument("--limit", type=float, default=60, help="seconds of the clock allowed for one run (60)")
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
    missing = [f"{r.name} ({r.variable})" for r in RUNTIMES if r.usual and r.name not in runtimes and not wanted]
    if missing:
        print(f"not found: {', '.join(missing)}; the variable names the command, or it lies on PATH")
    programs = choose_programs(args)
    if not programs or not runtimes:
        sys.exit("error: no program or no runtime found")
    natives = [os.path.join(args.build, p.name) for p in programs if p.native]
    if "native" in runtimes and not (natives and all(os.path.exists(n) for n in natives)):
        del runtimes["native"]
    base = args.base or ("wasm3" if "wasm3" in runtimes else next(iter(runtimes)))
    if base not in runtimes:
        sys.exit(f"error: no runtime {base}")

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{len(programs)} programs, {args.runs} interleaved runs each; {cores} cores, load average {os.getloadavg()[0]:.1f}\n",
          flush=True)
    started = time.time()
    times, marks, problems = measure(programs, runtimes, args)
    means = {}
    for group in GROUPS:
        members = [p for p in programs if p.group == group]
        if not members:
            continue
        # Where the base lacks what a group needs, the next one is 1: Wick, if it takes part.
        able = [n for n in (base, "wick", *runtimes) if n in runtimes and any(times[p.name][n] for p in members)
                and sum(bool(times[p.name][n]) for p in members) * 2 > len(members)]
        if not able:
            print(f"{group}: nothing ran, or only with outputs that differ\n")
            continue
        group_means = print_table(group, members, runtimes, times, marks, able[0], args.best)
        if group == "figure" and able[0] == base:
            means = group_means
    print_gains(programs, runtimes, times)
    print_lost(programs, runtimes, times, args.best)
    how = "fastest" if args.best else "median of the ratios"
    print(f"{how}, {args.runs} interleaved runs, {args.time} time, ratios to the first column (lower is faster); "
          f"{time.time() - started:.0f} s in all, load average {os.getloadavg()[0]:.1f}")
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
