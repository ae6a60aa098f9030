"""The report's tables."""
from measure import EPOCHS
from results import STEP_FLOP

IMAGES = EPOCHS * 60_000


def number(value):
    """Three or four significant digits."""
    return f"{value:.{0 if value >= 1000 else 1 if value >= 100 else 2 if value >= 10 else 3}f}"


def span(summary):
    return f"{number(summary['min'])} to {number(summary['max'])}" if summary else "-"


def print_table(title, heads, rows):
    """The first column is aligned to the left, the others to the right."""
    widths = [max(len(line[i]) for line in [heads, *rows]) for i in range(len(heads))]
    print(f"\n{title}\n")
    for line in [heads, ["-" * width for width in widths], *rows]:
        cells = [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:]))]
        print("| " + " | ".join(cells) + " |")


def print_machine(report):
    machine = report["machine"]
    cores = f"{machine['cores']} core{'s' if machine['cores'] > 1 else ''}"
    print(f"Machine:  {machine['processor']}, {cores}; {machine['system']}; "
          f"load average {report['load_average']:.2f} at the start")
    print(f"Compiler: {machine['compiler']}")
    print(f"BLAS:     {machine['library']}; kernel {machine['kernel']}")
    print(f"          {report['environment']}")


def print_bounds(rows):
    lines = []
    for row in rows:
        bound = row["bound"]
        aim = f"{bound} {row['aim']:g}" if row["aim"] else ""
        must = f"{bound} {row['must']:g}"
        if row["values"]:
            median = f"{number(row['median'])} {row['unit']}".strip()
            figures = [median, span(row), str(len(row["values"]))]
        else:
            figures = ["-", "-", "0"]
        lines.append([row["measure"], *figures, must, aim, row["verdict"]])
    heads = ["measure", "median", "min to max", "runs", "must", "aim", "here"]
    print_table("Bounds (by the median)", heads, lines)


def print_seconds(rows, runs):
    """For users: how fast mnist-train is, and its peers beside it."""
    loop = rows[0]["median"]
    lines = [[row["measure"], number(row["median"]), span(row), f"{IMAGES / row['median']:,.0f}",
              f"{row['median'] / loop:.2f} x"] for row in rows if row["values"]]
    heads = ["", "seconds", "min to max", "images/s", "beside mnist-train"]
    print_table(f"Five epochs of MNIST at batch 32 (medians of {len(runs)} runs)", heads, lines)
    print_peers(runs[0])


def print_details(rows, runs):
    lines = [[row["measure"], number(row["median"]), span(row), str(len(row["values"]))]
             for row in rows if row["values"]]
    print_table("Seconds that bounds refer to", ["", "median", "min to max", "runs"], lines)
    best = max((run["floor"] for run in runs), key=lambda floor: floor["gflops"])
    print(f"\nfloor: {STEP_FLOP / 1e6:.2f} MFLOP a step at the rate of a 1024x1024x1024 sgemm; at "
          f"best {best['gflops']:.0f} GFLOP/s, {best['processors_busy']:.1f} of "
          f"{best['processors']} cores busy")


def print_peers(run):
    """Details of the peers in the first run."""
    if "kann" in run:
        seconds = ", ".join(f"{name}: {value:.2f}" for name, value in run["kann"].items())
        print(f"KANN, seconds by threads, first run: {seconds}")
    if "libtorch" in run:
        seconds = ", ".join(f"{name}: {value:.2f}" for name, value in run["libtorch"].items())
        print(f"libtorch, seconds of an epoch by threads, first run: {seconds}")
    if "tutorial" in run:
        images = run["tutorial"]["torchvision"]
        print(f"tutorial: PyTorch {run['tutorial']['version']}, images from "
              + (f"torchvision {images}" if images else "a data set without PIL"))


def print_stages(stages):
    lines = []
    for name in stages["one of two"]:
        cells = [name]
        for summaries in stages.values():
            summary = summaries.get(name)
            cells += [number(summary["median"]) if summary else "-", span(summary)]
        lines.append(cells)
    heads = ["stage"]
    for kind in stages:
        heads += [kind, "min to max"]
    print_table("Stages of a step, microseconds", heads, lines)


def print_growth(growth):
    for parameter, summaries in growth.items():
        lines = [[f"{value:,}", number(summary["median"]), span(summary)]
                 for value, summary in summaries.items()]
        runs = len(next(iter(summaries.values()))["values"])
        title = f"How cost grows: microseconds for an image by {parameter} ({runs} runs)"
        print_table(title, [parameter, "median", "min to max"], lines)


def print_report(report, runs, with_bounds):
    print_machine(report)
    print_seconds(report["seconds"], runs)
    for line in report["skipped"]:
        print(line)
    if not with_bounds:
        return
    print_bounds(report["bounded"])
    print_details(report["details"], runs)
    print_stages(report["stages"])
    print_growth(report["growth"])
