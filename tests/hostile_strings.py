#!/usr/bin/python3
"""Runs the program with hostile strings and looks for them in what it prints.

usage: hostile_strings.py PROGRAM DRAWN GROUP

Each case of the group runs with each string, once with stdout and stderr on a terminal and once in
pipes. Prints the cases in which a byte of a control character or invalid UTF-8 is printed, the exit
status is not 0 to 2, or an error in a pipe is not one line, and as the last line the number of runs.
The CSV of predictions is data: in a pipe it has the names of files as they are.
The groups: options, files, data, tensors. DRAWN is the directory of the bundled digits. Works in the
current directory, which is empty.
"""
import gzip
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import unicodedata

from pseudo_terminal import read_output, set_size

TIME_LIMIT = 20

STRINGS = {
    "title": b"\x1b]0;title\x07",
    "colour": b"\x1b[31;5m",
    "newline": b"a\nb",
    "return": b"a\rb",
    "backspace": b"a\b\bb",
    "bell and delete": b"\x07\x7f",
    "CSI of 8 bits": b"\x9b31;5m",
    "CSI of UTF-8": b"\xc2\x9b31;5m",
    "OSC of UTF-8": b"\xc2\x9d0;title\xc2\x9c",
    "right to left": b"\xe2\x80\xaeabc",
    "isolate": b"\xe2\x81\xa6abc\xd8\x9c",
    "line separator": b"a\xe2\x80\xa8b\xe2\x80\xa9",
    "overlong": b"\xc0\x9b31m\xe0\x80\x9b31m\xf0\x80\x80\x9b31m",
    "surrogate": b"\xed\xb2\x80",
    "beyond Unicode": b"\xf5\x80\x80\x80\xf4\x90\x80\x80\xff",
    "cut short": b"\xe2\x80",
}

# The control characters of writing direction, and the separators of lines and paragraphs.
FORBIDDEN = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# What the program itself sends to a terminal: colours, those of a picture, and the erasure of the
# progress line.
OWN_SEQUENCES = re.compile(rb"\r|\x1b\[(36|2|0)m|\x1b\[38;5;[0-9]+;48;5;[0-9]+m|\x1b\[J|\x1b\[[0-9]+A")

NUMBERS = ["epochs", "batch", "batch-size", "lr", "seed", "loss", "threads", "train-limit",
           "test-limit", "rotate", "vflip", "hflip", "show", "checkpoint-every"]
FLAGS = ["info", "quiet", "digits-only", "help", "version", "reproducible"]
INPUTS = ["load", "resume", "predict", "labels"]
OUTPUTS = ["save", "grid", "log", "report", "checkpoint"]
OTHERS = ["data", "classes"]


def run_in_pipes(command, environment):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=environment, timeout=TIME_LIMIT, check=False)
    return done.returncode, done.stdout, done.stderr


def run_on_terminal(command, environment):
    master, slave = pty.openpty()
    set_size(slave, 24, 80)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                               env=environment)
    os.close(slave)
    seen = b""
    while output := read_output(master):
        seen += output
    os.close(master)
    return process.wait(timeout=TIME_LIMIT), OWN_SEQUENCES.sub(b"", seen)


def find_controls(output):
    """Returns what is wrong with the output, or None."""
    try:
        text = output.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"invalid UTF-8: {error}"
    for character in text:
        is_control = unicodedata.category(character) == "Cc" and character != "\n"
        if is_control or FORBIDDEN.match(character):
            return f"U+{ord(character):04X}"
    return None


class Checker:
    def __init__(self, program):
        self.program = os.fsencode(program)
        self.runs = 0
        self.failures = 0

    def complain(self, name, arguments, reason, output):
        self.failures += 1
        print(f"{name}: {reason}: {arguments!r} printed {output[-300:]!r}")

    def check(self, name, arguments, variables=None, out_is_data=False):
        """Runs the program in pipes and on a terminal. Returns stdout and stderr of the former."""
        arguments = [os.fsencode(argument) for argument in arguments]
        environment = dict(os.environb)
        environment.update({b"TERM": b"xterm", b"LC_ALL": b"C.UTF-8"})
        environment.update(variables or {})
        command = [self.program] + arguments
        status, out, err = run_in_pipes(command, environment)
        terminal_status, seen = run_on_terminal(command, environment)
        for output in (b"" if out_is_data else out, err, seen):
            wrong = find_controls(output)
            if wrong:
                self.complain(name, arguments, wrong, output)
        if not {status, terminal_status} <= {0, 1, 2}:
            self.complain(name, arguments, f"status {status} and {terminal_status}", err)
        errors = [line for line in err.split(b"\n") if line.startswith(b"mnist-train: ")]
        if status != 0 and (len(errors) != 1 or not err.endswith(errors[0] + b"\n")):
            self.complain(name, arguments, "expected one line as the error", err)
        self.runs += 2
        return out, err


