"""The rules by which the program draws random numbers, verified against PyTorch and torchvision."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from . import fail
from .tutorial import CLASSES, DROPOUT, HIDDEN, PIXELS
from .tutorial import (as_floats, data_loader, horizontal_flip, pil_image, rotation, transforms,
                       vertical_flip)

SEEDS = (0, 1, 2, 42, 2**32 - 1, 2**32, 2**32 + 7, 2**63 - 1, 2**64 - 1)


class Generator:
    """MT19937 seeded with the low 32 bits of the seed, and the draws made of its 32-bit words."""

    def __init__(self, seed):
        self.generator = np.random.MT19937()
        self.generator._legacy_seeding(seed & 0xFFFFFFFF)

    def draw32(self, count):
        return self.generator.random_raw(count).astype(np.uint64)

    def draw64(self, count):
        words = self.draw32(2 * count)
        return words[0::2] << np.uint64(32) | words[1::2]

    def uniform(self, low, high, count):
        """unit * (high - low) + low, rounded once: PyTorch's kernels use a fused multiply-add."""
        low, high = np.float32(low), np.float32(high)
        unit = (self.draw32(count) & np.uint64(0xFFFFFF)) * 2.0**-24
        return (unit * np.float64(high - low) + np.float64(low)).astype(np.float32)

    def mask(self, count):
        unit = (self.draw64(count) & np.uint64(2**53 - 1)).astype(np.float64) * 2.0**-53
        return np.where(unit < 1 - DROPOUT, np.float32(1 / (1 - DROPOUT)), np.float32(0))

    def permutation(self, count):
        order = np.arange(count)
        for i, word in enumerate(self.draw32(count - 1) if count > 1 else ()):
            other = i + int(word) % (count - i)
            order[i], order[other] = order[other], order[i]
        return order

    def epoch_order(self, count):
        self.draw64(1)  # the loader's base seed, which is not used
        return Generator(int(self.draw64(1)[0]) & (2**63 - 1)).permutation(count)


def full_draws64(count):
    """64-bit draws of PyTorch's main generator; random_() alone clears the highest bit."""
    return torch.empty(count, dtype=torch.int64).random_(-(2**63), None).numpy().astype(np.uint64)


def verify(subject, found, expected):
    if not np.array_equal(np.asarray(found), np.asarray(expected)):
        fail(f"{subject}: expected this PyTorch to draw as the program does, found other values "
             "(Debian's python3-torch does on x86 with AVX2; PyTorch with MKL draws dropout masks "
             "differently, and on x86 without AVX2 it rounds uniform numbers twice)")


def verify_rules(seed):
    """Compares a short run of PyTorch's modules and data loaders with the rules."""
    torch.manual_seed(seed)
    generator = Generator(seed)
    linears = nn.Linear(PIXELS, HIDDEN), nn.Linear(HIDDEN, CLASSES)
    for linear in linears:
        bound = 1 / linear.in_features**0.5
        for tensor in (linear.weight, linear.bias):
            values = tensor.detach().numpy().ravel()
            verify("torch.nn.Linear", values, generator.uniform(-bound, bound, values.size))
    dropout = nn.Dropout(p=DROPOUT)
    for count, batch_size in ((1, 32), (2, 1), (77, 32), (1010, 50), (60000, 1000)):
        images = torch.arange(count, dtype=torch.float32)
        found = []
        expected = generator.epoch_order(count)
        for batch, labels in DataLoader(TensorDataset(images, images.long()),
                                        batch_size=batch_size, shuffle=True, num_workers=0):
            verify("pairs of torch.utils.data.DataLoader", batch, labels)
            found.append(labels.numpy())
            mask = dropout(torch.ones(len(labels), HIDDEN)).numpy()
            verify("torch.nn.Dropout", mask.ravel(), generator.mask(mask.size))
        verify("torch.utils.data.DataLoader(shuffle=True)", np.concatenate(found), expected)
        in_order = DataLoader(TensorDataset(images), batch_size=batch_size, num_workers=0)
        verify("torch.utils.data.DataLoader", torch.cat([b for (b,) in in_order]), images)
        generator.draw64(1)  # the base seed of a loader that does not shuffle
    verify("random_", full_draws64(9), generator.draw64(9))


ROTATION_AND_FLIPS = rotation(30), vertical_flip(0.3), horizontal_flip(0.5)


def transformed_by_rule(image, generator):
    """The image transformed by ROTATION_AND_FLIPS, with the program's draws."""
    image = pil_image(image)
    image = transforms.functional.rotate(image, float(generator.uniform(-30, 30, 1)[0]))
    for flip, probability in ((transforms.functional.vflip, 0.3),
                              (transforms.functional.hflip, 0.5)):
        if generator.uniform(0, 1, 1)[0] < np.float32(probability):
            image = flip(image)
    return as_floats(torch.from_numpy(np.array(image)))


def verify_transform_rules(seed):
    """Compares two epochs of a loader with transforms, and two single draws, with the rules."""
    torch.manual_seed(seed)
    generator = Generator(seed)
    pixels = (torch.arange(77)[:, None] + torch.arange(PIXELS) * 37) % 256
    for count, batch_size in ((1, 32), (33, 32), (77, 50)):
        images = pixels[:count].to(torch.uint8)
        batches = data_loader(images, batch_size, True, ROTATION_AND_FLIPS)
        for _ in range(2):
            found, order = [], generator.epoch_order(count)
            for indices, transformed in batches:
                found.append(indices)
                expected = [transformed_by_rule(images[i], generator) for i in indices]
                verify("torchvision.transforms", transformed[:, 0], torch.stack(expected))
                mask = F.dropout(torch.ones(len(indices), HIDDEN), DROPOUT).numpy()
                verify("torch.nn.Dropout after transforms", mask.ravel(),
                       generator.mask(mask.size))
            verify("torch.utils.data.DataLoader with transforms", torch.cat(found), order)
    torch.manual_seed(seed)
    verify("RandomRotation(0)", transforms.RandomRotation.get_params([0.0, 0.0]), 0.0)
    unit = float(Generator(seed).uniform(0, 1, 2)[1])
    verify("a flip's probability in float32", bool(torch.rand(1) < unit + 2.0**-40), False)
