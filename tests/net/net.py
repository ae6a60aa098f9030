#!/usr/bin/env python3
"""usage: net.py check|record once|reproducible|openblas...

Runs each line of a list of commands and compares its status, its output and the SHA-256 of every file
that it writes with what is recorded in tests/golden/net/PART.expected; `record` writes that file anew, for review by
git diff. It shows what a change of the program changes. It is no proof that the recorded bytes are right.

  once          the lines of once.txt, as they are
  reproducible  the lines of modes.txt with --reproducible, by turns on 1 and on 2 threads
  openblas      the lines of modes.txt in the default mode, by turns on 2 and on 1; its bits depend on the
                kernel and on the library's version, so another machine cannot compare (exit status 77)

Lines are shell commands; mnist-train is the program $MNIST_TRAIN. They run in a directory with links to the files
that inputs.py makes; $MNIST_DATA is `drawn`.
"""
import base64
import concurrent.futures
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import threading
import zlib

import inputs

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.abspath(os.environ.get("MNIST_TRAIN") or os.path.join(HERE, "../../build/mnist-train"))

# OpenBLAS takes the block sizes of its products from the kernel and from the size of the second cache.
OPENBLAS_VARIABLES = {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_L2_SIZE": "512"}

# What differs between two runs, machines or releases, in the output and in the files. In the second
# column, \1 and \2 are the groups. THREADS stands for the number of threads that the run was given.
MASKS = [(re.compile(pattern.encode(), re.M), text.encode()) for pattern, text in [
    (r"\| \d+\.\d\d s$", r"| SECONDS s"),
    (r"( in )\d+\.\d+ s(: \d+ images/s)?", r"\1SECONDS"),
    (r"peak memory \d+ MB", r"peak memory SIZE"),
    (r'("seconds":)[-+.e\d]+', r"\1SECONDS"),
    (r"(The test took )[.\d]+ s", r"\1SECONDS"),
    (r"<td>\d+\.\d\d</td></tr>$", r"<td>SECONDS</td></tr>"),
    (r'("started":")[^"]*', r"\1TIME"),
    (r"(mnist-train )\d+\.\d+\.\d+", r"\1VERSION"),
    (r'("version":")[^"]*', r"\1VERSION"),
    (r"OpenBLAS \d[^\"<\n]*", r"LIBRARY"),
    (r'("(?:system|folder)":")[^"]*', r"\1TEXT"),
    (r'("zlib":"|^zlib )[\d.]+', r"\1VERSION"),
    (r',?"OPENBLAS_\w+=\w+"|\bOPENBLAS_\w+=\w+ ', r""),
    (r'("processors":)\d+', r"\1N"),
    (r"(<th scope=\"row\">(?:zlib|system|processors|started)</th><td>)[^<]*", r"\1TEXT"),
    (r"(\bkernel(?:\"?: ?\"?| |</th><td>))(?!ordered)[A-Z]\w+", r"\1KERNEL"),
    (r"(ordered, )(?:fused|software).*", r"\1MULTIPLY-ADD"),
    (r"^Notice: --reproducible is slow.*\n", r""),
    (r"\.mnist-train-\w+", r"TEMPORARY"),
]]
THREADS = r"(Threads: |\"threads\":|\"--threads\",\"|--threads |threads</th><td>)%d\b"

SUMS = re.compile(rb'"sums":\{"dtype":"F64","shape":\[\d\],"data_offsets":\[\d+,(\d+)\]')
PNG = b"\x89PNG\r\n\x1a\n"


def png_pixels(png):
    """The header and the rows: the compressed bytes depend on the version of zlib."""
    size = png.index(b"IDAT") - 4
    end = size + 8 + int.from_bytes(png[size:size + 4], "big")
    return png[:size] + zlib.decompress(png[size + 8:end])


def mask(data, threads):
    data = re.sub(rb"data:image/png;base64,([A-Za-z0-9+/=]+)", lambda found: hashlib.sha256(
        png_pixels(base64.b64decode(found[1]))).hexdigest().encode(), data)
    for pattern, text in MASKS:
        data = pattern.sub(text, data)
    return re.sub((THREADS % threads).encode(), rb"\1THREADS", data) if threads else data


def parts_of(data, threads):
    """Returns the bytes to hash, by name: all of a file, or the settings and the tensors of a model."""
    if data.startswith(PNG):
        return {"": png_pixels(data)}
    end = 8 + int.from_bytes(data[:8], "little")
    if b"\0" not in data[:8] or end > len(data):
        return {"": mask(data, threads)}
    sums = SUMS.search(data)
    if sums:  # of a checkpoint; the last one is the seconds of the epoch
        place = end + int(sums[1])
        data = data[:place - 8] + bytes(8) + data[place:]
    return {": settings": mask(data[8:end], threads), ": tensors": data[end:]}


def written_files(directory):
    for folder, folders, files in os.walk(directory):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, directory), path