def check_options(checker, name, string, _):
    for option in NUMBERS:
        checker.check(name, [b"--%s=%s" % (option.encode(), string)])
    for option in FLAGS:
        checker.check(name, [b"--%s=%s" % (option.encode(), string)])
    for option in INPUTS + OUTPUTS + OTHERS:
        checker.check(name, ["--epochs", "0", b"--%s=%s" % (option.encode(), string)])
    checker.check(name, [string])
    checker.check(name, [b"--" + string])
    checker.check(name, [b"--data" + string])
    checker.check(name, [b"-" + string])
    checker.check(name, [b"-b" + string])
    checker.check(name, ["--data", string], {})
    checker.check(name, ["--epochs", "1"], {b"MNIST_DATA": string})


def check_files(checker, name, string, drawn):
    """Files that are missing, are damaged, cannot be written, or are written."""
    model = ["--load", "model"]
    for option in INPUTS:
        checker.check(name, ["--data", drawn, "--epochs", "0", f"--{option}", string] +
                      (model if option in ("predict", "labels") else []) +
                      (["--predict", "model"] if option == "labels" else []))
    for contents in (b"", b"\x1f\x8b\x08\x00 damaged", b"P5 28 28 255\n\1", b"\x89PNG\r\n\x1a\n",
                     b"\0\0\x08\x03\0\0\0\1", b"\x10\0\0\0\0\0\0\0{\"a\":1}         ", b"something"):
        with open(string, "wb") as file:
            file.write(contents)
        checker.check(name, ["--load", string, "--epochs", "0", "--data", drawn])
        checker.check(name, ["--resume", string, "--data", drawn])
        checker.check(name, model + ["--predict", string], out_is_data=True)
        checker.check(name, ["--show", string])
        checker.check(name, model + ["--classes", string, "--predict", drawn + "/t10k-images-idx3-ubyte.gz"])
        checker.check(name, model + ["--predict", drawn + "/t10k-images-idx3-ubyte.gz", "--labels", string])
    with open(string, "wb") as file:  # dark on light: the program says that it inverts it
        file.write(b"P5 28 28 255\n" + b"\xff" * 300 + b"\0" * 84 + b"\xff" * 400)
    checker.check(name, model + ["--predict", string, string], out_is_data=True)
    checker.check(name, model + ["--predict", string, "--labels", string])
    checker.check(name, ["--show", string])
    os.mkdir("pictures")
    os.rename(string, b"pictures/" + string)
    with open(b"pictures/other" + string, "wb") as file:
        file.write(b"something")
    checker.check(name, model + ["--predict", "pictures"], out_is_data=True)
    shutil.move("pictures", string)
    checker.check(name, model + ["--predict", string], out_is_data=True)
    checker.check(name, model + ["--predict", string, "--labels", drawn + "/t10k-labels-idx1-ubyte.gz"])
    checker.check(name, ["--data", string])
    shutil.rmtree(string)
    with open("classes", "wb") as file:
        file.write(b"a\nb\nc\nd\n" + string + b"\nf\ng\nh\ni\nj\n")
    checker.check(name, ["--classes", "classes"] + model + ["--predict", drawn + "/t10k-images-idx3-ubyte.gz",
                         "--labels", drawn + "/t10k-labels-idx1-ubyte.gz"])
    short = ["--data", drawn, "--train-limit", "64", "--test-limit", "10", "--epochs", "1"]
    for option in OUTPUTS:
        checker.check(name, short + [f"--{option}", b"missing/" + string])
        checker.check(name, short + [f"--{option}", string])
        checker.check(name, short + [f"--{option}", string, "--save", string])
        os.path.lexists(string) and os.remove(string)
        os.symlink("missing/file", string)
        checker.check(name, short + [f"--{option}", string])
        os.remove(string)
        os.mkdir(string)
        checker.check(name, short + [f"--{option}", string])
        os.rmdir(string)
    shutil.copy("checkpoint", string)  # of other settings and other data
    for more in (["--seed", "3"], ["--data", drawn, "--epochs", "2", "--test-limit", "9"],
                 ["--batch", "7"], ["--reproducible"], ["--epochs", "0"]):
        checker.check(name, ["--data", drawn, "--resume", string] + more)
    os.remove(string)


