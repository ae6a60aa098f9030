"""The seeds and transforms of the golden numbers, and draws of all 64 bits."""
import numpy as np
import torch

from .tutorial import horizontal_flip, rotation, vertical_flip

SEEDS = (0, 1, 2, 42, 2**32 - 1, 2**32, 2**32 + 7, 2**63 - 1, 2**64 - 1)
ROTATION_AND_FLIPS = rotation(30), vertical_flip(0.3), horizontal_flip(0.5)


def full_draws64(count):
    """64-bit draws of PyTorch's main generator; random_() alone clears the highest bit."""
    return torch.empty(count, dtype=torch.int64).random_(-(2**63), None).numpy().astype(np.uint64)