def lines_of(data, prefix):
    return [prefix + line for line in data.decode(errors="backslashreplace").splitlines()]


def directory_of_thread(input_dir):
    """Returns a directory with links to the inputs; each thread of this program has one."""
    directory = f"{input_dir}.{threading.get_ident()}"
    if not os.path.exists(directory):
        os.mkdir(directory)
        for name in os.listdir(input_dir):
            os.symlink(os.path.join(input_dir, name), os.path.join(directory, name))
    return directory


def run(line, input_dir, options, threads, variables):
    """Returns the record of one run, and removes what it has written."""
    directory = directory_of_thread(input_dir)
    environment = {"PATH": f"{input_dir}.bin:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "TERM": "dumb",
                   "MNIST_DATA": "drawn", "options": options, **variables}
    done = subprocess.run(
        ["sh", "-c", 'run() { mnist-train "$@" $options; }\n' + line.replace("mnist-train", "run")], cwd=directory,
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    record = lines_of(mask(done.stdout, threads), "  ") + lines_of(mask(done.stderr, threads), "! ")
    for name, path in written_files(directory):
        with open(path, "rb") as file:
            record += [f"{hashlib.sha256(part).hexdigest()}  {name}{suffix}"
                       for suffix, part in parts_of(file.read(), threads).items()]
        os.remove(path)
    return record + [f"status {done.returncode}"]


def record_line(part, number, line, input_dir):
    if part == "once":
        return run(line, input_dir, "", 0, {})
    mode = "--reproducible " if part == "reproducible" else ""
    variables = OPENBLAS_VARIABLES if part == "openblas" else {}
    threads = 1 + (number + (part == "openblas")) % 2
    return run(line, input_dir, f"{mode}--threads {threads}", threads, variables)


def library():
    """Returns the lines of --version that the bits of the default mode depend on."""
    found = subprocess.run([PROGRAM, "--version"], env={**os.environ, **OPENBLAS_VARIABLES}, check=True,
                           capture_output=True, text=True).stdout.splitlines()
    return f"# {os.uname().machine}, {found[1]}, {found[2].split(';')[0]}"


def record_part(part, input_dir):
    list_name = "once.txt" if part == "once" else "modes.txt"
    with open(os.path.join(HERE, list_name), encoding="utf-8") as file:
        lines = [line for line in file.read().splitlines() if line]
    commands = [line for line in lines if not line.startswith("#")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        records = iter(list(pool.map(lambda item: record_line(part, *item, input_dir), enumerate(commands))))
    text = [library() if part == "openblas" else f"# written by net.py record {part}"]
    for line in lines:
        text += ["", line] if line.startswith("#") else ["", "$ " + line] + next(records)
    return text


def expected_file(part):
    return os.path.join(HERE, "../golden/net", part + ".expected")


def main():
    action, *parts = sys.argv[1:]
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        input_dir = os.path.join(scratch, "inputs")
        inputs.make(input_dir, PROGRAM)
        os.mkdir(input_dir + ".bin")
        os.symlink(PROGRAM, input_dir + ".bin/mnist-train")
        before = inputs.checksum(input_dir)
        for part in parts:
            if part == "openblas" and action == "check":
                with open(expected_file(part), encoding="utf-8") as file:
                    recorded = file.readline().strip()
                if library() != recorded:
                    print(f"recorded with {recorded[2:]}; here is {library()[2:]}")
                    sys.exit(77)
            found = os.path.join(scratch, "found") if action == "check" else expected_file(part)
            with open(found, "w", encoding="utf-8") as file:
                print(*record_part(part, input_dir), sep="\n", file=file)
            good &= subprocess.run(["diff", "-U", "4", expected_file(part), found], check=False).returncode == 0
        if inputs.checksum(input_dir) != before:
            sys.exit("a command has changed an input")
    sys.exit(not good)


if __name__ == "__main__":
    main()
