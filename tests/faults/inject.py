#!/usr/bin/python3
"""Runs the program again and again, and makes another call of the C library fail each time.

usage: inject.py PROGRAM SHIM DRAWN MOST

Each scenario runs with each kind of call: first without a fault, to count the calls, then with a fault in
call 1, 2 ... up to the first run that makes no such call. If there are more than MOST calls,
MOST of them are chosen, the first and the last among them. Writes, opened files, memory and fsync also
fail from some call on for good.

Each run must end with status 0 and the output and files of the run without a fault, or with status 1, one
line on stderr, and each file the old or a complete new one. No temporary file may be left, unless it is
complete and the error names it because it could not be renamed. Prints each run that is not so, and at the
end the number of runs. SHIM is build/tests/faults.so, DRAWN the directory of the bundled digits.
"""
import collections
import concurrent.futures
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

TIME_LIMIT = 60  # a run that hangs
CALLS = ["write", "short_write", "read", "fsync", "rename", "open", "close", "malloc", "pthread_create"]
REPEATED = ["write", "open", "malloc", "fsync"]

Run = collections.namedtuple("Run", "status out err files calls")


def parse_safetensors(contents):
    """Returns the header and the data, or None if the file is not complete."""
    if len(contents) < 8:
        return None
    size = struct.unpack("<Q", contents[:8])[0]
    try:
        tensors = json.loads(contents[8 : 8 + size])
    except ValueError:
        return None
    data = contents[8 + size :]
    ends = [tensor["data_offsets"][1] for name, tensor in tensors.items() if name != "__metadata__"]
    return (tensors, data) if max(ends) == len(data) else None


def without_seconds(checkpoint):
    """Returns a checkpoint without its tensor of the time that the epoch has taken."""
    tensors, data = parse_safetensors(checkpoint)
    first, last = tensors["sums"]["data_offsets"]
    return tensors, data[:first], data[last:]


def is_log(contents):
    """Returns whether all lines but the last, which may be cut short, are JSON."""
    try:
        return all(json.loads(line) for line in contents.split(b"\n")[:-1])
    except ValueError:
        return False


# How a complete output is recognised, and what of it is the same in every run.
Output = collections.namedtuple("Output", "is_complete same")
OUTPUTS = {
    "model": Output(parse_safetensors, bytes),
    "checkpoint": Output(parse_safetensors, without_seconds),
    "grid.png": Output(lambda contents: contents.endswith(b"IEND\xaeB`\x82"), bytes),
    "report.html": Output(lambda contents: contents.endswith(b"</html>\n"), lambda _: None),
    "log": Output(is_log, lambda _: None),
}


def scenarios(drawn):
    """Returns the options of each scenario, and the files that are there before it."""
    data = ["--data", drawn, "--train-limit", "320", "--test-limit", "50", "--threads", "2", "--quiet"]
    outputs = ["--save", "model", "--checkpoint", "checkpoint", "--checkpoint-every", "4", "--grid", "grid.png",
               "--log", "log", "--report", "report.html"]
    old = {name: b"old " + name.encode() for name in OUTPUTS}
    old["log"] = b'{"event":"old"}\n'
    images = os.path.join(drawn, "t10k-images-idx3-ubyte.gz")
    labels = os.path.join(drawn, "t10k-labels-idx1-ubyte.gz")
    digit = {"pictures/digit.pgm": b"P5 28 28 255\n" + b"\0" * 300 + b"\xff" * 84 + b"\0" * 400}
    predict = ["--load", "given.model", "--quiet", "--predict"]
    return {
        "training": (data + ["--epochs", "2"] + outputs, old),
        "new files": (data + ["--epochs", "1", "--reproducible"] + outputs, {}),
        "resuming": (data + ["--resume", "given.checkpoint", "--epochs", "3"] + outputs, old),
        "testing": (data + ["--epochs", "0", "--load", "given.model"] + outputs[:2], old),
        "prediction": (predict + [images, "--labels", labels], {}),
        "pictures": (predict + ["pictures"], digit),
        "inspection": (data + ["--info", "--show", "3", "--grid", "grid.png"], {"grid.png": b"old"}),
    }


def read_files(directory):
    files = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, directory)] = file.read()
    return files


