#!/usr/bin/python3
"""Runs the program again and again, and makes another call of the C library fail each time.

usage: inject.py PROGRAM SHIM DRAWN [--most N] [--skip TEXT] [--only CALL]

Each scenario runs with each kind of call: first without a fault, to count the calls, then with a
fault in call 1, 2 ... up to the first run that makes no such call. If there are more than N calls
(default 60), N of them are chosen, the first and the last among them. Writes, opened files and
memory also fail from some call on for good. Calls from within libraries whose path contains TEXT
(default "openblas") do not fail, except those of mmap, which no other library calls.

Each run must end within 20 seconds with status 0 and the output and files of the run without a
fault, or with status 1, one line on stderr, and each file the old or a complete new one. No temporary
file may be left, unless it is complete and the error names it because it could not be renamed.
Prints each run that is not so, and at the end the number of runs.
SHIM is build/tests/faults.so, DRAWN the directory of the bundled digits. Works in a temporary
directory.
"""
import argparse
import collections
import json
import os
import struct
import subprocess
import sys
import tempfile
import time

TIME_LIMIT = 20
CALLS = ["write", "short_write", "read", "fsync", "rename", "open", "close", "malloc",
         "pthread_create", "mmap"]
REPEATED = ["write", "open", "malloc", "fsync"]

Run = collections.namedtuple("Run", "status out err files calls")


def parse_safetensors(contents):
    """Returns the header and the data, or None if the file is not complete."""
    if len(contents) < 8:
        return None
    size = struct.unpack("<Q", contents[:8])[0]
    header, data = contents[8 : 8 + size], contents[8 + size :]
    try:
        tensors = json.loads(header)
    except ValueError:
        return None
    ends = [tensor["data_offsets"][1] for name, tensor in tensors.items() if name != "__metadata__"]
    return (tensors, data) if max(ends) == len(data) else None


def is_safetensors(contents):
    return parse_safetensors(contents) is not None


def without_seconds(contents):
    """Returns a checkpoint without its tensor of the time that the epoch has taken."""
    parsed = parse_safetensors(contents or b"")
    if not parsed:
        return contents
    tensors, data = parsed
    first, last = tensors["sums"]["data_offsets"]
    return tensors, data[:first], data[last:]


def is_same(name, contents, other):
    if name == "checkpoint":
        return without_seconds(contents) == without_seconds(other)
    return contents == other


def is_log(contents):
    """Returns whether all lines but the last, which may be cut short, are JSON."""
    try:
        return all(json.loads(line) for line in contents.split(b"\n")[:-1])
    except ValueError:
        return False


IS_COMPLETE = {
    "model": is_safetensors,
    "checkpoint": is_safetensors,
    "grid.png": lambda contents: contents.endswith(b"IEND\xaeB`\x82"),
    "report.html": lambda contents: contents.endswith(b"</html>\n"),
    "log": is_log,
}
# The files that are the same in every run, but for the times in a checkpoint.
SAME_BYTES = ["model", "checkpoint", "grid.png"]


def scenarios(drawn):
    """Returns the options of each scenario, and the files that are there before it."""
    data = ["--data", drawn, "--train-limit", "320", "--test-limit", "50", "--threads", "2", "--quiet"]
    outputs = ["--save", "model", "--checkpoint", "checkpoint", "--checkpoint-every", "4",
               "--grid", "grid.png", "--log", "log", "--report", "report.html"]
    old = {name: b"old " + name.encode() for name in IS_COMPLETE}
    old["log"] = b'{"event":"old"}\n'
    images = os.path.join(drawn, "t10k-images-idx3-ubyte.gz")
    labels = os.path.join(drawn, "t10k-labels-idx1-ubyte.gz")
    digit = b"P5 28 28 255\n" + b"\0" * 300 + b"\xff" * 84 + b"\0" * 400
    return {
        "training": (data + ["--epochs", "2"] + outputs, old),
        "new files": (data + ["--epochs", "1", "--reproducible"] + outputs, {}),
        "resuming": (data + ["--resume", "given.checkpoint", "--epochs", "3"] + outputs, old),
        "testing": (data + ["--epochs", "0", "--load", "given.model"] + outputs[:2], old),
        "prediction": (["--load", "given.model", "--predict", images, "--labels", labels], {}),
        "a picture": (["--load", "given.model", "--predict", "digit.pgm", "--quiet"], {"digit.pgm": digit}),
        "inspection": (data + ["--info", "--show", "3", "--grid", "grid.png"], {"grid.png": b"old"}),
    }


def read_files(directory):
    files = {}
    for name in os.listdir(directory):
        with open(os.path.join(directory, name), "rb") as file:
            files[name] = file.read()
    return files


