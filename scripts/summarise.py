#!/usr/bin/env python3
"""Tables of runs, from the logs that scripts/sweep.sh keeps of them.

usage: summarise.py FOLDER [--runs] [--tutorial] [--markdown]

Reads FOLDER/*.jsonl; with --runs only those whose names standard input has, a line each. Prints a
table of the settings with mean, standard deviation, least and greatest value over the seeds, and
writes FOLDER/runs.json with a line of JSON for each run.

--tutorial: instead, the tutorial's eleven numbers beside what the seeds gave, and the seed whose run
lies nearest to them. From 400 runs on this has a verdict: exit status 1 if one of the numbers is
outside of what the seeds span. --markdown: the tables for a README.
"""
import argparse
import json
import math
import statistics
import sys
from pathlib import Path

VERDICT_RUNS = 400
# What the tutorial's own run printed: loss and accuracy of each epoch, accuracy of the test.
TUTORIAL = [1.6167, 86.02, 1.5299, 93.26, 1.5143, 94.69, 1.5059, 95.46, 1.5003, 95.98, 96.32]


def fail(text):
    print(f"summarise: {text}", file=sys.stderr)
    sys.exit(2)


def load_run(path):
    """A run as one object, or None if the log has no test: the run was not finished."""
    run = None
    for line in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(line)
        if line["event"] == "run":
            names = ("seed", "epochs", "batch", "lr", "loss", "transforms", "program", "kernel")
            run = {name: line[name] for name in names} | {"trained": []}
        elif line["event"] == "epoch":
            run["trained"].append({name: line[name] for name in ("tutorial", "exact", "seconds")})
        elif line["event"] == "test":
            run["test"] = {name: line[name] for name in ("tutorial", "exact", "seconds")}
    return run if run and "test" in run else None


def load_runs(folder, names):
    runs = []
    for path in sorted(folder.glob("*.jsonl")):
        if names is None or path.stem in names:
            run = load_run(path)
            if run:
                runs.append(run)
    return sorted(runs, key=lambda run: run["seed"])


def print_table(head, rows, markdown):
    """Columns to the right, but the first."""
    rows = [[str(cell) for cell in row] for row in rows]
    if markdown:
        print("| " + " | ".join(head) + " |")
        print("| --- |" + " ---: |" * (len(head) - 1))
        for row in rows:
            print("| " + " | ".join(row) + " |")
        return
    widths = [max(map(len, column)) for column in zip(head, *rows)]
    for row in [head] + rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells).rstrip())


def deviation(values):
    return statistics.stdev(values) if len(values) > 1 else 0.0


# --- A sweep --------------------------------------------------------------------------------------


def settings_of(run):
    transforms = ", ".join(f"{t['name']}({t['amount']:g})" for t in run["transforms"])
    return (run["loss"], run["epochs"], run["batch"], run["lr"], transforms or "-")


def tell_sweep(runs, markdown):
    groups = {}
    for run in runs:
        groups.setdefault(settings_of(run), []).append(run)
    head = ["loss", "epochs", "batch", "lr", "transforms", "seeds", "last loss", "test %", "+-",
            "least", "greatest", "seconds"]
    rows = []
    for settings, group in sorted(groups.items()):
        tests = [run["test"]["exact"]["accuracy"] for run in group]
        losses = [run["trained"][-1]["exact"]["loss"] for run in group if run["trained"]]
        seconds = [sum(epoch["seconds"] for epoch in run["trained"]) for run in group]
        rows.append([
            *settings[:3], f"{settings[3]:g}", settings[4], len(group),
            f"{statistics.mean(losses):.4f}" if losses else "-",
            f"{statistics.mean(tests):.2f}", f"{deviation(tests):.2f}", f"{min(tests):.2f}",
            f"{max(tests):.2f}", f"{statistics.mean(seconds):.2f}",
        ])
    print_table(head, rows, markdown)


# --- The tutorial's numbers -----------------------------------------------------------------------


