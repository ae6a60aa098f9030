"""MNIST's files in the forms that the measured programs read."""
import dataclasses
import gzip
import os
import shutil
from pathlib import Path

from programs import ROOT, fail

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte",
         "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


@dataclasses.dataclass
class Data:
    """MNIST as .gz files, and as raw files in torchvision's directory below its root."""

    gz: Path
    root: Path
    raw: Path


def find_file(directory, name):
    """The path of a file of MNIST, raw or .gz, by a name that mnist-train accepts; or None."""
    for parent in (directory, directory / "MNIST" / "raw"):
        for spelling in (name, name.replace("-idx", ".idx")):
            for path in (parent / f"{spelling}.gz", parent / spelling):
                if path.is_file():
                    return path
    return None


def find_mnist(given):
    """The directory that was given, or the first of the usual ones that has all four files."""
    directories = [given] if given else [os.environ.get("MNIST_DATA"), ROOT / "data" / "mnist",
                                         ROOT.parent / "shared" / "mnist"]
    directories = [Path(directory) for directory in directories if directory]
    for directory in directories:
        if all(find_file(directory, name) for name in NAMES):
            return directory
    return fail(f"expected MNIST's four files in {' or '.join(map(str, directories))}, found none; "
                "get them with scripts/fetch-mnist.sh")


def prepare(directory, scratch):
    """Copies MNIST into the scratch directory in both forms."""
    data = Data(scratch / "gz", scratch / "raw", scratch / "raw" / "MNIST" / "raw")
    data.gz.mkdir()
    data.raw.mkdir(parents=True)
    for name in NAMES:
        found = find_file(directory, name)
        packed, raw = data.gz / f"{name}.gz", data.raw / name
        opened = gzip.open if found.suffix == ".gz" else open
        with opened(found, "rb") as source, open(raw, "wb") as target:
            shutil.copyfileobj(source, target)
        if found.suffix == ".gz":
            shutil.copyfile(found, packed)
        else:
            with open(raw, "rb") as source, gzip.open(packed, "wb", 6) as target:
                shutil.copyfileobj(source, target)
    return data