def check_data(checker, name, string, drawn):
    """A directory of data with this name: each command, and files that are damaged."""
    shutil.copytree(os.fsencode(drawn), string)
    short = ["--data", string, "--train-limit", "64", "--test-limit", "10", "--epochs", "1"]
    checker.check(name, short + ["--report", "report", "--checkpoint", "new"])
    checker.check(name, short, {b"MNIST_DATA": string})
    checker.check(name, short + ["--log", "/dev/stdout"])
    checker.check(name, short + ["--log", "/dev/stderr"])
    checker.check(name, ["--data", string, "--info"])
    checker.check(name, ["--data", string, "--show", "1"])
    checker.check(name, ["--data", string, "--show", "100000"])
    checker.check(name, ["--load", "model", "--predict", string + b"/t10k-images-idx3-ubyte.gz",
                         "--labels", string + b"/train-labels-idx1-ubyte.gz"])
    for file, contents in (("train-images-idx3-ubyte.gz", b"\x1f\x8bx"), ("t10k-labels-idx1-ubyte.gz", b""),
                           ("t10k-images-idx3-ubyte.gz", gzip.compress(b"\0\0\x08\x03")),
                           ("train-labels-idx1-ubyte.gz", None)):
        path = os.path.join(string, file.encode())
        os.remove(path)
        if contents is not None:
            with open(path, "wb") as broken:
                broken.write(contents)
        checker.check(name, short)
    shutil.rmtree(string)


def with_header(file, change, into):
    """Copies a safetensors file with the bytes of its header changed."""
    with open(file, "rb") as source:
        size = struct.unpack("<Q", source.read(8))[0]
        header, data = source.read(size), source.read()
    header = change(header)
    with open(into, "wb") as target:
        target.write(struct.pack("<Q", len(header)) + header + data)


def check_tensors(checker, name, string, drawn):
    """Names, types and metadata in a model and in a checkpoint: as bytes, and escaped."""
    escaped = json.dumps(string.decode("latin-1"))[1:-1].encode()
    points = json.dumps(string.decode("utf-8", "replace"))[1:-1].encode()
    for text in (string, escaped, points):
        for old, new in ((b'"d1.weight":', b'"%s":'), (b'"F32"', b'"%s"'), (b'"shape"', b'"%s"'),
                         (b'"d2.bias":', b'"%s":{},"d2.bias":'), (b'"pt"', b'"%s"'),
                         (b'{"__metadata__"', b'{"%s":{"dtype":"F32","shape":[1],"data_offsets":[0,8]},"__metadata__"')):
            with_header("model", lambda header: header.replace(old, new % text, 1), "other")
            checker.check(name, ["--data", drawn, "--epochs", "0", "--load", "other"])
        for old, new in ((b'"kernel":"', b'"kernel":"%s'), (b'"loss":"', b'"loss":"%s'),
                         (b'"seed":"', b'"seed":"%s'), (b'"batch":"', b'"batch":"%s'),
                         (b'"form":"', b'"form":"%s'), (b'"next_batch":"', b'"next_batch":"%s'),
                         (b'"d1.bias":', b'"%s":'), (b'"progress":', b'"%s":')):
            with_header("checkpoint", lambda header: header.replace(old, new % text, 1), "other")
            checker.check(name, ["--data", drawn, "--epochs", "2", "--resume", "other",
                                 "--train-limit", "64", "--test-limit", "10"])


def check_lists(program):
    """Ends with an error if the lists of options are not those of --help."""
    text = subprocess.run([program, "--help"], stdout=subprocess.PIPE, check=True).stdout.decode()
    options = set(re.findall(r"^  (?:-.,|   ) --([a-z-]+)", text, re.MULTILINE))
    listed = set(NUMBERS + FLAGS + INPUTS + OUTPUTS + OTHERS)
    if options != listed:
        sys.exit(f"expected the options of --help, found others: {sorted(options ^ listed)}")


def main():
    program, drawn, group = sys.argv[1:]
    check_lists(program)
    checker = Checker(program)
    subprocess.run([program, "--data", drawn, "--train-limit", "64", "--test-limit", "10", "--epochs", "1",
                    "--save", "model", "--checkpoint", "checkpoint"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    check = {"options": check_options, "files": check_files, "data": check_data,
             "tensors": check_tensors}[group]
    for name, string in STRINGS.items():
        check(checker, name, string, drawn)
    print(checker.runs, "runs,", checker.failures, "bad")
    sys.exit(checker.failures > 0)


main()
