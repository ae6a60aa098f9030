"""The processor, system, compiler and BLAS library of this machine, as far as they can be found."""
import contextlib
import platform
import subprocess
from pathlib import Path

from programs import BUILD, processors


def first_line(command):
    """The first line that a command prints, or None."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, check=True).stdout.split("\n")[0]
    return None


def read_value(path, key, separator):
    """The first value of a key in a file with one key and value per line, or None."""
    with contextlib.suppress(OSError):
        for line in Path(path).read_text().splitlines():
            name, _, value = line.partition(separator)
            if name.strip() == key:
                return value.strip().strip('"')
    return None


def describe_compiler():
    """The version of the compiler that built the programs: build/flags begins with its command."""
    words = (BUILD / "flags").read_text().split()
    options = [index for index, word in enumerate(words) if word.startswith("-")]
    return first_line([*words[: options[0]], "--version"])


def describe_machine(loop):
    """loop: a result of the program `loop`, which names the BLAS library."""
    model = (read_value("/proc/cpuinfo", "model name", ":")
             or first_line(["sysctl", "-n", "machdep.cpu.brand_string"])
             or platform.machine())
    system = read_value("/etc/os-release", "PRETTY_NAME", "=") or platform.platform()
    return {
        "processor": model,
        "cores": processors(),
        "system": f"{system}, {platform.system()} {platform.release()}",
        "compiler": describe_compiler(),
        "library": loop["library"],
        "kernel": loop["kernel"],
    }
