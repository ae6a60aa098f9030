"""Measures mnist-train: its loop, its stages, its whole process, and how its cost grows."""
import os
import subprocess
import sys
import time

from programs import (BUILD, PACKAGED, PROGRAMS, Failed, every_processor_busy, processors, run_json,
                      say)

EPOCHS, BATCH, STEPS = 5, 32, 1_875  # STEPS of one epoch

# Parameters of which the cost is measured: name, values, epochs of each measurement.
GROWTH = (
    ("batch", (16, 32, 64, 128, 256, 1024), 2),
    ("threads", (1, 2, 3, 4), 2),
    ("images", (6_000, 60_000, 600_000), 1),
)


class Bench:
    """Measurements in the same environment and on the same data."""

    def __init__(self, data, environment):
        self.data = data
        self.environment = environment

    def floor(self):
        """The rate of a large matrix product on all processors."""
        # BLIS uses one thread unless told; OpenBLAS uses all processors.
        environment = dict(self.environment, BLIS_NUM_THREADS=str(processors()))
        return run_json([PROGRAMS / "floor"], environment)

    def loop(self, *options, epochs=EPOCHS, batch=BATCH, threads=0, images=0, programs=PROGRAMS):
        """Seconds of the training loop alone. threads 0: all processors; images 0: all of them."""
        command = [programs / "loop", self.data.raw, epochs, batch, threads, images, *options]
        return run_json(command, self.environment)

    def stages(self, shards, *options):
        """Microseconds of each stage of a step, for a thread with so many of the four shards."""
        return run_json([PROGRAMS / "stages", self.data.raw, shards, *options], self.environment)

    def program(self, directory):
        """Seconds to the first step, seconds in all, and peak megabytes of mnist-train's process."""
        command = [str(BUILD / "mnist-train"), "--data", str(directory),
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


def measure_run(bench, peers, first):
    """One measurement of everything in the tables, apart from the growth of the cost."""
    run = {"floor": bench.floor(), "loop": bench.loop(), "loop_1": bench.loop(threads=1),
           "ordered": bench.loop("reproducible"),
           "ordered_1": bench.loop("reproducible", threads=1),
           "packaged_1": bench.loop(threads=1, programs=PACKAGED / "bench"),
           "half": bench.loop("half-density"),
           "half_ordered": bench.loop("half-density", "reproducible")}
    if processors() > 1:
        run["loop_2"] = bench.loop(threads=2)
    with every_processor_busy():
        run["loop_busy"] = bench.loop()
        run["loop_busy_1"] = bench.loop(threads=1)
    run["gz"], run["raw"] = bench.program(bench.data.gz), bench.program(bench.data.root)
    run["stages_4"], run["stages_2"] = bench.stages(4), bench.stages(2)
    run["ordered_stages_4"] = bench.stages(4, "reproducible")
    peers.measure(run, first)
    return run


def measure_growth(bench):
    """Microseconds of the loop per image, by parameter and value."""
    growth = {}
    for parameter, values, epochs in GROWTH:
        growth[parameter] = {}
        for value in values:
            result = bench.loop(epochs=epochs, **{parameter: value})
            growth[parameter][value] = 1e6 * result["loop"] / (epochs * result["images"])
    return growth


def repeat(count, until, title, measure):
    """Up to count results; fewer, but at least one, if the time `until` has passed."""
    results = []
    while len(results) < count and (not results or time.monotonic() < until):
        say(f"{title} {len(results) + 1} of {count}")
        results.append(measure(len(results) == 0))
    return results
