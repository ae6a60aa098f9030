#!/usr/bin/env python3
"""Measures mnist-train on this machine. Prints medians of alternating runs, and ratios within one run.

usage: bench.py [--runs N] [--data DIR] [--against PROGRAM] [--coretype NAME] [GROUP...]

GROUP   measures (default: all)
loop    five epochs, in both modes, on all cores (4 at most) and on one
floor   the multiply-adds alone at the rate of a large sgemm; zlib's inflate
load    the whole process from .gz files, without the loop, beside the inflation
half    the loop on images of which half of the pixels are not zero
batch   the time of an image in batches of 1,024 beside that in batches of 32
busy    the loop beside one busy process a machine, and one a core
peers   libtorch (libtorch-dev), the tutorial's script (python3-torch, python3-torchvision) and KANN
        (KANN_DIR, its source directory), where they are installed
seeds   the runs a minute of scripts/reproduce.sh

--against takes another build of the program, DIR/build/mnist-train, for the groups loop and seeds.
--coretype sets the kernels of OpenBLAS on all sides, for example Haswell.
"""
import argparse
import contextlib
import datetime
import gzip
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / (os.environ.get("BUILD") or "build")  # as in the Makefile
GROUPS = ("loop", "floor", "load", "half", "batch", "busy", "peers", "seeds")
FILES = [f"{name}-ubyte" for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3",
                                      "t10k-labels-idx1")]
EPOCHS, IMAGES, BATCH, SEEDS = 5, 60_000, 32, 8
# Of a step: the 784x128 products forward and for the gradient, the 128x10 ones for the inputs' gradient too.
STEP_FLOP = 2 * BATCH * (2 * 784 * 128 + 3 * 128 * 10)
# Variables that would give OpenBLAS other kernels or threads than it has for a user.
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS",
         "OMP_NUM_THREADS", "MNIST_TRAIN", "MAKEFLAGS", "MAKELEVEL")
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
ALL = min(CORES, 4)


def fail(text):
    sys.exit(f"bench: {text}")