def eleven(run, arithmetic):
    """A run's figures in the order of TUTORIAL, as printed."""
    figures = []
    for epoch in run["trained"]:
        figures += [round(epoch[arithmetic]["loss"], 4), round(epoch[arithmetic]["accuracy"], 2)]
    return figures + [round(run["test"][arithmetic]["accuracy"], 2)]


def name_of(place):
    if place == len(TUTORIAL) - 1:
        return "test accuracy"
    return f"epoch {place // 2} {'accuracy' if place % 2 else 'loss'}"


def percentile(values, value):
    below = sum(v < value for v in values)
    equal = sum(v == value for v in values)
    return 100.0 * (below + equal / 2) / len(values)


def nearest(runs, columns):
    """The run of the least distance, in standard deviations of each of the numbers."""
    spreads = [deviation(column) or 1.0 for column in columns]

    def distance(run):
        return math.sqrt(sum(((found - wanted) / spread) ** 2 for found, wanted, spread in
                             zip(eleven(run, "tutorial"), TUTORIAL, spreads)))

    return min(((distance(run), run["seed"], run) for run in runs), key=lambda found: found[:2])


def print_run(run):
    figures = eleven(run, "tutorial")
    for epoch in range(len(figures) // 2):
        print(f"Epoch: {epoch} | Loss: {figures[2 * epoch]:.4f} | "
              f"Train Accuracy: {figures[2 * epoch + 1]:.2f}")
    print(f"Test Accuracy: {figures[-1]:.2f}")


def tell_tutorial(runs, markdown):
    runs = [run for run in runs if len(eleven(run, "tutorial")) == len(TUTORIAL)]
    if not runs:
        fail("expected runs of five epochs, found none")
    columns = list(zip(*(eleven(run, "tutorial") for run in runs)))
    exact = list(zip(*(eleven(run, "exact") for run in runs)))
    head = ["", "tutorial", "mean", "deviation", "least", "greatest", "percentile", "exact mean"]
    rows, outside = [], []
    for place, (wanted, values) in enumerate(zip(TUTORIAL, columns)):
        digits = 2 if place % 2 or place == len(TUTORIAL) - 1 else 4
        rows.append([
            name_of(place), f"{wanted:.{digits}f}", f"{statistics.mean(values):.{digits}f}",
            f"{deviation(values):.{digits}f}", f"{min(values):.{digits}f}",
            f"{max(values):.{digits}f}", f"{percentile(values, wanted):.1f}",
            f"{statistics.mean(exact[place]):.{digits}f}",
        ])
        if not min(values) <= wanted <= max(values):
            outside.append(name_of(place))
    print_table(head, rows, markdown)
    distance, seed, run = nearest(runs, columns)
    print(f"\nNearest of {len(runs)} seeds: {seed}, at {distance / math.sqrt(len(TUTORIAL)):.2f} "
          "standard deviations a number\n" + ("\n```" if markdown else ""))
    print_run(run)
    if markdown:
        print("```")
    return tell_verdict(len(runs), outside)


def tell_verdict(count, outside):
    print()
    if count < VERDICT_RUNS:
        print(f"No verdict: expected {VERDICT_RUNS} seeds or more, found {count} (few seeds start "
              "as slowly as the tutorial's run)")
    elif outside:
        print(f"Outside of what {count} seeds span: {', '.join(outside)}")
        return 1
    else:
        print(f"All eleven numbers lie inside of what {count} seeds span")
    return 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].replace("usage: ", ""))
    parser.add_argument("folder", type=Path)
    for flag in ("--runs", "--tutorial", "--markdown"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    names = set(sys.stdin.read().split()) if options.runs else None
    runs = load_runs(options.folder, names)
    if not runs:
        fail(f"{options.folder}: expected logs of runs, found none that are whole")
    lines = "".join(json.dumps(run) + "\n" for run in runs)
    new = options.folder / "runs.json.new"
    new.write_text(lines, encoding="utf-8")
    new.replace(options.folder / "runs.json")
    if options.tutorial:
        sys.exit(tell_tutorial(runs, options.markdown))
    tell_sweep(runs, options.markdown)


main()
