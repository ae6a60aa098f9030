#!/usr/bin/python3
"""Measures mnist-train on this machine, beside the rate of its own matrix products, libtorch and
PyTorch.

Prints tables of medians and spreads, each figure with its bound where it has one, and writes all of
it as JSON. The sides of a ratio are measured in turn and divided run by run. Whether a bound holds
is told, not enforced: the exit status is 0 either way.
"""
import argparse
import contextlib
import dataclasses
import gzip
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Callable, Optional

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / os.environ.get("BUILD", "build")
TESTS = ROOT / "tests" / "bench"

EPOCHS, BATCH, IMAGES, STEPS = 5, 32, 60_000, 1_875  # STEPS of an epoch
# The multiply-adds of a step: 784x128 forward and for its gradient, 128x10 for its inputs' too.
STEP_FLOP = 2 * BATCH * (2 * 784 * 128 + 3 * 128 * 10)

# Seconds since the start after which no further run of a kind is begun.
RUNS_UNTIL, GROWTH_UNTIL = 200, 260
CHILD_LIMIT = 60  # seconds that a program may take

# What would make OpenBLAS use other kernels or fewer threads than it does for a user.
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS",
         "OMP_NUM_THREADS")

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte",
         "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def fail(text):
    sys.exit(f"bench: {text}")


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Failed(Exception):
    """A program did not give its figures."""


# --- What is run ----------------------------------------------------------------------------------


def build():
    """The programs, with the variables that a calling make has put into the environment."""
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    command = ["make", "-C", str(ROOT), f"-j{processors()}", "bench-programs"]
    say("building")
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        fail(f"the build failed:\n{done.stdout}")


def processors():
    """That this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def find_file(folder, name):
    """MNIST's file of this name, raw or .gz, where the program would find it too; or None."""
    for place in (folder, folder / "MNIST" / "raw"):
        for spelling in (name, name.replace("-idx", ".idx")):
            for path in (place / f"{spelling}.gz", place / spelling):
                if path.is_file():
                    return path
    return None


def choose_data(given):
    folders = [given] if given else [os.environ.get("MNIST_DATA"), ROOT / "data" / "mnist",
                                     ROOT.parent / "shared" / "mnist"]
    folders = [Path(folder) for folder in folders if folder]
    for folder in folders:
        if all(find_file(folder, name) for name in NAMES):
            return folder
    return fail(f"expected MNIST's four files in {' or '.join(map(str, folders))}, found none; "
                "get them with scripts/fetch-mnist.sh")


@dataclasses.dataclass
class Data:
    """MNIST in two folders: as .gz, and raw in torchvision's place below its root."""

    gz: Path
    root: Path
    raw: Path


def prepare_data(folder, scratch):
    data = Data(scratch / "gz", scratch / "raw", scratch / "raw" / "MNIST" / "raw")
    data.gz.mkdir()
    data.raw.mkdir(parents=True)
    for name in NAMES:
        found = find_file(folder, name)
        packed, raw = data.gz / f"{name}.gz", data.raw / name
        opened = gzip.open if found.suffix == ".gz" else open
        with opened(found, "rb") as source, open(raw, "wb") as target:
            shutil.copyfileobj(source, target)
        if found.suffix == ".gz":
            shutil.copyfile(found, packed)
        else:
            with open(raw, "rb") as source, gzip.open(packed, "wb", 6) as target:
                shutil.copyfileobj(source, target)
    return data


