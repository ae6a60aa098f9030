#!/usr/bin/env python3
"""Prints tables of the runs whose logs scripts/sweep.sh has written.

usage: summarise.py DIR [--runs] [--tutorial]

Reads DIR/*.jsonl; with --runs only the runs named on standard input, one per line. Prints a table
of the settings with mean, standard deviation, minimum and maximum over the seeds, and writes
DIR/runs.json with one line of JSON per run.

--tutorial prints the tutorial's eleven values beside those of the seeds instead, and the seed whose
run is nearest to them. With 400 runs or more there is a verdict: exit status 1 if one of the values
is outside the range of the seeds.
"""
import argparse
import json
import math
import statistics
import sys
from pathlib import Path

VERDICT_RUNS = 400
# The values that the tutorial's own run printed: loss and accuracy of each epoch, test accuracy.
TUTORIAL = [1.6167, 86.02, 1.5299, 93.26, 1.5143, 94.69, 1.5059, 95.46, 1.5003, 95.98, 96.32]


def fail(text):
    print(f"summarise: {text}", file=sys.stderr)
    sys.exit(2)


def printable(values):
    """Control characters of a log do not reach the terminal."""
    def clean(value):
        return "".join(c if c.isprintable() else "?" for c in value) if isinstance(value, str) else value

    return {clean(name): clean(value) for name, value in values.items()}


def load_run(path):
    """A run as one object, or None if the log has no test because the run did not finish."""
    run = None
    for line in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(line, object_hook=printable)
        if line["event"] == "run":
            names = list(line)
            settings = names[names.index("variables") + 1 : names.index("loaded")]
            run = {name: line[name] for name in (*settings, "program", "kernel")}
            run |= {"settings": settings, "trained": []}
        elif line["event"] == "epoch":
            run["trained"].append({name: line[name] for name in ("tutorial", "exact", "seconds")})
        elif line["event"] == "test":
            run["test"] = {name: line[name] for name in ("tutorial", "exact", "seconds")}
    return run if run and "test" in run else None


def load_runs(directory, names):
    runs = []
    for path in sorted(directory.glob("*.jsonl")):
        if names is None or path.stem in names:
            run = load_run(path)
            if run:
                runs.append(run)
    return sorted(runs, key=lambda run: run["seed"])