def find_fault(call, run, whole, old):
    """Returns what is wrong with the run, or None."""
    if run.status not in (0, 1):
        return f"status {run.status}"
    for left in set(run.files) - set(whole.files):
        named = re.search(rf"cannot rename \S*/{re.escape(left)} to (\S+):", run.err.decode())
        if not named or not OUTPUTS[named[1]].is_complete(run.files[left]):
            return f"left {left}"
    error = run.err.removeprefix(whole.err)  # stdout may fail after all has been printed
    if run.status == 0 and (run.out, run.err) != (whole.out, whole.err):
        return "another output"
    if run.status == 1 and (error.count(b"\n") != 1 or not error.startswith(b"mnist-train: ")):
        return "expected one line as the error"
    if run.status == 1 and call == "malloc" and not re.search(b"memory|cannot start thread", error):
        return "expected an error of memory"
    for name, found in run.files.items():
        if name not in OUTPUTS:
            if name in old and found != old[name]:
                return f"a changed {name}"
        elif found != old.get(name) and not OUTPUTS[name].is_complete(found):
            return f"a damaged {name}"
    for name in set(whole.files) & set(OUTPUTS) if run.status == 0 else []:
        found, expected = run.files.get(name), whole.files[name]
        if found is None or (found == old.get(name)) != (expected == old.get(name)):
            return f"no new {name}"
        if found != old.get(name) and OUTPUTS[name].same(found) != OUTPUTS[name].same(expected):
            return f"another {name}"
    return None


class Scenario:
    def __init__(self, program, shim, options, old):
        self.program, self.shim, self.options, self.old = program, shim, options, old

    def run(self, call, at, repeats=False):
        with tempfile.TemporaryDirectory() as work:
            directory, counts = os.path.join(work, "files"), os.path.join(work, "counts")
            for name, contents in self.old.items():
                path = os.path.join(directory, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(contents)
            os.makedirs(directory, exist_ok=True)
            environment = dict(os.environ, LD_PRELOAD=self.shim, FAULT_CALL=call, FAULT_AT=str(at),
                               FAULT_REPEAT="yes" if repeats else "", FAULT_COUNT=counts)
            try:
                done = subprocess.run([self.program] + self.options, cwd=directory, env=environment, check=False,
                                      stdin=subprocess.DEVNULL, capture_output=True, timeout=TIME_LIMIT)
            except subprocess.TimeoutExpired:
                return Run(f"none after {TIME_LIMIT} s", b"", b"", {}, 0)
            calls = 0
            if os.path.exists(counts):
                with open(counts, encoding="ascii") as file:
                    calls = int(file.read())
            return Run(done.returncode, done.stdout, done.stderr, read_files(directory), calls)

    def inject(self, call, most):
        """Runs with each fault. Returns the numbers of calls and of runs, and what is wrong."""
        whole = self.run(call, 0)
        if whole.status != 0:
            return 0, 1, [f"expected a run without a fault, found {whole.status}: {whole.err}"]
        count = whole.calls
        chosen = range(1, count + 1) if count <= most else {1 + i * (count - 1) // (most - 1) for i in range(most)}
        faults = [(at, False) for at in sorted(chosen)] + [(at, True) for at in sorted(chosen) if call in REPEATED]
        faults.append((count + 1, False))  # threads may make more calls in one run than in another
        wrong = []
        for at, repeats in faults:  # which grows
            run = self.run(call, at, repeats)
            found = find_fault(call, run, whole, self.old)
            if found:
                wrong.append(f"{call} {at}{' and later' if repeats else ''}: {found}: {run.err[-200:]!r}")
            if at > count and run.calls >= at:
                faults.append((at + 1, False))
        return count, len(faults), wrong


def main():
    program, shim, drawn = (os.path.abspath(path) for path in sys.argv[1:4])
    most = int(sys.argv[4])
    listed = scenarios(drawn)
    first = Scenario(program, shim, [option for option in listed["new files"][0] if option != "--reproducible"], {})
    made = first.run("write", 0).files
    given = {"given.model": made["model"], "given.checkpoint": made["checkpoint"]}
    runs, bad = 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {(name, call): pool.submit(Scenario(program, shim, options, {**given, **old}).inject, call, most)
                for name, (options, old) in listed.items() for call in CALLS}
        for (name, call), job in jobs.items():
            count, tried, wrong = job.result()
            print(f"{name}: {call}: {count} calls, {tried} runs, {len(wrong)} bad", *wrong, sep="\n  ", flush=True)
            runs, bad = runs + tried, bad + len(wrong)
    print(f"{runs} runs, {bad} bad")
    sys.exit(bad > 0)


main()
