"""Measures mnist-train on this machine, beside the rate of its matrix products and its peers:
libtorch, PyTorch and KANN.

Prints seconds, images per second and peers, and writes all results as JSON. --bounds adds the
developers' bounds, the stages of a step and the growth of the cost. The sides of a ratio are measured
in turn and divided run by run. Bounds are reported, not enforced: the exit status is 0 either way.
KANN is measured if KANN_DIR is its source directory.
"""
import argparse
import json
import os
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

import mnist
import results
from machine import describe_machine
from measure import Bench, measure_growth, measure_run, repeat
from peers import Peers
from programs import (BUILD, ROOT, Failed, build, exit_on_sigterm, fail, make_environment,
                      processors)
from tables import print_report

# Seconds since the start after which no further run of a kind is begun.
RUNS_UNTIL, GROWTH_UNTIL = 200, 260


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bench.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, metavar="N",
                        help="runs of each measurement (default: 5; one of PyTorch, which is slow)")
    parser.add_argument("--data", metavar="DIR",
                        help="directory of MNIST (default: the first of $MNIST_DATA, data/mnist "
                        "and ../shared/mnist that has it)")
    parser.add_argument("--output", type=Path, default=BUILD / "bench" / "results.json",
                        metavar="FILE", help="JSON file (default: build/bench/results.json)")
    parser.add_argument("--coretype", metavar="NAME",
                        help="OpenBLAS kernels on all sides, for example Haswell (default: "
                        "OpenBLAS's choice for the processor)")
    parser.add_argument("--bounds", action="store_true",
                        help="print the developers' bounds, stages and growth too")
    parser.add_argument("--quick", action="store_true",
                        help="without the peers and the growth of the cost")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error(f"--runs: expected 1 or more, found {arguments.runs}")
    return arguments


def measure(arguments, scratch):
    """All results, as they are written as JSON."""
    environment, description = make_environment(arguments.coretype)
    load_average = os.getloadavg()[0]
    data = mnist.prepare(mnist.find_mnist(arguments.data), scratch)
    bench = Bench(data, environment)
    peers = Peers(data, environment, arguments.quick)
    begun = time.monotonic()
    bench.loop(epochs=1)  # the first run, too, finds the files in memory
    runs = repeat(arguments.runs, begun + RUNS_UNTIL, "run",
                  lambda first: measure_run(bench, peers, first))
    growth = []
    if arguments.bounds and not arguments.quick:
        growth = repeat(arguments.runs, begun + GROWTH_UNTIL, "how cost grows, run",
                        lambda first: measure_growth(bench))
    skipped = peers.skipped
    if processors() == 1:
        skipped = skipped + ["loop on 2 threads: skipped: there is one core"]
    return {
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": describe_machine(runs[0]["loop"]),
        "environment": description,
        "load_average": load_average,
        "bounded": [row.for_kernel(runs[0]["loop"]["kernel"]).summarise(runs)
                    for row in results.BOUNDS]
        + [row.summarise(growth) for row in results.GROWTH_BOUNDS],
        "details": [row.summarise(runs) for row in results.DETAILS],
        "skipped": skipped,
        "seconds": [row.summarise(runs) for row in results.SECONDS],
        "stages": results.summarise_stages(runs),
        "growth": results.summarise_growth(growth),
        "runs": runs,
    }


def main():
    arguments = parse_arguments()
    exit_on_sigterm()
    build()
    try:
        with tempfile.TemporaryDirectory(prefix="mnist-bench.") as scratch:
            report = measure(arguments, Path(scratch))
    except Failed as problem:
        fail(problem)
    except KeyboardInterrupt:
        sys.exit(130)
    print_report(report, report["runs"], arguments.bounds)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nwritten: {arguments.output}")


if __name__ == "__main__":
    sys.path.append(str(ROOT / "scripts"))
    import printable_output
    printable_output.protect()
    main()