def run_json(command, environment):
    """What a program printed."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=CHILD_LIMIT)
    except subprocess.CalledProcessError as problem:
        last_line = problem.stderr.strip().split("\n")[-1]
        raise Failed(f"{' '.join(words)}: expected exit status 0, found {problem.returncode}: "
                     f"{last_line}") from problem
    except subprocess.TimeoutExpired as problem:
        raise Failed(f"{' '.join(words)}: expected an end within {CHILD_LIMIT} s, "
                     "found none") from problem
    return json.loads(done.stdout)


@contextlib.contextmanager
def every_processor_busy():
    """A process on each that does nothing but run; should this one be killed, they end alone."""
    code = f"import signal\nsignal.alarm({2 * CHILD_LIMIT})\nwhile True: pass"
    busy = []
    try:
        for _ in range(processors()):
            busy.append(subprocess.Popen([sys.executable, "-c", code]))
        time.sleep(0.3)  # until all have started
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


class Bench:
    """The measurements, all in the same environment and on the same data."""

    def __init__(self, data, environment):
        self.data = data
        self.environment = environment
        self.torch_settings = [(torch, blas) for torch in (1, 2) for blas in (1, 2)]

    def floor(self):
        # BLIS would use one thread; OpenBLAS uses all cores unasked.
        environment = dict(self.environment, BLIS_NUM_THREADS=str(processors()))
        return run_json([BUILD / "bench" / "floor"], environment)

    def loop(self, epochs=EPOCHS, batch=BATCH, threads=0, images=0):
        program = BUILD / "bench" / "loop"
        return run_json([program, self.data.raw, epochs, batch, threads, images], self.environment)

    def stages(self, slices):
        return run_json([BUILD / "bench" / "stages", self.data.raw, slices], self.environment)

    def program(self, folder):
        """Seconds to the first step, seconds in all, and peak megabytes of the program itself."""
        command = [str(BUILD / "mnist-train"), "--data", str(folder),
                   "--epochs", str(EPOCHS), "--batch", str(BATCH)]
        begun = time.perf_counter()
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        try:
            first_step = None
            for line in process.stderr:
                if line.startswith(b"Threads:"):  # the last line before the training
                    first_step = time.perf_counter() - begun
            _, status, usage = os.wait4(process.pid, 0)
            whole = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            process.stderr.close()
            if process.returncode is None:
                process.kill()
                process.wait()
        if process.returncode != 0 or first_step is None:
            raise Failed(f"{' '.join(command)}: expected a run with a line 'Threads:', found none "
                         f"(exit status {process.returncode})")
        unit = 1 if sys.platform == "darwin" else 1024
        return {"first_step": first_step, "whole": whole, "peak": usage.ru_maxrss * unit / 1e6}

    def libtorch(self):
        """Seconds of an epoch by setting: torch's threads, the BLAS library's threads."""
        seconds = {}
        problem = None
        for torch_threads, blas_threads in self.torch_settings:
            # Its tensors come and go with each step: the allocator is told to keep the memory.
            environment = dict(self.environment, OPENBLAS_NUM_THREADS=str(blas_threads),
                               MALLOC_TRIM_THRESHOLD_="1000000000",
                               MALLOC_MMAP_THRESHOLD_="1000000000",
                               MALLOC_TOP_PAD_="100000000")
            command = [BUILD / "bench" / "libtorch", self.data.raw, torch_threads]
            try:
                result = run_json(command, environment)
                seconds[torch_threads, blas_threads] = result["epoch"]
            except Failed as failed:
                problem = failed
        if not seconds:
            raise problem
        # What is far from the best is not tried again: it would take most of the time.
        self.torch_settings = [s for s in seconds if seconds[s] < 1.5 * min(seconds.values())]
        return {f"torch {t}, BLAS {b}": seconds[t, b] for t, b in seconds}

    def tutorial(self, python, workers):
        command = [python, TESTS / "tutorial.py", self.data.root, workers]
        return run_json(command, self.environment)


def find_torch(environment):
    """A Python that has torch, or None."""
    for python in ("python3", "/usr/bin/python3"):
        path = shutil.which(python)
        if path and subprocess.run([path, "-c", "import torch"], env=environment, check=False,
                                   stderr=subprocess.DEVNULL).returncode == 0:
            return path
    return None


@dataclasses.dataclass
class Peers:
    libtorch: bool
    python: Optional[str]
    skipped: list


def find_peers(quick, environment):
    if quick:
        return Peers(False, None, ["libtorch, PyTorch: skipped: --quick"])
    peers = Peers((BUILD / "bench" / "libtorch").is_file(), find_torch(environment), [])
    if not peers.libtorch:
        peers.skipped.append("libtorch: skipped: libtorch-dev or a C++ compiler is not installed "
                             "(apt install libtorch-dev g++)")
    if not peers.python:
        peers.skipped.append("PyTorch: skipped: python3-torch is not installed "
                             "(apt install python3-torch)")
    return peers


# --- The runs -------------------------------------------------------------------------------------


def measure_peers(bench, peers, first):
    """PyTorch is slow: only in the first run. A peer that fails is left out from then on."""
    run = {}
    try:
        if peers.libtorch:
            run["libtorch"] = bench.libtorch()
    except Failed as problem:
        peers.libtorch = False
        peers.skipped.append(f"libtorch: skipped: {problem}")
    try:
        if peers.python and first:
            run["tutorial"] = bench.tutorial(peers.python, 2)
            run["tutorial_0"] = bench.tutorial(peers.python, 0)
    except Failed as problem:
        peers.skipped.append(f"PyTorch: skipped: {problem}")
    return run


def measure_run(bench, peers, first):
    """One of everything that has a bound."""
    run = {"floor": bench.floor(), "loop": bench.loop(), "loop_1": bench.loop(threads=1)}
    if processors() > 1:
        run["loop_2"] = bench.loop(threads=2)
    with every_processor_busy():
        run["loop_busy"] = bench.loop()
    run["gz"], run["raw"] = bench.program(bench.data.gz), bench.program(bench.data.root)
    run["stages_4"], run["stages_2"] = bench.stages(4), bench.stages(2)
    run.update(measure_peers(bench, peers, first))
    return run


# How cost grows: what is varied, its values, and how many epochs they take.
GROWTH = (
    ("batch", (16, 32, 64, 128, 256, 1024), 2),
    ("threads", (1, 2, 3, 4), 2),
    ("images", (6_000, 60_000, 600_000), 1),
)


def measure_growth(bench):
    """Microseconds for an image of the loop."""
    growth = {}
    for what, values, epochs in GROWTH:
        growth[what] = {}
        for value in values:
            result = bench.loop(epochs=epochs, **{what: value})
            growth[what][value] = 1e6 * result["loop"] / (epochs * result["images"])
    return growth


def repeat(runs, until, what, measure):
    """Up to `runs` results; fewer, but at least one, when time is up."""
    results = []
    while len(results) < runs and (not results or time.monotonic() < until):
        say(f"{what} {len(results) + 1} of {runs}")
        results.append(measure(len(results) == 0))
    return results


ONE_CORE = "loop on 2 threads: skipped: there is one core"


# --- What becomes of them -------------------------------------------------------------------------


def floor_seconds(run):
    return EPOCHS * STEPS * STEP_FLOP / (1e9 * run["floor"]["gflops"])


def loop_seconds(name):
    return lambda run: run[name]["loop"] if name in run else None


def libtorch_seconds(run):
    return EPOCHS * min(run["libtorch"].values()) if "libtorch" in run else None


def tutorial_seconds(name):
    return lambda run: EPOCHS * run[name]["epoch"] if name in run else None


def ratio(above, below):
    def divide(run):
        sides = above(run), below(run)
        return None if None in sides else sides[0] / sides[1]

    return divide


LOOP, LOOP_1, LOOP_2 = loop_seconds("loop"), loop_seconds("loop_1"), loop_seconds("loop_2")
BUSY = loop_seconds("loop_busy")


@dataclasses.dataclass
class Row:
    """A measure and its bounds: at most, or at least, so much."""

    measure: str
    value: Callable  # of a run
    unit: str = ""
    least: bool = False
    must: Optional[float] = None
    aim: Optional[float] = None

    def reached(self, value, bound):
        return value >= bound if self.least else value <= bound

    def verdict(self, value):
        if self.must is None:
            return ""
        if not self.reached(value, self.must):
            return "missed"
        return "aim reached" if self.aim and self.reached(value, self.aim) else "holds"


BOUNDED = (
    Row("loop / floor, all cores", ratio(LOOP, floor_seconds), must=1.5, aim=1.0),
    Row("loop on 1 thread / on 2 threads", ratio(LOOP_1, LOOP_2), least=True, must=1.6, aim=1.9),
    Row("libtorch C++ / loop", ratio(libtorch_seconds, LOOP), least=True, must=7, aim=10),
    Row("tutorial in PyTorch / loop", ratio(tutorial_seconds("tutorial"), LOOP),
        least=True, must=60, aim=100),
    Row("loop beside busy processes / alone", ratio(BUSY, LOOP), must=3, aim=2.2),
    Row("start to first step, .gz", lambda run: run["gz"]["first_step"], "s", must=0.35, aim=0.2),
    Row("start to first step, raw", lambda run: run["raw"]["first_step"], "s", must=0.06, aim=0.03),
    Row("test of 10,000 images", lambda run: 1e3 * run["loop"]["test"], "ms", must=25, aim=10),
    Row("peak memory, .gz", lambda run: run["gz"]["peak"], "MB", must=150, aim=100),
    Row("epoch 5 / epoch 1", lambda run: run["loop"]["epochs"][-1] / run["loop"]["epochs"][0],
        must=1.05),
    Row("whole process, .gz", lambda run: run["gz"]["whole"], "s", must=1.0, aim=0.6),
)

SECONDS = (
    Row("floor", floor_seconds, "s"),
    Row("loop, all cores", LOOP, "s"),
    Row("loop on 1 thread", LOOP_1, "s"),
    Row("loop on 2 threads", LOOP_2, "s"),
    Row("loop beside busy processes", BUSY, "s"),
    Row("libtorch C++, best setting (1 epoch x 5)", libtorch_seconds, "s"),
    Row("tutorial, 2 workers (1 epoch x 5)", tutorial_seconds("tutorial"), "s"),
    Row("tutorial, 0 workers (1 epoch x 5)", tutorial_seconds("tutorial_0"), "s"),
)


def summarise(values):
    """Median and spread; None without values."""
    values = [value for value in values if value is not None]
    if not values:
        return None
    return {"median": statistics.median(values), "min": min(values), "max": max(values),
            "values": values}


def summarise_row(row, runs):
    summary = summarise([row.value(run) for run in runs]) or {"median": None, "values": []}
    result = {"measure": row.measure, "unit": row.unit, **summary}
    if row.must is not None:
        bounds = {"bound": ">=" if row.least else "<=", "must": row.must, "aim": row.aim}
        verdict = row.verdict(summary["median"]) if summary["values"] else "not measured"
        result.update(bounds, verdict=verdict)
    return result


def summarise_by_key(results):
    return {key: summarise([result[key] for result in results]) for key in results[0]}


def step_microseconds(runs, loop):
    return summarise([1e6 * loop(run) / (EPOCHS * STEPS) for run in runs if loop(run)])


def summarise_stages(runs):
    """Of one thread that has all slices, which meets nobody, and of one of two threads."""
    alone = [dict(run["stages_4"]) for run in runs]
    for stages in alone:
        del stages["meeting"]
    both = [dict(run["stages_2"]) for run in runs]
    for stages in alone + both:
        stages["sum"] = sum(stages.values())
    result = {"one thread": summarise_by_key(alone), "one of two": summarise_by_key(both)}
    result["one thread"]["step of the loop"] = step_microseconds(runs, LOOP_1)
    result["one of two"]["step of the loop"] = step_microseconds(runs, LOOP_2)
    return result


# --- The machine ----------------------------------------------------------------------------------


def first_line(command):
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, check=True).stdout.split("\n")[0]
    return None


def value_in(path, key, separator):
    """The first value of a file of lines of keys and values."""
    with contextlib.suppress(OSError):
        for line in Path(path).read_text().splitlines():
            name, _, value = line.partition(separator)
            if name.strip() == key:
                return value.strip().strip('"')
    return None


def compiler():
    """The one that built the programs: its command begins build/flags."""
    words = (BUILD / "flags").read_text().split()
    options = [place for place, word in enumerate(words) if word.startswith("-")]
    return first_line([*words[: options[0]], "--version"])


def describe_machine(loop):
    model = (value_in("/proc/cpuinfo", "model name", ":")
             or first_line(["sysctl", "-n", "machdep.cpu.brand_string"])
             or platform.machine())
    system = value_in("/etc/os-release", "PRETTY_NAME", "=") or platform.platform()
    return {
        "processor": model,
        "cores": processors(),
        "system": f"{system}, {platform.system()} {platform.release()}",
        "compiler": compiler(),
        "library": loop["library"],
        "kernel": loop["kernel"],
    }


# --- Print ----------------------------------------------------------------------------------------


def number(value):
    return f"{value:.{0 if value >= 1000 else 1 if value >= 100 else 2 if value >= 10 else 3}f}"


def spread(summary):
    return f"{number(summary['min'])} to {number(summary['max'])}" if summary else "-"


def print_table(title, heads, rows):
    """The first column to the left, the others to the right."""
    widths = [max(len(line[i]) for line in [heads, *rows]) for i in range(len(heads))]
    print(f"\n{title}\n")
    for line in [heads, ["-" * width for width in widths], *rows]:
        cells = [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:]))]
        print("| " + " | ".join(cells) + " |")


def print_bounded(rows):
    lines = []
    for row in rows:
        bound = row["bound"]
        aim = f"{bound} {row['aim']:g}" if row["aim"] else ""
        must = f"{bound} {row['must']:g}"
        if row["values"]:
            median = f"{number(row['median'])} {row['unit']}".strip()
            figures = [median, spread(row), str(len(row["values"]))]
        else:
            figures = ["-", "-", "0"]
        lines.append([row["measure"], *figures, must, aim, row["verdict"]])
    heads = ["measure", "median", "min to max", "runs", "must", "aim", "here"]
    print_table("Bounds (by the median)", heads, lines)


def print_seconds(rows, runs):
    lines = [[row["measure"], number(row["median"]), spread(row), str(len(row["values"]))]
             for row in rows if row["values"]]
    print_table("Seconds for five epochs at batch 32", ["", "median", "min to max", "runs"], lines)
    best = max((run["floor"] for run in runs), key=lambda floor: floor["gflops"])
    print(f"\nfloor: {STEP_FLOP / 1e6:.2f} MFLOP a step at the rate of a 1024x1024x1024 sgemm; at "
          f"best {best['gflops']:.0f} GFLOP/s, {best['processors_busy']:.1f} of "
          f"{best['processors']} cores busy")
    if "libtorch" in runs[0]:
        epochs = ", ".join(f"{name}: {value:.2f}" for name, value in runs[0]["libtorch"].items())
        print(f"libtorch, seconds of an epoch by threads, first run: {epochs}")
    if "tutorial" in runs[0]:
        images = runs[0]["tutorial"]["torchvision"]
        print(f"tutorial: PyTorch {runs[0]['tutorial']['version']}, images from "
              + (f"torchvision {images}" if images else "a data set without PIL"))


def print_stages(stages):
    alone, both = stages["one thread"], stages["one of two"]
    lines = []
    for name in both:
        cells = [name]
        for summary in (alone.get(name), both[name]):
            cells += [number(summary["median"]) if summary else "-", spread(summary)]
        lines.append(cells)
    heads = ["stage", "one thread", "min to max", "one of two", "min to max"]
    print_table("Stages of a step, microseconds", heads, lines)


def print_growth(growth):
    for what, summaries in growth.items():
        lines = [[f"{value:,}", number(summary["median"]), spread(summary)]
                 for value, summary in summaries.items()]
        runs = len(next(iter(summaries.values()))["values"])
        title = f"How cost grows: microseconds for an image by {what} ({runs} runs)"
        print_table(title, [what, "median", "min to max"], lines)


def print_report(report, runs):
    machine = report["machine"]
    cores = f"{machine['cores']} core{'s' if machine['cores'] > 1 else ''}"
    print(f"Machine:  {machine['processor']}, {cores}; {machine['system']}; "
          f"load average {report['load_average']:.2f} at the start")
    print(f"Compiler: {machine['compiler']}")
    print(f"BLAS:     {machine['library']}; kernel {machine['kernel']}")
    print(f"          {report['environment']}")
    print_bounded(report["bounded"])
    for line in report["skipped"]:
        print(line)
    print_seconds(report["seconds"], runs)
    print_stages(report["stages"])
    print_growth(report["growth"])


# --- Main -----------------------------------------------------------------------------------------


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bench.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, metavar="N",
                        help="runs of each measurement; 5 (PyTorch, slow, has one)")
    parser.add_argument("--data", metavar="DIR",
                        help="MNIST; $MNIST_DATA, data/mnist, ../shared/mnist in turn")
    parser.add_argument("--output", type=Path, default=BUILD / "bench" / "results.json",
                        metavar="FILE", help="the JSON; build/bench/results.json")
    parser.add_argument("--coretype", metavar="NAME",
                        help="OpenBLAS's kernels on all sides, Haswell for example; its own choice "
                        "for the processor")
    parser.add_argument("--quick", action="store_true",
                        help="without libtorch, PyTorch and how cost grows")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error(f"--runs: expected 1 or more, found {arguments.runs}")
    return arguments


def make_environment(coretype):
    """For all sides, and in words."""
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    words = f"not set on any side: {', '.join(UNSET)}"
    if coretype:
        environment["OPENBLAS_CORETYPE"] = coretype
        words = f"OPENBLAS_CORETYPE={coretype} on all sides; {words.replace(f'{UNSET[0]}, ', '')}"
    return environment, words


def measure(arguments, scratch):
    environment, words = make_environment(arguments.coretype)
    load_average = os.getloadavg()[0]
    bench = Bench(prepare_data(choose_data(arguments.data), scratch), environment)
    peers = find_peers(arguments.quick, environment)
    begun = time.monotonic()
    bench.loop(epochs=1)  # so that the first run finds the files in memory, too
    runs = repeat(arguments.runs, begun + RUNS_UNTIL, "run",
                  lambda first: measure_run(bench, peers, first))
    growth = []
    if not arguments.quick:
        growth = repeat(arguments.runs, begun + GROWTH_UNTIL, "how cost grows, run",
                        lambda first: measure_growth(bench))
    report = {
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": describe_machine(runs[0]["loop"]),
        "environment": words,
        "load_average": load_average,
        "bounded": [summarise_row(row, runs) for row in BOUNDED],
        "skipped": peers.skipped + ([] if processors() > 1 else [ONE_CORE]),
        "seconds": [summarise_row(row, runs) for row in SECONDS],
        "stages": summarise_stages(runs),
        "growth": {what: summarise_by_key([g[what] for g in growth])
                   for what in (growth[0] if growth else ())},
        "runs": runs,
    }
    print_report(report, runs)
    return report


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    build()
    try:
        with tempfile.TemporaryDirectory(prefix="mnist-bench.") as scratch:
            report = measure(arguments, Path(scratch))
    except Failed as problem:
        fail(problem)
    except KeyboardInterrupt:
        sys.exit(130)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nwritten: {arguments.output}")


main()
