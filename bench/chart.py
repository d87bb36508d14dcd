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

# Colours that the colour-blind tell apart; with the marks no two runtimes of a kind look alike.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#8c564b"]
MARKS = {"interpreter": "osv^P<>X*", "compiler": "DsohvdH", "native": "|"}


def read(paths):
    """(ratios {program: {runtime: [time / Wick's time in the same turn]}}, kinds {runtime: kind}, groups {program: group}, clock)"""
    ratios, kinds, groups, clock = {}, {}, {}, ""
    for path in paths:
        times = {}
        with open(path, encoding="utf-8") as lines:
            reader = csv.DictReader(lines)
            clock = reader.fieldnames[-1]
            for row in reader:
                times.setdefault(row["program"], {}).setdefault(row["runtime"], []).append(max(float(row[clock]), 1e-3))
                kinds[row["runtime"]] = row["kind"]
                groups[row["program"]] = row["group"]
        for program, by_runtime in times.items():
            own = by_runtime.pop("wick", [])
            for name, series in by_runtime.items():
                ratios.setdefault(program, {}).setdefault(name, []).extend(a / b for a, b in zip(series, own))
    kinds.pop("wick", None)
    return ratios, kinds, groups, clock.removesuffix("_seconds")


def rows_of(ratios, groups):
    """[(title, group, {runtime: ratio})]: each program that Wick and another one ran, and the mean behind each group of several."""
    rows = []
    for group in dict.fromkeys(groups.values()):
        part = [(program, group, {n: statistics.median(r) for n, r in by_runtime.items() if r})
                for program, by_runtime in ratios.items() if groups[program] == group]
        part = [row for row in part if row[2]]
        rows += part
        if len(part) > 1:
            names = {n for _, _, member in part for n in member}
            rows.append(("geomean", group, {n: statistics.geometric_mean(m[n] for _, _, m in part)
                                            for n in names if all(n in m for _, _, m in part)}))
    return rows


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    ratios, kinds, groups, clock = read(sys.argv[2:])
    rows = rows_of(ratios, groups)
    if not rows:
        sys.exit("no chart: no program that both Wick and another runtime ran")
    figure, axes = plt.subplots(figsize=(11, 1.6 + 0.27 * len(rows)))
    seen = dict.fromkeys(MARKS, 0)
    for i, name in enumerate(kinds):
        kind = kinds[name]
        mark = MARKS[kind][seen[kind] % len(MARKS[kind])]
        seen[kind] += 1
        colour = "black" if kind == "native" else COLOURS[i % len(COLOURS)]
        points = [(row[name], at) for at, (_, _, row) in enumerate(rows) if name in row]
        face = {} if kind == "native" else {"facecolors": colour if kind == "interpreter" else "none", "edgecolors": colour}
        axes.scatter([p[0] for p in points], [p[1] for p in points], label=name, s=100 if kind == "native" else 42, marker=mark,
                     linewidths=1.5, zorder=3, alpha=0.85, **(face or {"color": colour}))
    axes.axvline(1, color="black", linewidth=1.2, zorder=2)
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    ticks = [t for t in (d * 10.0**e for e in range(-4, 5) for d in (1, 2, 5)) if low <= t <= high]
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axes.xaxis.set_minor_locator(matplotlib.ticker.NullLocator())
    axes.set_yticks(range(len(rows)), [title for title, _, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for at, (title, group, _) in enumerate(rows):
        if at == 0 or group != rows[at - 1][1]:
            axes.text(1.01, at, group, transform=axes.get_yaxis_transform(), va="center", fontweight="bold")
            axes.axhline(at - 0.5, color="#999999", linewidth=0.8)
        if title == "geomean":
            axes.get_yticklabels()[at].set_fontweight("bold")
            axes.axhspan(at - 0.5, at + 0.5, color="#f2f2f2", zorder=0)
    axes.grid(axis="both", color="#e5e5e5", zorder=0)
    axes.set_axisbelow(True)
    axes.set_xlabel(f"time / Wick's time, {clock} seconds (left of the line faster than Wick, right of it slower)")
    axes.set_title("Programs under other runtimes, against Wick (filled: interpreters; hollow: compilers; bar: native)", fontsize=11)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.6 / figure.get_figheight()), ncols=6, frameon=False)
    figure.savefig(sys.argv[1], dpi=110, bbox_inches="tight")


if __name__ == "__main__":
    main()