def print_table(head, rows):
    """The first column is aligned to the left, the others to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *rows)]
    for row in [head] + rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells).rstrip())


def standard_deviation(values):
    return statistics.stdev(values) if len(values) > 1 else 0.0


# --- A sweep --------------------------------------------------------------------------------------


COLUMNS = ("loss", "epochs", "batch", "lr", "transforms")


def settings_of(run):
    """(name, value) of every setting but the seed: first COLUMNS, in this order."""
    transforms = ", ".join(f"{t['name']}({t['amount']:g})" for t in run["transforms"])
    others = [name for name in run["settings"] if name not in (*COLUMNS, "seed")]
    return tuple((name, transforms or "-" if name == "transforms" else run[name]) for name in (*COLUMNS, *others))


def print_sweep(runs):
    """Other settings than COLUMNS have a column if the runs differ in them."""
    groups = {}
    for run in runs:
        groups.setdefault(settings_of(run), []).append(run)
    shown = [names[0][0] for names in zip(*groups) if names[0][0] in COLUMNS or len(set(names)) > 1]
    head = [*shown, "seeds", "last loss", "test %", "std", "min", "max", "seconds"]
    rows = []
    for settings, group in sorted(groups.items()):
        tests = [run["test"]["exact"]["accuracy"] for run in group]
        losses = [run["trained"][-1]["exact"]["loss"] for run in group if run["trained"]]
        seconds = [sum(epoch["seconds"] for epoch in run["trained"]) for run in group]
        rows.append([
            *(f"{value:g}" if name == "lr" else value for name, value in settings if name in shown), len(group),
            f"{statistics.mean(losses):.4f}" if losses else "-",
            f"{statistics.mean(tests):.2f}", f"{standard_deviation(tests):.2f}",
            f"{min(tests):.2f}", f"{max(tests):.2f}", f"{statistics.mean(seconds):.2f}",
        ])
    print_table(head, rows)


# --- The tutorial's values ------------------------------------------------------------------------


def tutorial_values(run, arithmetic):
    """A run's values in TUTORIAL's order, rounded as printed. arithmetic: "tutorial" or "exact"."""
    values = []
    for epoch in run["trained"]:
        values += [round(epoch[arithmetic]["loss"], 4), round(epoch[arithmetic]["accuracy"], 2)]
    return values + [round(run["test"][arithmetic]["accuracy"], 2)]


def name_of(index):
    if index == len(TUTORIAL) - 1:
        return "test accuracy"
    return f"epoch {index // 2} {'accuracy' if index % 2 else 'loss'}"


def percentile(values, value):
    below = sum(v < value for v in values)
    equal = sum(v == value for v in values)
    return 100.0 * (below + equal / 2) / len(values)


def nearest(runs, columns):
    """(distance, seed, run) of the nearest run; distances in standard deviations of each value."""
    spreads = [standard_deviation(column) or 1.0 for column in columns]

    def distance(run):
        return math.sqrt(sum(((found - wanted) / spread) ** 2 for found, wanted, spread in
                             zip(tutorial_values(run, "tutorial"), TUTORIAL, spreads)))

    return min(((distance(run), run["seed"], run) for run in runs), key=lambda found: found[:2])


def print_run(run):
    values = tutorial_values(run, "tutorial")
    for epoch in range(len(values) // 2):
        print(f"Epoch: {epoch} | Loss: {values[2 * epoch]:.4f} | "
              f"Train Accuracy: {values[2 * epoch + 1]:.2f}")
    print(f"Test Accuracy: {values[-1]:.2f}")


def print_tutorial(runs):
    runs = [run for run in runs if len(tutorial_values(run, "tutorial")) == len(TUTORIAL)]
    if not runs:
        fail("expected runs of five epochs, found none")
    columns = list(zip(*(tutorial_values(run, "tutorial") for run in runs)))
    exact = list(zip(*(tutorial_values(run, "exact") for run in runs)))
    head = ["", "tutorial", "mean", "std", "min", "max", "percentile", "exact mean"]
    rows, outside = [], []
    for index, (wanted, values) in enumerate(zip(TUTORIAL, columns)):
        digits = 2 if index % 2 or index == len(TUTORIAL) - 1 else 4
        rows.append([
            name_of(index), f"{wanted:.{digits}f}", f"{statistics.mean(values):.{digits}f}",
            f"{standard_deviation(values):.{digits}f}", f"{min(values):.{digits}f}",
            f"{max(values):.{digits}f}", f"{percentile(values, wanted):.1f}",
            f"{statistics.mean(exact[index]):.{digits}f}",
        ])
        if not min(values) <= wanted <= max(values):
            outside.append(name_of(index))
    print_table(head, rows)
    distance, seed, run = nearest(runs, columns)
    print(f"\nNearest of {len(runs)} seeds: {seed}, at {distance / math.sqrt(len(TUTORIAL)):.2f} "
          "standard deviations per value\n")
    print_run(run)
    return print_verdict(len(runs), outside)


def print_verdict(count, outside):
    print()
    if count < VERDICT_RUNS:
        print(f"No verdict: expected {VERDICT_RUNS} seeds or more, found {count} (few seeds start "
              "as slowly as the tutorial's run)")
    elif outside:
        print(f"Outside the range of {count} seeds: {', '.join(outside)}")
        return 1
    else:
        print(f"All eleven values are within the range of {count} seeds")
    return 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].replace("usage: ", ""))
    parser.add_argument("directory", type=Path, metavar="DIR")
    for flag in ("--runs", "--tutorial"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    names = set(sys.stdin.read().split()) if options.runs else None
    runs = load_runs(options.directory, names)
    if not runs:
        fail(f"{options.directory}: expected logs of finished runs, found none")
    lines = "".join(json.dumps(run) + "\n" for run in runs)
    new = options.directory / "runs.json.new"
    new.write_text(lines, encoding="utf-8")
    new.replace(options.directory / "runs.json")
    if options.tutorial:
        sys.exit(print_tutorial(runs))
    print_sweep(runs)


main()
