#!/usr/bin/env python3
"""Draws what run.py --csv wrote: chart.py OUT.png FILE.csv...  Each program is a row, each runtime a mark on a logarithmic
axis of time against Wick's: left of 1 it is faster than Wick.  Needs matplotlib (Debian: python3-matplotlib)."""
import csv
import statistics
import sys

try:
    import matplotlib
except ImportError:
    sys.exit("chart: needs matplotlib: apt-get install python3-matplotlib, or pip install matplotlib")
matplotlib.use("Agg")
import matplotlib.pyplot as plt

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#8c564b", "#bcbd22", "#17becf"]
MARKS = {"interpreter": "o", "compiler": "D", "native": "|"}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    times, kinds, groups = {}, {}, {}
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as lines:
            reader = csv.DictReader(lines)
            clock = reader.fieldnames[-1]
            for row in reader:
                times.setdefault(row["program"], {}).setdefault(row["runtime"], []).append(max(float(row[clock]), 1e-3))
                kinds[row["runtime"]] = row["kind"]
                groups[row["program"]] = row["group"]
    programs = [p for p in times if "wick" in times[p]]
    if not programs:
        sys.exit("chart: no times of wick in there")
    names = [n for n in kinds if n != "wick"]
    figure, axes = plt.subplots(figsize=(10, 1.6 + 0.27 * len(programs)))
    for i, name in enumerate(names):
        points = []
        for row, program in enumerate(programs):
            series = times[program].get(name)
            if series:
                ratio = statistics.median(a / b for a, b in zip(series, times[program]["wick"]))
                points.append((ratio, row))
        colour = COLOURS[i % len(COLOURS)]
        kind = kinds[name]
        axes.scatter([p[0] for p in points], [p[1] for p in points], label=name, s=46 if kind != "native" else 120,
                     marker=MARKS[kind], linewidths=1.6, zorder=3,
                     facecolors=colour if kind != "compiler" else "none", edgecolors=colour if kind != "native" else None,
                     color=colour if kind == "native" else None)
    axes.axvline(1, color="black", linewidth=1.2, zorder=2)
    axes.set_xscale("log")
    ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]
    low, high = axes.get_xlim()
    ticks = [t for t in ticks if low <= t <= high]
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axes.xaxis.set_minor_locator(matplotlib.ticker.NullLocator())
    axes.set_yticks(range(len(programs)), programs)
    axes.set_ylim(len(programs) - 0.5, -0.5)
    for row, program in enumerate(programs):
        if row and groups[program] != groups[programs[row - 1]]:
            axes.axhline(row - 0.5, color="#999999", linewidth=0.8)
    axes.grid(axis="both", color="#e5e5e5", zorder=0)
    axes.set_xlabel(f"time / Wick's time ({clock.removesuffix('_seconds')} seconds): left of the line faster than Wick, right of it slower")
    axes.set_title("Programs under other runtimes, against Wick (filled: interpreters; hollow: compilers)", fontsize=11)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.9 / figure.get_figheight()), ncols=5, frameon=False)
    figure.savefig(sys.argv[1], dpi=110, bbox_inches="tight")


if __name__ == "__main__":
    main()