class Bench:
    def __init__(self, options, scratch):
        self.environment = {k: v for k, v in os.environ.items() if k not in UNSET}
        if options.coretype:
            self.environment["OPENBLAS_CORETYPE"] = options.coretype
        self.scratch = scratch
        self.programs = {"": BUILD / "mnist-train"}
        if options.against:
            self.programs["other "] = Path(options.against).resolve()
            if not self.programs["other "].is_file():
                fail(f"--against: expected a program, found '{options.against}'")
        self.skipped = {}
        self.raw = scratch / "raw" / "MNIST" / "raw"  # torchvision's place
        self.gz, self.half = scratch / "gz", scratch / "half"

    def call(self, *command, threads=None):
        environment = dict(self.environment)
        if threads:
            environment["OPENBLAS_NUM_THREADS"] = str(threads)
        words = [str(word) for word in command]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            last = (done.stderr.strip() or "nothing on stderr").split("\n")[-1]
            raise RuntimeError(f"{' '.join(words)}: status {done.returncode}: {last}")
        return done.stdout

    def build(self):
        print("bench: building", file=sys.stderr)
        self.call("make", "-C", ROOT, f"-j{CORES}", "all", "bench-programs")

    def find_mnist(self, given):
        usual = (os.environ.get("MNIST_DATA"), ROOT / "data/mnist", ROOT.parent / "shared/mnist")
        for directory in [given] if given else filter(None, usual):
            if all((Path(directory) / f"{name}.gz").is_file() for name in FILES):
                return Path(directory)
        return fail("expected MNIST's four .gz files in --data, $MNIST_DATA or data/mnist, found none; "
                    "get them with scripts/fetch-mnist.sh")

    def prepare_data(self, directory):
        """The files in the forms that are read: .gz, raw, and raw with half of the pixels not zero."""
        for path in (self.gz, self.raw, self.half):
            path.mkdir(parents=True)
        for name in FILES:
            shutil.copy(directory / f"{name}.gz", self.gz)
            values = gzip.decompress((directory / f"{name}.gz").read_bytes())
            (self.raw / name).write_bytes(values)
            if name == FILES[0]:
                values = values[:16] + fill_half(values[16:])
            (self.half / name).write_bytes(values)

    def train(self, program, *options, data=None, epochs=EPOCHS):
        """Seconds of a run's loop, and of its whole process."""
        log = self.scratch / "log"
        begun = time.perf_counter()
        self.call(program, "--data", data or self.raw, "--epochs", epochs, "--quiet", "--log", log, *options)
        whole = time.perf_counter() - begun
        events = [json.loads(line) for line in log.read_text().splitlines()]
        return sum(e["seconds"] for e in events if e["event"] == "epoch"), whole

    def loop(self, mode, threads, *options, program=None, **arguments):
        words = ["--threads", threads, *options] + (["--reproducible"] if mode == "reproducible" else [])
        return self.train(program or self.programs[""], *words, **arguments)[0]

    # Each of these measures its group once, as {name: seconds}.

    def measure_loop(self):
        return {f"{side}{mode}, {threads}t": self.loop(mode, threads, program=program)
                for mode in ("reproducible", "default") for threads in sorted({ALL, 1}, reverse=True)
                for side, program in self.programs.items()}

    def measure_floor(self):
        found = json.loads(self.call(BUILD / "bench/floor", *(self.gz / f"{name}.gz" for name in FILES)))
        seconds = EPOCHS * IMAGES / BATCH * STEP_FLOP / (1e9 * found["gflops"])
        return {"floor": seconds, "inflate": found["inflate"], "cores busy in the floor": found["processors_busy"]}

    def measure_load(self):
        loop, whole = self.train(self.programs[""], "--reproducible", data=self.gz)
        return {"whole process from .gz": whole, "whole process minus loop": whole - loop}

    def measure_half(self):
        return {f"half density, {mode}, {threads}t": self.loop(mode, threads, data=self.half, epochs=2)
                for threads in {ALL, 1} for mode in ("reproducible", "default")}

    def measure_batch(self):
        return {f"batch {batch}, {mode}": self.loop(mode, ALL, "--batch", batch, epochs=2)
                for mode in ("reproducible", "default") for batch in (1024, 32)}

    def measure_busy(self):
        found = {}
        for name, count in (("machine", 1), ("core", CORES)):
            with busy_processes(count):
                for mode in ("default", "reproducible"):
                    for threads in sorted({ALL, 1}):
                        found[f"one busy process a {name}, {mode}, {threads}t"] = self.loop(mode, threads, epochs=3)
        return found

    def measure_seeds(self):
        found = {}
        for side, program in self.programs.items():
            script = program.parent.parent / "scripts/reproduce.sh"
            if not script.is_file():
                script = ROOT / "scripts/reproduce.sh"
            out = self.scratch / f"seeds{side}"
            begun = time.perf_counter()
            self.call("env", f"MNIST_TRAIN={program}", f"MNIST_DATA={self.gz}", script, "--seeds", SEEDS, "--out", out)
            found[f"{side}seeds a minute"] = 60 * SEEDS / (time.perf_counter() - begun)
            shutil.rmtree(out)
        return found

    def measure_peers(self):
        # libtorch allocates tensors in each step: malloc keeps the freed memory.
        tuned = ["env", "MALLOC_TRIM_THRESHOLD_=1000000000", "MALLOC_MMAP_THRESHOLD_=1000000000",
                 "MALLOC_TOP_PAD_=100000000"]
        peers = {
            "libtorch": (lambda threads: EPOCHS * self.peer("epoch", *tuned, BUILD / "bench/libtorch", self.raw, threads,
                                                            threads=threads), sorted({1, ALL})),
            "KANN (RMSprop)": (lambda threads: self.peer("loop", BUILD / "bench/kann", self.raw, EPOCHS, threads=threads),
                               sorted({1, ALL})),
            "the tutorial's script (one epoch x 5)":
                (lambda workers: EPOCHS * self.peer("epoch", python_with_torch(), ROOT / "tests/bench/tutorial.py",
                                                    self.scratch / "raw", workers), [2]),
        }
        found = {}
        for name, (measure, settings) in peers.items():
            if name in self.skipped:
                continue
            try:
                found[name] = min(measure(setting) for setting in settings)
            except (OSError, RuntimeError) as problem:
                self.skipped[name] = problem
        self.skipped.setdefault("the tutorial's script (one epoch x 5)", "it is measured once")
        return found

    def peer(self, key, *command, **arguments):
        return json.loads(self.call(*command, **arguments))[key]


def python_with_torch():
    """The system's Python, for which distributions package torch, if the first one has none."""
    found = subprocess.run(["python3", "-c", "import torch"], check=False, stderr=subprocess.DEVNULL)
    return "python3" if found.returncode == 0 else "/usr/bin/python3"


def fill_half(pixels):
    """Zero pixels get values at random until half of all are not zero, as in Fashion-MNIST."""
    zeros = pixels.count(0)
    threshold = 256 * max(0.0, 1 - len(pixels) / 2 / zeros)
    draws = random.Random(0).randbytes(len(pixels)).translate(bytes(1 + v if v < threshold else 0 for v in range(256)))
    is_zero = pixels.translate(bytes([255] + 255 * [0]))
    draws, is_zero, old = (int.from_bytes(b, "little") for b in (draws, is_zero, pixels))
    return (old | draws & is_zero).to_bytes(len(pixels), "little")


