"""transforms.h: torchvision's transforms of the bundled digits, and its image grids."""
import numpy as np
import torch
from torch.utils.data import DataLoader

from .c_source import c_arrays, c_double, c_seed, c_string, c_transforms, header, sha256
from .data import DRAWN, read_data
from .random_draws import full_draws64
from .tutorial import (Image, TransformedImages, compose, horizontal_flip, pil_image, rotation,
                       torchvision, transforms, vertical_flip)

TRANSFORMED = 100  # the first training images
ROTATION_AND_FLIPS = rotation(30), vertical_flip(0.3), horizontal_flip(0.5)

TRANSFORMS_COMMENT = f"""
torchvision.transforms of the training images in data/drawn, as PIL images of mode L, and
torchvision.utils.make_grid; all exact. A SHA-256 is that of the pixels as bytes, image by image,
row by row.

golden_rotations, golden_flips: the first {TRANSFORMED} images, each rotated by the same angle with
functional.rotate (nearest neighbour, 0 outside the image), or flipped.
golden_changes: torch.manual_seed(seed), then train_set[0] to train_set[{TRANSFORMED - 1}] with the
transforms, transform_count of them in this order. next: all 64 bits of the next draw.
golden_grids: torch.manual_seed(seed), then the first batch of DataLoader(batch_size=batch,
shuffle=True) over the first train_limit images (0: all) with the transforms and ToTensor.
batch_sha256 is that of its batch_images images. sha256 is that of make_grid's pixels as save_image
writes them: height rows of width pixels, each as three equal bytes. next: all 64 bits of the draw
after the batch.
"""

TRANSFORMS_TYPES = f"""
enum {{ GOLDEN_TRANSFORMED = {TRANSFORMED} }};

typedef struct {{
    double degrees;
    const char *sha256;
}} GoldenRotation;

typedef struct {{
    const char *name; // torchvision's
    const char *sha256;
}} GoldenFlip;

typedef struct {{
    const char *name; // torchvision's
    double parameter; // degrees or probability
}} GoldenTransform;

typedef struct {{
    uint64_t seed;
    size_t transform_count;
    GoldenTransform transforms[3];
    const char *sha256;
    uint64_t next;
}} GoldenChange;

typedef struct {{
    uint64_t seed;
    size_t batch, train_limit;
    size_t transform_count;
    GoldenTransform transforms[3];
    size_t batch_images;
    const char *batch_sha256; // (batch_images, 784)
    size_t width, height;
    const char *sha256; // (height, width, 3)
    uint64_t next;
}} GoldenGrid;
"""

ANGLES = (tuple(k * 7.5 for k in range(-6, 7)) +
          (-720.0, -360.0, -270.0, -180.0, -90.0, 90.0, 180.0, 270.0, 360.0, 450.0) +
          (0.001, -0.001, 1e-14, -1e-20, 1.0, -3.3, 12.345678, 60.0, 89.99999, 90.00001, 123.456,
           135.0, -135.0, 179.99998474121094, 225.0, 300.0, 359.9))
CHANGES = tuple((seed, change) for change in
                (ROTATION_AND_FLIPS, ROTATION_AND_FLIPS[::-1], (rotation(0),),
                 (vertical_flip(0.5), rotation(180), horizontal_flip(0.1)),
                 (horizontal_flip(0.0), vertical_flip(1.0)))
                for seed in (0, 1, 2))
GRIDS = (tuple((seed, 32, 0, ()) for seed in (0, 1, 2)) +
         tuple((0, batch, 0, ()) for batch in (1, 2, 5, 7, 8, 9, 100)) +
         ((0, 32, 20, ()), (0, 32, 1, ())) +  # fewer images than a batch asks for
         tuple((seed, 32, 0, (rotation(15), horizontal_flip(0.5))) for seed in (0, 1)) +
         ((2, 5, 0, ROTATION_AND_FLIPS),))


def transformed_sha256(images, change):
    return sha256(np.stack([change(pil_image(image)) for image in images]), np.uint8)


def make_rotation(images, degrees):
    value = transformed_sha256(images, lambda p: transforms.functional.rotate(p, degrees))
    return f"    {{.degrees = {c_double(degrees)},\n     .sha256 = {c_string(value)}}},\n"


def make_flip(images, name):
    value = transformed_sha256(images, compose([(name, 1.0)]))
    return f"    {{.name = {c_string(name)},\n     .sha256 = {c_string(value)}}},\n"


def make_change(images, seed, change):
    torch.manual_seed(seed)
    value = transformed_sha256(images, compose(change))
    return (f"    {{\n        .seed = {c_seed(seed)},\n"
            f'{c_transforms(change, " " * 8)}'
            f"        .sha256 = {c_string(value)},\n"
            f"        .next = {c_seed(full_draws64(1)[0])},\n    }},\n")


def to_bytes(tensor):
    """As torchvision.utils.save_image converts floats from 0 to 1."""
    return tensor.mul(255).add_(0.5).clamp_(0, 255).to(torch.uint8).numpy()


def make_grid(images, seed, batch, train_limit, change):
    torch.manual_seed(seed)
    dataset = TransformedImages(images[:train_limit or None], change)
    batches = DataLoader(dataset, batch_size=batch, shuffle=True, num_workers=0)
    _, batch_images = next(iter(batches))
    after = full_draws64(1)[0]
    pixels = to_bytes(torchvision.utils.make_grid(batch_images).permute(1, 2, 0))
    height, width, _ = pixels.shape
    return (f"    {{\n        .seed = {c_seed(seed)},\n"
            f"        .batch = {batch},\n        .train_limit = {train_limit},\n"
            f'{c_transforms(change, " " * 8)}'
            f"        .batch_images = {len(batch_images)},\n"
            f"        .batch_sha256 = {c_string(sha256(to_bytes(batch_images), np.uint8))},\n"
            f"        .width = {width},\n        .height = {height},\n"
            f"        .sha256 = {c_string(sha256(pixels, np.uint8))},\n"
            f"        .next = {c_seed(after)},\n    }},\n")


def make_transforms(_):
    images = read_data(DRAWN)["train"][0]
    first = images[:TRANSFORMED]
    arrays = (("GoldenRotation golden_rotations", make_rotation, [(first, a) for a in ANGLES]),
              ("GoldenFlip golden_flips", make_flip,
               [(first, name) for name in ("RandomVerticalFlip", "RandomHorizontalFlip")]),
              ("GoldenChange golden_changes", make_change, [(first, *c) for c in CHANGES]),
              ("GoldenGrid golden_grids", make_grid, [(images, *g) for g in GRIDS]))
    body = c_arrays(arrays)
    versions = f"torchvision {torchvision.__version__}, Pillow {Image.__version__}"
    return header("transforms", f"{versions}\n{TRANSFORMS_COMMENT}", f"{TRANSFORMS_TYPES}\n{body}")