class Injector:
    def __init__(self, arguments, work):
        self.arguments = arguments
        self.work = work
        self.given = {}
        self.runs = 0
        self.bad = 0
        self.slowest = 0.0

    def run(self, options, old, call, at, repeats=False):
        with tempfile.TemporaryDirectory(dir=self.work) as directory:
            for name, contents in {**self.given, **old}.items():
                with open(os.path.join(directory, name), "wb") as file:
                    file.write(contents)
            counts = os.path.join(self.work, "counts")
            environment = dict(os.environ, LD_PRELOAD=self.arguments.shim, FAULT_CALL=call,
                               FAULT_AT=str(at), FAULT_REPEAT="yes" if repeats else "",
                               FAULT_COUNT=counts,
                               FAULT_SKIP="" if call == "mmap" else self.arguments.skip)
            start = time.monotonic()
            try:
                done = subprocess.run([self.arguments.program] + options, cwd=directory, env=environment,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, timeout=TIME_LIMIT, check=False)
                status, out, err = done.returncode, done.stdout, done.stderr
            except subprocess.TimeoutExpired:
                status, out, err = "none after 20 s", b"", b""
            self.slowest = max(self.slowest, time.monotonic() - start)
            files = read_files(directory)
        calls = 0
        if os.path.exists(counts):
            with open(counts, encoding="ascii") as file:
                calls = int(file.read())
            os.remove(counts)
        return Run(status, out, err, files, calls)

    def prepare(self):
        """Makes the model and the checkpoint that later scenarios read."""
        options, _ = scenarios(self.arguments.drawn)["new files"]
        options = [option for option in options if option != "--reproducible"]
        run = self.run(options, {}, "write", 0)
        if run.status != 0:
            sys.exit(f"inject: expected a run without a fault, found {run}")
        self.given = {"given.model": run.files["model"], "given.checkpoint": run.files["checkpoint"]}

    def find_fault(self, run, whole, old):
        """Returns what is wrong with the run, or None."""
        if run.status not in (0, 1):
            return f"status {run.status}"
        for left in set(run.files) - set(whole.files):
            is_named = f"/{left} ".encode() in run.err and b"cannot rename" in run.err
            is_complete = next((IS_COMPLETE[name] for name in IS_COMPLETE if left.startswith(name)),
                               lambda contents: False)
            if not is_named or not is_complete(run.files[left]):
                return f"left {left}"
        if run.status == 0:
            if (run.out, run.err) != (whole.out, whole.err):
                return "another output"
            for name in SAME_BYTES:
                if not is_same(name, run.files.get(name), whole.files.get(name)):
                    return f"another {name}"
        error = run.err.removeprefix(whole.err)  # stdout may fail after all has been printed
        if run.status == 1 and (error.count(b"\n") != 1 or not error.startswith(b"mnist-train: ")):
            return "expected one line as the error"
        for name, is_complete in IS_COMPLETE.items():
            contents = run.files.get(name)
            if contents != old.get(name) and (contents is None or not is_complete(contents)):
                return f"a damaged {name}"
            if run.status == 0 and contents == old.get(name) and contents != whole.files.get(name):
                return f"no new {name}"
        for name, contents in {**self.given, **old}.items():
            if name not in IS_COMPLETE and run.files.get(name) != contents:
                return f"a changed {name}"
        return None

    def check(self, name, options, old, whole, call, at, repeats=False):
        """Runs with one fault. Returns whether the run made the call."""
        run = self.run(options, old, call, at, repeats)
        self.runs += 1
        wrong = self.find_fault(run, whole, old)
        if wrong:
            self.bad += 1
            print(f"{name}: {call} {at}{' and later' if repeats else ''}: {wrong}: {run.err[-200:]!r}",
                  flush=True)
        return run.calls >= at

    def choose(self, count):
        most = self.arguments.most
        if count <= most:
            return range(1, count + 1)
        return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)})

    def run_scenario(self, name, options, old, call):
        whole = self.run(options, old, call, 0)
        if whole.status != 0:
            sys.exit(f"inject: {name}: expected a run without a fault, found {whole.status}: {whole.err}")
        before = self.runs, self.bad
        for at in self.choose(whole.calls):
            self.check(name, options, old, whole, call, at)
        # threads may make more calls in one run than in another
        at = whole.calls + 1
        while self.check(name, options, old, whole, call, at):
            at += 1
        if call in REPEATED:
            for at in self.choose(whole.calls):
                self.check(name, options, old, whole, call, at, repeats=True)
        print(f"{name}: {call}: {whole.calls} calls, {self.runs - before[0]} runs, "
              f"{self.bad - before[1]} bad", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("shim", type=os.path.abspath)
    parser.add_argument("drawn", type=os.path.abspath)
    parser.add_argument("--most", type=int, default=60)
    parser.add_argument("--skip", default="openblas")
    parser.add_argument("--only", choices=CALLS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        injector = Injector(arguments, work)
        injector.prepare()
        for name, (options, old) in scenarios(arguments.drawn).items():
            for call in [arguments.only] if arguments.only else CALLS:
                injector.run_scenario(name, options, old, call)
        print(f"{injector.runs} runs, {injector.bad} bad, the slowest {injector.slowest:.1f} s")
        sys.exit(injector.bad > 0)


main()
