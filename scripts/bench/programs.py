"""Building and running the measured programs."""
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / (os.environ.get("BUILD") or "build")  # as in the Makefile
PROGRAMS = BUILD / "bench"  # built from tests/bench
PACKAGED = BUILD / "packaged"  # a build for any processor of the architecture
TIME_LIMIT = 60  # seconds for one program

# Variables that would make OpenBLAS use other kernels or fewer threads than it does for a user.
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS",
         "OMP_NUM_THREADS")


def fail(text):
    sys.exit(f"bench: {text}")


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Failed(Exception):
    """A measured program failed or did not print its figures."""


def processors():
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def build():
    """Builds all programs. Variables that a calling make passed on, such as BLAS, take effect."""
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    make = ["make", "-C", str(ROOT), f"-j{processors()}"]
    packaged = [f"BUILD={PACKAGED}", "ARCH=", str(PACKAGED / "bench" / "loop")]
    say("building")
    for command in (make + ["bench-programs"], make + packaged):
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            fail(f"the build failed:\n{done.stdout}")


def make_environment(coretype):
    """The environment of every measured program, and its description."""
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    description = f"not set on any side: {', '.join(UNSET)}"
    if coretype:
        environment["OPENBLAS_CORETYPE"] = coretype
        others = ", ".join(name for name in UNSET if name != "OPENBLAS_CORETYPE")
        description = f"OPENBLAS_CORETYPE={coretype} on all sides; not set on any side: {others}"
    return environment, description


def run_json(command, environment):
    """Runs a program that prints one JSON object and returns the object."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=TIME_LIMIT)
    except subprocess.CalledProcessError as problem:
        last_line = problem.stderr.strip().split("\n")[-1]
        raise Failed(f"{' '.join(words)}: expected exit status 0, found {problem.returncode}: "
                     f"{last_line}") from problem
    except subprocess.TimeoutExpired as problem:
        raise Failed(f"{' '.join(words)}: expected an end within {TIME_LIMIT} s, "
                     "found none") from problem
    return json.loads(done.stdout)


@contextlib.contextmanager
def every_processor_busy():
    """Runs one busy process per processor. They end by themselves should this one be killed."""
    code = f"import signal\nsignal.alarm({2 * TIME_LIMIT})\nwhile True: pass"
    busy = []
    try:
        for _ in range(processors()):
            busy.append(subprocess.Popen([sys.executable, "-c", code]))
        time.sleep(0.3)  # until all have started
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def exit_on_sigterm():
    """SIGTERM raises SystemExit, so that the running programs are ended."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
