#!/usr/bin/python3
"""Makes the golden numbers of the tests, tests/golden/*.h, with PyTorch alone.

usage: make-golden.py [--mnist DIR] [--check | --print] [HEADER...]

HEADER is golden_run, runs, drawn_runs, random, gradients or transforms; without one, all are made.
runs needs MNIST's four files, in --mnist DIR or $MNIST_DATA; drawn_runs and transforms read
data/drawn. --check writes nothing: it makes the numbers again and compares them with the files.
Integers and hashes must be equal; numbers that depend on rounding must agree within a tolerance.
--print writes to standard output.

Needs python3-torch and python3-numpy; runs, drawn_runs and transforms also need python3-torchvision
and python3-pil. Use Debian's PyTorch on x86 with AVX2: builds with MKL draw other dropout masks, and
without AVX2 uniform numbers are rounded twice. The parts are in scripts/golden/.
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True  # scripts/ holds sources alone

from golden import fail  # first: it chooses the kernels before torch is loaded
from golden.checks import GOLDEN, check
from golden.gradients import make_gradients
from golden.random_draws import make_random
from golden.runs import make_drawn_runs, make_golden_run, make_runs
from golden.transformed import make_transforms
from golden.tutorial import torch, torchvision

MAKERS = {"golden_run": make_golden_run, "runs": make_runs, "drawn_runs": make_drawn_runs,
          "random": make_random, "gradients": make_gradients, "transforms": make_transforms}
NEED_MNIST = ("runs",)
NEED_TORCHVISION = "runs", "drawn_runs", "transforms"


def parse_options():
    parser = argparse.ArgumentParser(
        description="Makes the golden numbers of the tests, tests/golden/*.h, with PyTorch.")
    parser.add_argument("--mnist", metavar="DIR", default=os.environ.get("MNIST_DATA"),
                        help="directory of MNIST's four files (default: $MNIST_DATA)")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true",
                        help="compare with the files, write nothing")
    action.add_argument("--print", action="store_true", help="write to standard output")
    parser.add_argument("headers", metavar="HEADER", nargs="*",
                        help=f"{', '.join(MAKERS)} (default: all)")
    options = parser.parse_args()
    for name in options.headers:
        if name not in MAKERS:
            parser.error(f"HEADER: expected one of {', '.join(MAKERS)}, found {name}")
    options.headers = options.headers or list(MAKERS)
    return options


def check_requirements(options):
    for name in options.headers:
        if name in NEED_TORCHVISION and not torchvision:
            fail(f"{name}: expected the Python modules torchvision and PIL, at least one is "
                 "missing; install python3-torchvision")
        if name in NEED_MNIST and not options.mnist:
            fail(f"{name}: expected MNIST's directory in --mnist or $MNIST_DATA, found neither")


def report_differences(name, text):
    """Returns true if the file agrees."""
    differences = check(name, text)
    for line in differences or ["agrees with PyTorch"]:
        print(f"{GOLDEN / name}.h: {line}")
    return not differences


def main():
    options = parse_options()
    check_requirements(options)
    torch.set_num_threads(1)
    texts = {name: MAKERS[name](options.mnist) for name in options.headers}
    agreed = True
    for name, text in texts.items():
        path = GOLDEN / f"{name}.h"
        if options.print:
            sys.stdout.write(text)
        elif options.check:
            agreed = report_differences(name, text) and agreed
        else:
            GOLDEN.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(path)
    sys.exit(0 if agreed else 1)


if __name__ == "__main__":
    main()
