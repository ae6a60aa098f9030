"""PyTorch's run of the tutorial beside mnist-train's: see compare-pytorch.sh, which starts this."""
import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / (os.environ.get("BUILD") or "build")  # as in the Makefile
TUTORIAL = Path(__file__).resolve().parent / "pytorch_tutorial.py"

# Unset on both sides, so that each library chooses the kernel for this machine.
KERNEL_VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MKL_ENABLE_INSTRUCTIONS")

# Mean distances of losses and of accuracies (points) between two PyTorch runs of a seed. Measured on
# 40 pairs: seeds 0 to 2, kernels Nehalem, Sandybridge, Haswell and Cooperlake, and --nudge.
USUAL_NOISE = (0.00012, 0.043)

# A second PyTorch run of each seed.
NUDGED = "PyTorch, last bit of the weights changed"


def fail(text):
    print(f"compare-pytorch: {text}", file=sys.stderr)
    sys.exit(2)


def find_mnist():
    for directory in (os.environ.get("MNIST_DATA"), ROOT / "data/mnist"):
        if directory and (Path(directory) / "t10k-labels-idx1-ubyte.gz").is_file():
            return Path(directory)
    return fail("expected MNIST in $MNIST_DATA or data/mnist, found none; "
                "run scripts/fetch-mnist.sh")


def find_program():
    program = os.environ.get("MNIST_TRAIN", str(BUILD / "mnist-train"))
    if not shutil.which(program):
        fail(f"{program}: expected the program, found none; run make")
    return program


# --- Running --------------------------------------------------------------------------------------


def run_lines(title, command):
    """Runs the command, prints its lines as they come, and returns them."""
    print(f"  {title}", flush=True)
    environment = {k: v for k, v in os.environ.items() if k not in KERNEL_VARIABLES}
    # PyTorch is faster on one thread here, and much faster beside other processes.
    environment.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    lines = []
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            print(f"    {lines[-1]}", flush=True)
    if process.returncode != 0:
        fail(f"{' '.join(command)}: expected exit status 0, found {process.returncode}")
    return lines


# --- Distances ------------------------------------------------------------------------------------


def read_metrics(lines):
    """(losses, accuracies)"""
    text = "\n".join(lines)
    return [[float(number) for number in re.findall(rf"{name}: ([0-9.]+)", text)]
            for name in (" Loss", "Accuracy")]


def distances(lines, others):
    """Mean distances of the losses and of the accuracies."""
    means = []
    for ours, theirs in zip(read_metrics(lines), read_metrics(others)):
        if len(ours) != len(theirs):
            fail(f"expected as many figures of both runs, found {len(ours)} and {len(theirs)}")
        means.append(sum(abs(a - b) for a, b in zip(ours, theirs)) / max(len(ours), 1))
    return means


def mean_of_seeds(per_seed):
    return [sum(column) / len(column) for column in zip(*per_seed)]


def judge(ours, noise):
    """Prints the mean distances from PyTorch; returns the exit status.

    Two PyTorch runs can be closer than usual by chance: the usual distance counts then.
    """
    limits = [2 * max(here, usual) for here, usual in zip(noise, USUAL_NOISE)]
    print(f"Mean distance from PyTorch{'loss':>28}    accuracy (points)")
    for name, (loss, accuracy) in (("mnist-train", ours), (NUDGED, noise),
                                   ("two PyTorch runs, usually", USUAL_NOISE),
                                   ("limit: twice the greater one", limits)):
        print(f"  {name:<42} {loss:9.6f}  {accuracy:8.4f}")
    if noise == [0.0, 0.0]:
        print("Both PyTorch runs printed the same lines")
    near = all(mean <= limit for mean, limit in zip(ours, limits))
    print(f"mnist-train is {'within' if near else 'beyond'} the limit")
    return 0 if near else 1


def compare(seeds, epochs):
    directory, program = find_mnist(), find_program()
    ours, noise = [], []
    for seed in seeds:
        print(f"Seed {seed}")
        arguments = ["--data", str(directory), "--seed", str(seed), "--epochs", str(epochs)]
        tutorial = [sys.executable, str(TUTORIAL), *arguments]
        program_lines = run_lines("mnist-train", [program, *arguments, "--quiet"])
        lines = run_lines("PyTorch", tutorial)
        ours.append(distances(program_lines, lines))
        noise.append(distances(run_lines(NUDGED, [*tutorial, "--nudge"]), lines))
    return judge(mean_of_seeds(ours), mean_of_seeds(noise))


def parse_seeds(text):
    if not re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*", text):
        fail(f"--seeds: expected numbers as in 0-2 or 1,5-7, found '{text}'")
    seeds = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds or fail(f"--seeds: expected seeds, found none in '{text}'")


def main():
    parser = argparse.ArgumentParser(prog="compare-pytorch.sh")
    parser.add_argument("--seeds", default="0-2", help="list of seeds, as 0-2 or 1,5-7")
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    sys.exit(compare(parse_seeds(options.seeds), options.epochs))


main()
