"""Reads the four IDX files of MNIST, or of a data set in its format."""
import gzip
import zlib
from pathlib import Path

import numpy as np
import torch

from . import fail
from .tutorial import PIXELS

DRAWN = Path(__file__).resolve().parent.parent.parent / "data" / "drawn"


def read_idx(folder, name, magic, size):
    """Returns the payload as uint8 rows of `size` bytes; the file may be compressed."""
    names = [n + end for n in (name, name.replace("-idx", ".idx")) for end in ("", ".gz")]
    found = [folder / n for n in names if (folder / n).is_file()]
    if not found:
        fail(f"{folder}: expected {name} or {name}.gz, found neither")
    try:
        raw = found[0].read_bytes()
        raw = gzip.decompress(raw) if found[0].suffix == ".gz" else raw
    except (OSError, EOFError, zlib.error) as error:
        fail(f"{found[0]}: cannot read the file: {error}")
    start = 4 + 4 * magic[3]
    count = int.from_bytes(raw[4:8], "big")
    if raw[:4] != bytes(magic) or len(raw) != start + count * size:
        fail(f"{found[0]}: expected MNIST's {name}, found {len(raw)} bytes of another format")
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=start).reshape(-1, size).copy())


def read_data(folder):
    """Returns {"train": (images, labels), "t10k": (images, labels)}.

    Images are uint8 (count, 784), labels int64 (count).
    """
    folder = Path(folder)
    return {split: (read_idx(folder, f"{split}-images-idx3-ubyte", (0, 0, 8, 3), PIXELS),
                    read_idx(folder, f"{split}-labels-idx1-ubyte", (0, 0, 8, 1), 1).long()[:, 0])
            for split in ("train", "t10k")}
