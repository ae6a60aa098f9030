"""Other programs that do the same training, where they are installed.

A peer has a name, missing() with the reason why it cannot run or None, and measure(run), which adds
its figures to the run. Peers with first_run_only are slow and measured once.
"""
import os
import shutil
import subprocess

from measure import EPOCHS
from programs import PROGRAMS, ROOT, Failed, processors, run_json

# A setting is not measured again if it takes so many times the best one's seconds.
TOO_SLOW = 1.5


def measure_settings(settings, measure):
    """(seconds by setting, the settings worth measuring again); settings may fail, but not all."""
    seconds, problem = {}, None
    for setting in settings:
        try:
            seconds[setting] = measure(*setting)
        except Failed as failed:
            problem = failed
    if not seconds:
        raise problem
    best = min(seconds.values())
    return seconds, [setting for setting in seconds if seconds[setting] < TOO_SLOW * best]


class Libtorch:
    """The C++ program tests/bench/libtorch.cpp."""

    name = "libtorch"
    first_run_only = False
    # Threads of torch, threads of the BLAS library.
    settings = [(torch, blas) for torch in (1, 2) for blas in (1, 2)]

    def __init__(self, data, environment):
        self.data, self.environment = data, environment

    def missing(self):
        if (PROGRAMS / "libtorch").is_file():
            return None
        return ("libtorch-dev or a C++ compiler is not installed "
                "(apt install libtorch-dev g++)")

    def epoch_seconds(self, torch_threads, blas_threads):
        # Tensors are allocated in each step; malloc is told to keep the freed memory.
        environment = dict(self.environment, OPENBLAS_NUM_THREADS=str(blas_threads),
                           MALLOC_TRIM_THRESHOLD_="1000000000",
                           MALLOC_MMAP_THRESHOLD_="1000000000", MALLOC_TOP_PAD_="100000000")
        return run_json([PROGRAMS / "libtorch", self.data.raw, torch_threads],
                        environment)["epoch"]

    def measure(self, run):
        seconds, self.settings = measure_settings(self.settings, self.epoch_seconds)
        run["libtorch"] = {f"torch {t}, BLAS {b}": s for (t, b), s in seconds.items()}


class PyTorch:
    """The tutorial's own script, tests/bench/tutorial.py."""

    name = "PyTorch"
    first_run_only = True

    def __init__(self, data, environment):
        self.data, self.environment = data, environment
        self.python = self.find_python()

    def find_python(self):
        """A Python that has torch, or None."""
        for python in ("python3", "/usr/bin/python3"):
            path = shutil.which(python)
            if path and subprocess.run([path, "-c", "import torch"], env=self.environment,
                                       check=False, stderr=subprocess.DEVNULL).returncode == 0:
                return path
        return None

    def missing(self):
        if self.python:
            return None
        return "python3-torch is not installed (apt install python3-torch)"

    def measure(self, run):
        for key, workers in (("tutorial", 2), ("tutorial_0", 0)):
            command = [self.python, ROOT / "tests/bench/tutorial.py", self.data.root, workers]
            run[key] = run_json(command, self.environment)


class Kann:
    """tests/bench/kann/train.c with the KANN library in $KANN_DIR; its optimiser is RMSprop."""

    name = "KANN"
    first_run_only = False

    def __init__(self, data, environment):
        self.data, self.environment = data, environment
        self.settings = [(threads,) for threads in (1, 2) if threads <= processors()]

    def missing(self):
        if not os.environ.get("KANN_DIR"):
            return "KANN_DIR is not set (git clone https://github.com/attractivechaos/kann)"
        if not (PROGRAMS / "kann").is_file():
            return f"expected KANN's sources in {os.environ['KANN_DIR']} (KANN_DIR), found others"
        return None

    def loop_seconds(self, blas_threads):
        environment = dict(self.environment, OPENBLAS_NUM_THREADS=str(blas_threads))
        return run_json([PROGRAMS / "kann", self.data.raw, EPOCHS], environment)["loop"]

    def measure(self, run):
        seconds, self.settings = measure_settings(self.settings, self.loop_seconds)
        run["kann"] = {f"BLAS {threads}": s for (threads,), s in seconds.items()}


KINDS = (Libtorch, PyTorch, Kann)


class Peers:
    """The peers that can run, and for each other one a line with the reason."""

    def __init__(self, data, environment, quick):
        self.present, self.skipped = [], []
        if quick:
            names = ", ".join(kind.name for kind in KINDS)
            self.skipped.append(f"{names}: skipped: --quick")
            return
        for kind in KINDS:
            peer = kind(data, environment)
            reason = peer.missing()
            if reason:
                self.skipped.append(f"{peer.name}: skipped: {reason}")
            else:
                self.present.append(peer)

    def measure(self, run, first):
        """Adds the peers' figures to the run. A peer that fails is skipped from then on."""
        for peer in list(self.present):
            if peer.first_run_only and not first:
                continue
            try:
                peer.measure(run)
            except Failed as problem:
                self.present.remove(peer)
                self.skipped.append(f"{peer.name}: skipped: {problem}")