@contextlib.contextmanager
def busy_processes(count):
    code = "import sys; print(flush=True)\nwhile True: pass"
    processes = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(count)]
    try:
        for process in processes:
            process.stdout.readline()  # it has started
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def ratios():
    """(title, measure above, measure below)"""
    every, one = f"{ALL}t", "1t"
    for mode in ("reproducible", "default"):
        for threads in (every, one):
            yield f"{mode}, {threads}: other / this", f"other {mode}, {threads}", f"{mode}, {threads}"
    yield "reproducible / floor", f"reproducible, {every}", "floor"
    yield "libtorch / reproducible", "libtorch", f"reproducible, {every}"
    yield "KANN / reproducible", "KANN (RMSprop)", f"reproducible, {every}"
    yield "tutorial's script / reproducible", "the tutorial's script (one epoch x 5)", f"reproducible, {every}"
    for threads in (every, one):
        yield (f"half density, {threads}: reproducible / default", f"half density, reproducible, {threads}",
               f"half density, default, {threads}")
    for mode in ("reproducible", "default"):
        yield f"an image, {mode}: batch 1024 / batch 32", f"batch 1024, {mode}", f"batch 32, {mode}"
    yield "whole process minus loop / inflate", "whole process minus loop", "inflate"
    for name in ("machine", "core"):
        for mode in ("default", "reproducible"):
            begin = f"one busy process a {name}, {mode}, "
            yield f"one busy process a {name}, {mode}: {every} / {one}", begin + every, begin + one
    yield "seeds a minute: this / other", "seeds a minute", "other seeds a minute"


def print_table(title, rows):
    """rows: (name, values)"""
    if not rows:
        return
    width = max(len(name) for name, _ in rows)
    print(f"\n| {title.ljust(width)} | median |    min |    max | runs |\n"
          f"| {'-' * width} | -----: | -----: | -----: | ---: |")
    for name, values in rows:
        figures = (statistics.median(values), min(values), max(values))
        print(f"| {name.ljust(width)} | {' | '.join(f'{f:6.4g}' for f in figures)} | {len(values):4} |")


def print_report(bench, runs, options):
    processor = platform_processor()
    print(f"{datetime.date.today()}, {processor}, {CORES} cores, load {os.getloadavg()[0]:.1f}"
          + (f", OPENBLAS_CORETYPE={options.coretype}" if options.coretype else ""))
    for side, program in bench.programs.items():
        print(f"{side or 'this '}{program}: " + "; ".join(bench.call(program, "--version").splitlines()))
    names = list(dict.fromkeys(name for run in runs for name in run))
    print_table("seconds of five epochs, or as named",
                [(name, [run[name] for run in runs if name in run]) for name in names])
    rows = [(title, [run[above] / run[below] for run in runs if above in run and below in run])
            for title, above, below in ratios()]
    print_table("ratio", [row for row in rows if row[1]])
    for name, reason in bench.skipped.items():
        print(f"{name}: {reason}")


def platform_processor():
    with contextlib.suppress(OSError, StopIteration):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    return os.uname().machine


def parse_options():
    parser = argparse.ArgumentParser(prog="bench.py", formatter_class=argparse.RawDescriptionHelpFormatter,
                                     description=__doc__.replace("usage: bench.py", "options:"))
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    parser.add_argument("--data", metavar="DIR")
    parser.add_argument("--against", metavar="PROGRAM")
    parser.add_argument("--coretype", metavar="NAME")
    parser.add_argument("groups", nargs="*", metavar="GROUP")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error(f"--runs: expected 1 or more, found {options.runs}")
    for group in options.groups:
        if group not in GROUPS:
            parser.error(f"GROUP: expected one of {', '.join(GROUPS)}, found '{group}'")
    return options


def main():
    options = parse_options()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(options, Path(scratch))
        directory = bench.find_mnist(options.data)
        try:
            bench.build()
            bench.prepare_data(directory)
            bench.train(bench.programs[""], epochs=1)  # the files are in memory from now on
            runs = []
            for number in range(options.runs):
                print(f"bench: run {number + 1} of {options.runs}", file=sys.stderr)
                runs.append({})
                for group in options.groups or GROUPS:
                    runs[-1].update(getattr(bench, f"measure_{group}")())
        except RuntimeError as problem:
            fail(problem)
        print_report(bench, runs, options)


main()
