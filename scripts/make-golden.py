#!/usr/bin/python3
"""Makes the golden figures of the tests, tests/golden/*.h, from PyTorch alone.

usage: make-golden.py [--mnist DIR] [--check | --print] [HEADER...]

Each HEADER is runs, random, gradients or transforms; without one, all four are made. runs and
transforms need the four official files of MNIST: in --mnist DIR, else in $MNIST_DATA. --check
writes nothing: it makes the figures anew and compares them with the files, integers and hashes
exactly, what depends on the kernels of the matrix products within a tolerance. --print writes to
standard output.

Needs python3-torch and python3-numpy; runs and transforms need python3-torchvision and python3-pil
too. Before any figure is made, the rules by which the program draws its random numbers are held
against torch.nn.Linear, torch.nn.Dropout, torch.randperm, torch.utils.data.DataLoader and, for
transforms, torchvision.transforms.
"""
import argparse
import gzip
import hashlib
import os
import re
import sys
import zlib
from pathlib import Path

# The same kernels on every x86 machine. OpenBLAS reads it when it is loaded.
CORETYPE = os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")


def fail(text):
    sys.exit(f"make-golden.py: {text}")


try:
    import numpy as np
except ImportError:
    fail("expected the Python module numpy, found none; install python3-numpy")
try:
    import torch
except ImportError:
    fail("expected the Python module torch, found none; install python3-torch")
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset

try:
    import torchvision
    from PIL import Image
    from torchvision import transforms
except ImportError:
    torchvision = None

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"
SIDE, PIXELS, HIDDEN, CLASSES, DROPOUT = 28, 784, 128, 10, 0.2
TENSORS = ("d1.weight", "d1.bias", "d2.weight", "d2.bias")
STEPS = 200  # of a run, whose losses are kept
FIRST = 8  # values of a sequence, which are kept beside its hash


def sha256(values, dtype):
    """Of the values as little-endian numbers of the type, in their order in memory."""
    return hashlib.sha256(np.ascontiguousarray(values).astype(dtype).tobytes()).hexdigest()


# --- The tutorial ---------------------------------------------------------------------------------


class Model(nn.Module):
    def __init__(self, loss):
        super().__init__()
        self.loss = loss
        self.d1 = nn.Linear(PIXELS, HIDDEN)
        self.dropout = nn.Dropout(p=DROPOUT)
        self.d2 = nn.Linear(HIDDEN, CLASSES)

    def logits(self, images):
        return self.d2(self.dropout(F.relu(self.d1(images))))

    def forward(self, images):
        logits = self.logits(images)
        return F.softmax(logits, dim=1) if self.loss == "tutorial" else logits


class Figures:
    """Sums over the batches of a pass, and the figures that are made of them."""

    def __init__(self, batch_size):
        self.batch_size = batch_size
        self.batches = self.images = self.right = self.percents = 0
        self.batch_losses = self.image_losses = 0.0

    def add(self, images, right, loss=0.0):
        self.batches += 1
        self.images += images
        self.right += right
        self.percents += 100 * right // self.batch_size
        self.batch_losses += loss
        self.image_losses += loss * images

    def tutorial(self, total):
        return total / max(1, self.batches - 1)


class Pictures(Dataset):
    """Indices and images, these made as torchvision.datasets.MNIST makes them."""

    def __init__(self, images, names):
        self.images = images
        self.change = compose(names, transforms.ToTensor())

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return index, self.change(picture(self.images[index]))


def picture(image):
    return Image.fromarray(image.reshape(SIDE, SIDE).numpy())


def compose(names, *others):
    """Of pairs of a torchvision transform's name and its argument."""
    return transforms.Compose([getattr(transforms, n)(a) for n, a in names] + list(others))


def loader(images, batch_size, shuffle, names=()):
    """A DataLoader that hands out (indices, images) of a batch, or without transforms (indices,)"""
    dataset = Pictures(images, names) if names else TensorDataset(torch.arange(len(images)))
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle, num_workers=0)


def as_floats(images):
    return images.float().div(255)


def count_right(outputs, labels):
    return int((outputs.max(1)[1] == labels).sum())


def train_epoch(model, optimizer, batches, data, batch_size, steps):
    images, labels = data
    figures, order = Figures(batch_size), []
    model.train()
    for indices, *changed in batches:
        optimizer.zero_grad()
        outputs = model(changed[0].flatten(1) if changed else as_floats(images[indices]))
        loss = F.cross_entropy(outputs, labels[indices])
        loss.backward()
        optimizer.step()
        figures.add(len(indices), count_right(outputs, labels[indices]), loss.item())
        order.append(indices)
        if len(steps) < STEPS:
            steps.append(loss.item())
    return figures, torch.cat(order).numpy()


def test(model, batches, data, batch_size):
    images, labels = data
    figures = Figures(batch_size)
    model.eval()
    with torch.no_grad():
        for (indices,) in batches:
            figures.add(len(indices), count_right(model(as_floats(images[indices])),
                                                  labels[indices]))
    return figures


# --- The rules that the program follows, held against PyTorch -------------------------------------


class Words:
    """MT19937 seeded with the low 32 bits, and the draws that are made of its 32-bit words."""

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
        self.draw64(1)  # the loader's base seed
        return Words(int(self.draw64(1)[0]) & (2**63 - 1)).permutation(count)


def full_draws64(count):
    """All 64 bits of each draw; random_() alone takes the highest away."""
    return torch.empty(count, dtype=torch.int64).random_(-(2**63), None).numpy().astype(np.uint64)


def verify(what, found, expected):
    if not np.array_equal(np.asarray(found), np.asarray(expected)):
        fail(f"{what}: expected this PyTorch to draw as the program does, found other values "
             "(Debian's python3-torch does on x86 with AVX2; PyTorch with MKL draws dropout masks "
             "otherwise, and on x86 without AVX2 it rounds uniform numbers twice)")


def verify_rules(seed):
    """A short run with PyTorch's own modules and loaders, and the same from the rules."""
    torch.manual_seed(seed)
    words = Words(seed)
    linears = nn.Linear(PIXELS, HIDDEN), nn.Linear(HIDDEN, CLASSES)
    for linear in linears:
        bound = 1 / linear.in_features**0.5
        for tensor in (linear.weight, linear.bias):
            values = tensor.detach().numpy().ravel()
            verify("torch.nn.Linear", values, words.uniform(-bound, bound, values.size))
    dropout = nn.Dropout(p=DROPOUT)
    for count, batch_size in ((1, 32), (2, 1), (77, 32), (1010, 50), (60000, 1000)):
        images = torch.arange(count, dtype=torch.float32)
        found = []
        expected = words.epoch_order(count)
        for batch, labels in DataLoader(TensorDataset(images, images.long()),
                                        batch_size=batch_size, shuffle=True, num_workers=0):
            verify("pairs of torch.utils.data.DataLoader", batch, labels)
            found.append(labels.numpy())
            mask = dropout(torch.ones(len(labels), HIDDEN)).numpy()
            verify("torch.nn.Dropout", mask.ravel(), words.mask(mask.size))
        verify("torch.utils.data.DataLoader(shuffle=True)", np.concatenate(found), expected)
        in_order = DataLoader(TensorDataset(images), batch_size=batch_size, num_workers=0)
        verify("torch.utils.data.DataLoader", torch.cat([b for (b,) in in_order]), images)
        words.draw64(1)  # the base seed of a loader that does not shuffle
    verify("random_", full_draws64(9), words.draw64(9))


# --- C --------------------------------------------------------------------------------------------


def c_string(text):
    return f'"{text}"'


def c_seed(value):
    return f"UINT64_C({value})"


def c_double(value):
    return repr(float(value))  # the fewest digits that give the same double


def c_float(value):
    text = f"{float(np.float32(value)):.9g}"  # nine digits give the same float
    return text + ("F" if re.search(r"[.e]", text) else ".0F")


def c_list(values, render, indent=None):
    """On one line, or with an indent on several."""
    texts = [render(v) for v in values]
    if indent is None:
        return "{" + ", ".join(texts) + "}"
    lines, line = [], ""
    for text in texts:
        if line and len(indent) + len(line) + len(text) + 2 > 100:
            lines.append(line)
            line = ""
        line += f" {text}," if line else f"{text},"
    return "{\n" + "".join(f"{indent}{l}\n" for l in lines + [line]) + indent[4:] + "}"


def header(name, comment, body):
    guard = f"MNIST_TRAIN_TESTS_GOLDEN_{name.upper()}_H"
    first = f"made by scripts/make-golden.py with PyTorch {torch.__version__}; do not edit"
    includes = "".join(f"#include <{i}.h>\n" for i, word in
                       (("stdbool", " bool "), ("stddef", " size_t "), ("stdint", "int64_t "))
                       if word in body)
    lines = "".join(f"// {l}".rstrip() + "\n" for l in [first] + comment.strip().split("\n"))
    return (f"{lines}// clang-format off\n#ifndef {guard}\n#define {guard}\n\n"
            f"{includes}\n"
            f"{body.strip()}\n\n#endif\n")


def render_arrays(arrays):
    """Of (type and name, what renders a case, cases)."""
    return "\n".join(f"static const {name}[] = {{\n" + "".join(make(*case) for case in cases)
                     + "};\n"
                     for name, make, cases in arrays)


def first_of(values, render):
    return c_list(values.ravel()[:FIRST].tolist(), render, " " * 9 if render == c_float else None)


# --- runs.h ---------------------------------------------------------------------------------------

RUNS_COMMENT = f"""
Whole runs of the tutorial on MNIST with torch.nn, torch.optim.Adam and DataLoader(shuffle=True).
Hashes and indices are exact. Losses, accuracies and numbers of right answers depend on the last
bits that the kernels of the matrix products give, here OpenBLAS's for {CORETYPE}. Between those for
Haswell and SkylakeX the first 200 losses of seeds 0 to 2 differ by 4e-7 at most, the loss of
epoch 0 by 2e-5; later epochs by 0.0004 in loss, 0.06 in tutorial_accuracy and 0.3 in
test_tutorial_accuracy.

A hash of a tensor is the SHA-256 of its float32 values, little-endian, row by row; that of an
order, of its uint32 indices, little-endian. limit: the first so many images; 0: all of them.
Of an epoch, `first` are the first {FIRST} of the order (fewer when there are fewer images, then
zeros); `tutorial_loss` is the sum of the batches' mean losses, divided by the last batch's index
(by 1 when there is only one batch); `tutorial_accuracy` is the same of
floor(100 * right / batch), where batch is the size asked for; `loss` is the mean over the
images; `right` says how many had their highest output at their label. step_loss: the mean loss
of each of the run's first batches, step_count of them. The test runs once, after the epochs.

transforms: torchvision's, of the training images alone, in this order, transform_count of them;
each by its name and argument. The loader draws its two seeds at the start of an epoch; then for
each batch the transforms of its images draw, image by image, and the dropout mask behind them.
"""

RUNS_TYPES = f"""
typedef struct {{
    const char *order_sha256;
    uint32_t first[{FIRST}];
    double tutorial_loss, tutorial_accuracy, loss;
    size_t right;
}} GoldenEpoch;

typedef struct {{
    const char *name;
    uint64_t seed;
    size_t batch, train_limit, test_limit, epochs;
    const char *loss; // "tutorial" or "logits"
    double learning_rate;
    size_t transform_count;
    struct {{
        const char *name;
        double amount;
    }} transforms[3];
    const char *initial_sha256[4]; // d1.weight, d1.bias, d2.weight, d2.bias
    GoldenEpoch epoch[5];
    size_t step_count;
    double step_loss[{STEPS}];
    double test_tutorial_accuracy;
    size_t test_right, test_count;
}} GoldenRun;
"""


def run_settings(name, seed=0, batch=32, train=0, test=0, epochs=2, loss="tutorial", lr=0.001,
                 change=()):
    return dict(name=name, seed=seed, batch=batch, train=train, test=test, epochs=epochs, loss=loss,
                lr=lr, change=change)


def rotation(degrees):
    return "RandomRotation", degrees


def vertical_flip(probability):
    return "RandomVerticalFlip", probability


def horizontal_flip(probability):
    return "RandomHorizontalFlip", probability


RUNS = (
    run_settings("seed0", epochs=5),
    run_settings("seed1", seed=1, epochs=5),
    run_settings("seed2", seed=2, epochs=5),
    run_settings("seed0-logits", loss="logits"),
    run_settings("seed0-batch50-limit1010", batch=50, train=1010),  # a short last batch
    run_settings("seed0-limit512", train=512, test=256),
    run_settings("seed0-batch1", batch=1, train=40, test=10, epochs=3),
    run_settings("seed0-batch4096", batch=4096, train=1000, test=500, epochs=3),  # a single batch
    run_settings("seed0-limit33", train=33, test=65),  # a last batch of one image
    run_settings("seed0-limit1", train=1, test=1),
    run_settings("seed-above-32-bits", seed=2**32 + 7, train=512, test=256),
    run_settings("seed-largest", seed=2**64 - 1, train=512, test=256),
    run_settings("seed0-logits-rate0.01", loss="logits", lr=0.01, train=2000, test=1000),
    run_settings("seed0-transforms", train=1000, test=1000,
                 change=(rotation(10), horizontal_flip(0.5))),
    run_settings("seed1-transforms", seed=1, train=1000, test=1000,
                 change=(rotation(10), horizontal_flip(0.5))),
    run_settings("seed0-batch50-transforms", batch=50, train=1010, test=1000,
                 change=(horizontal_flip(0.5), vertical_flip(0.3), rotation(30))),
)


def read_idx(folder, name, magic, size):
    """The bytes behind the header, as rows of size; gzip or not."""
    names = [n + end for n in (name, name.replace("-idx", ".idx")) for end in ("", ".gz")]
    found = [folder / n for n in names if (folder / n).is_file()]
    if not found:
        fail(f"{folder}: expected {name} or {name}.gz, found neither")
    try:
        raw = found[0].read_bytes()
        raw = gzip.decompress(raw) if found[0].suffix == ".gz" else raw
    except (OSError, EOFError, zlib.error) as error:
        fail(f"{found[0]}: expected a readable file, found: {error}")
    start = 4 + 4 * magic[3]
    count = int.from_bytes(raw[4:8], "big")
    if raw[:4] != bytes(magic) or len(raw) != start + count * size:
        fail(f"{found[0]}: expected MNIST's {name}, found {len(raw)} bytes that are not")
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=start).reshape(-1, size).copy())


def read_mnist(folder):
    folder = Path(folder)
    return {split: (read_idx(folder, f"{split}-images-idx3-ubyte", (0, 0, 8, 3), PIXELS),
                    read_idx(folder, f"{split}-labels-idx1-ubyte", (0, 0, 8, 1), 1).long()[:, 0])
            for split in ("train", "t10k")}


def render_epoch(figures, order):
    return (f'            {{.order_sha256 = {c_string(sha256(order, "<u4"))},\n'
            f"             .first = {first_of(order, str)},\n"
            f"             .tutorial_loss = {c_double(figures.tutorial(figures.batch_losses))},\n"
            f"             .tutorial_accuracy = {c_double(figures.tutorial(figures.percents))},\n"
            f"             .loss = {c_double(figures.image_losses / figures.images)},\n"
            f"             .right = {figures.right}}},\n")


def render_transforms(names, indent):
    """Nothing when there are none: C makes it zeros."""
    pairs = c_list(names, lambda pair: f"{{{c_string(pair[0])}, {c_double(pair[1])}}}",
                   indent + " " * 4)
    return (f"{indent}.transform_count = {len(names)},\n{indent}.transforms = {pairs},\n"
            if names else "")


def make_run(run, mnist):
    train = [t[:run["train"] or None] for t in mnist["train"]]
    tested = [t[:run["test"] or None] for t in mnist["t10k"]]
    torch.manual_seed(run["seed"])
    model = Model(run["loss"])
    initial = [sha256(t.detach().numpy(), "<f4") for t in model.parameters()]
    optimizer = torch.optim.Adam(model.parameters(), lr=run["lr"])
    train_loader = loader(train[0], run["batch"], shuffle=True, names=run["change"])
    steps = []
    epochs = "".join(
        render_epoch(*train_epoch(model, optimizer, train_loader, train, run["batch"], steps))
        for _ in range(run["epochs"]))
    figures = test(model, loader(tested[0], run["batch"], shuffle=False), tested, run["batch"])
    return (f'    {{\n        .name = {c_string(run["name"])},\n'
            f'        .seed = {c_seed(run["seed"])},\n'
            f'        .batch = {run["batch"]},\n'
            f'        .train_limit = {run["train"]},\n'
            f'        .test_limit = {run["test"]},\n'
            f'        .epochs = {run["epochs"]},\n'
            f'        .loss = {c_string(run["loss"])},\n'
            f'        .learning_rate = {c_double(run["lr"])},\n'
            f'{render_transforms(run["change"], " " * 8)}'
            f'        .initial_sha256 = {c_list(initial, c_string, " " * 12)},\n'
            f"        .epoch = {{\n{epochs}        }},\n"
            f"        .step_count = {len(steps)},\n"
            f'        .step_loss = {c_list(steps, c_double, " " * 12)},\n'
            f"        .test_tutorial_accuracy = {c_double(figures.tutorial(figures.percents))},\n"
            f"        .test_right = {figures.right},\n"
            f"        .test_count = {figures.images},\n    }},\n")


def make_runs(mnist_folder):
    mnist = read_mnist(mnist_folder)
    body = "".join(make_run(run, mnist) for run in RUNS)
    return header("runs", RUNS_COMMENT,
                  f"{RUNS_TYPES}\nstatic const GoldenRun golden_runs[] = {{\n{body}}};")


# --- random.h -------------------------------------------------------------------------------------

RANDOM_COMMENT = f"""
PyTorch's random numbers on the CPU, all exact. Every case begins with torch.manual_seed(seed),
or for permutations with a torch.Generator of that seed. `sha256` is that of all the values as
little-endian numbers of their type, row by row; `first` are the first {FIRST} of them (fewer when
there are fewer, then zeros).

golden_draws64: all 64 bits of each draw, random_(-2**63, None) on int64; hashed as uint64.
golden_draws32: the 32-bit words that made these draws, the high half of each first; as uint32.
golden_draws63: random_() on int64, the draw without its highest bit: what seeds an epoch's
order; hashed as uint64.
golden_uniforms: torch.empty(count).uniform_(low, high), float32. PyTorch's kernels make each
value with a fused multiply-add: unit * (high - low) + low, where high - low is rounded to
float32 and the rest once, at the end. (On x86 without AVX2 they round the product as well.)
golden_permutations: torch.randperm(count, generator); hashed as uint32.
golden_masks: F.dropout(torch.ones(rows, {HIDDEN}), {DROPOUT}), float32, after words_before 32-bit
draws (torch.empty(words_before).uniform_()) and then masks_before masks of 32 rows. `kept`: how
many values are not zero.
"""

RANDOM_TYPES = f"""
typedef struct {{
    uint64_t seed;
    size_t count;
    const char *sha256;
    uint64_t first[{FIRST}];
}} GoldenDraws;

typedef struct {{
    uint64_t seed;
    size_t count;
    float low, high;
    const char *sha256;
    float first[{FIRST}];
}} GoldenUniform;

typedef struct {{
    uint64_t seed;
    size_t count;
    const char *sha256;
    uint32_t first[{FIRST}];
}} GoldenPermutation;

typedef struct {{
    uint64_t seed;
    size_t words_before, masks_before, rows;
    const char *sha256;
    float first[{FIRST}];
    size_t kept;
}} GoldenMask;
"""

SEEDS = (0, 1, 2, 42, 2**32 - 1, 2**32, 2**32 + 7, 2**63 - 1, 2**64 - 1)
BOUND_D1, BOUND_D2 = PIXELS**-0.5, HIDDEN**-0.5
UNIFORMS = tuple((seed, count, low, high) for seed, counts in
                 ((0, (1, 2, 3, 7, 8, 15, 16, 17, 623, 624, 625, 1001, HIDDEN * PIXELS)),
                  (1, (9, 1249)), (2**32 + 7, (33,)), (2**64 - 1, (1000,)))
                 for count in counts
                 for low, high in ((0.0, 1.0), (-BOUND_D1, BOUND_D1), (-BOUND_D2, BOUND_D2)))
PERMUTATIONS = tuple((seed, count) for count in (1, 2, 3, 10, 624, 625, 1000, 60000)
                     for seed in (0, 1, 2, 2**32 + 7, 2**63 - 1))
MASKS = (tuple((seed, 0, 0, 32) for seed in SEEDS) + tuple((seed, 0, 0, 16) for seed in (0, 1, 2)) +
         tuple((0, 0, before, 32) for before in (1, 2, 3, 100)) +
         tuple((0, 0, before, 16) for before in (1, 1874)) +
         tuple((seed, words, 0, rows) for seed, words, rows in
               ((0, 1, 32), (0, 3, 16), (0, 623, 32), (0, 625, 1), (1, 101770, 32), (1, 1, 32))) +
         tuple((seed, 3, before, 32) for seed, before in ((0, 1), (5, 7))) + ((0, 0, 0, 1),))


def render_draws(seed, values, dtype):
    return (f"    {{.seed = {c_seed(seed)}, .count = {values.size},\n"
            f"     .sha256 = {c_string(sha256(values, dtype))},\n"
            f'     .first = {c_list(values[:FIRST].tolist(), c_seed, " " * 9)}}},\n')


def make_draws64(seed):
    torch.manual_seed(seed)
    return render_draws(seed, full_draws64(1000), "<u8")


def make_draws32(seed):
    torch.manual_seed(seed)
    draws = full_draws64(1000)
    words = np.stack([draws >> np.uint64(32), draws & np.uint64(2**32 - 1)], axis=1).ravel()
    return render_draws(seed, words, "<u4")


def make_draws63(seed):
    torch.manual_seed(seed)
    return render_draws(seed, torch.empty(1000, dtype=torch.int64).random_().numpy(), "<u8")


def make_uniform(seed, count, low, high):
    torch.manual_seed(seed)
    values = torch.empty(count).uniform_(low, high).numpy()
    verify("uniform_", values, Words(seed).uniform(low, high, count))
    return (f"    {{.seed = {c_seed(seed)}, .count = {count},\n"
            f"     .low = {c_float(low)}, .high = {c_float(high)},\n"
            f'     .sha256 = {c_string(sha256(values, "<f4"))},\n'
            f"     .first = {first_of(values, c_float)}}},\n")


def make_permutation(seed, count):
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed)).numpy()
    verify("torch.randperm", order, Words(seed).permutation(count))
    return (f"    {{.seed = {c_seed(seed)}, .count = {count},\n"
            f'     .sha256 = {c_string(sha256(order, "<u4"))},\n'
            f"     .first = {first_of(order, str)}}},\n")


def make_mask(seed, words_before, masks_before, rows):
    torch.manual_seed(seed)
    torch.empty(words_before).uniform_()
    for _ in range(masks_before):
        F.dropout(torch.ones(32, HIDDEN), DROPOUT)
    mask = F.dropout(torch.ones(rows, HIDDEN), DROPOUT).numpy()
    return (f"    {{.seed = {c_seed(seed)}, .words_before = {words_before}, "
            f".masks_before = {masks_before}, .rows = {rows},\n"
            f'     .sha256 = {c_string(sha256(mask, "<f4"))},\n'
            f"     .first = {first_of(mask, c_float)},\n"
            f"     .kept = {np.count_nonzero(mask)}}},\n")


def make_random(_):
    arrays = (("GoldenDraws golden_draws64", make_draws64, [(s,) for s in SEEDS]),
              ("GoldenDraws golden_draws32", make_draws32, [(s,) for s in SEEDS]),
              ("GoldenDraws golden_draws63", make_draws63, [(s,) for s in SEEDS]),
              ("GoldenUniform golden_uniforms", make_uniform, UNIFORMS),
              ("GoldenPermutation golden_permutations", make_permutation, PERMUTATIONS),
              ("GoldenMask golden_masks", make_mask, MASKS))
    body = render_arrays(arrays)
    return header("random", RANDOM_COMMENT, f"{RANDOM_TYPES}\n{body}")


# --- gradients.h ----------------------------------------------------------------------------------

BATCH, SAMPLES = 5, 16

GRADIENTS_COMMENT = f"""
One small batch through the network, its gradient, and steps of Adam: needs no data set.

The batch: {BATCH} images of {PIXELS} pixels. Pixel i of image k is (i * 37 + k * 101) % 256,
divided by 255 in float32; its label is k * 3 % 10.
The network: torch.manual_seed(0), then Linear({PIXELS}, {HIDDEN}) and Linear({HIDDEN}, {CLASSES}).
dropout: torch.nn.Dropout({DROPOUT}) in training mode. Each forward pass draws its mask of
({BATCH}, {HIDDEN}) from the main generator: the first step's right after the parameters, each later
step's after the one before. mask_sha256 is that of the first mask, float32, little-endian, 0 or
1.25 each. Without dropout the module is in eval mode and mask_sha256 is NULL.
loss: "tutorial" is F.cross_entropy of F.softmax(logits, dim=1), "logits" is F.cross_entropy of
the logits; both the mean over the batch. mean_loss, logits and gradient are those of the first
step, before it changes the parameters.
Tensors come in the order d1.weight, d1.bias, d2.weight, d2.bias. golden_sample_index says which
entries are sampled, counted row by row of (outputs, inputs); golden_sample_count how many of the
{SAMPLES} places are used.
gradient: L2 norm and sum, in double, of the float32 gradient of the mean loss, and samples.
after_one, after_three: samples of the parameters after so many steps of
torch.optim.Adam(lr=0.001, betas=(0.9, 0.999), eps=1e-8), each on the same batch.

The last digits depend on the kernels of the matrix products. These gradients agree with double
precision within 1e-6 of the tensor's norm, parameters within 2e-6.
"""

GRADIENTS_TYPES = f"""
enum {{ GOLDEN_BATCH = {BATCH}, GOLDEN_SAMPLES = {SAMPLES} }};

typedef struct {{
    double norm, sum;
    float sample[GOLDEN_SAMPLES];
}} GoldenGradient;

typedef struct {{
    const char *name;
    const char *loss; // "tutorial" or "logits"
    bool dropout;
    const char *mask_sha256;
    double mean_loss;
    float logits[GOLDEN_BATCH * {CLASSES}]; // ({BATCH}, {CLASSES})
    GoldenGradient gradient[4];
    float after_one[4][GOLDEN_SAMPLES];
    float after_three[4][GOLDEN_SAMPLES];
}} GoldenStep;
"""


def made_batch(dtype):
    k = torch.arange(BATCH)[:, None]
    images = ((torch.arange(PIXELS) * 37 + k * 101) % 256).float().div(255).to(dtype)
    return images, torch.arange(BATCH) * 3 % 10


def sample_indices(size):
    """Spread over rows and columns alike; all of them when there are few."""
    return [(k * (size * 5 // 13 | 1) + size // 7) % size for k in range(min(SAMPLES, size))] \
        if size > SAMPLES else list(range(size))


def sample(tensor):
    flat = tensor.detach().flatten()
    return flat[sample_indices(flat.numel())].tolist()


def step_figures(loss, dropout, dtype):
    """mean_loss, logits, the gradients, the parameters after one and three steps: tensors."""
    images, labels = made_batch(dtype)
    torch.manual_seed(0)
    model = Model(loss).to(dtype).train(dropout)
    parameters = list(model.parameters())
    optimizer = torch.optim.Adam(parameters, lr=0.001)
    after = []
    for step in range(3):
        state = torch.get_rng_state()
        value = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        value.backward()
        if step == 0:
            mean_loss, gradients = value.item(), [p.grad.clone() for p in parameters]
            torch.set_rng_state(state)
            logits = model.logits(images).detach()
        optimizer.step()
        after.append([p.detach().clone() for p in parameters])
    return mean_loss, logits, gradients, after[0], after[2]


def first_mask():
    torch.manual_seed(0)
    Model("logits")
    return F.dropout(torch.ones(BATCH, HIDDEN), DROPOUT).numpy()


def verify_near(what, found, expected, distance):
    worst = float((found.double() - expected).abs().max())
    if not worst <= distance:
        fail(f"{what}: expected float32 within {distance:g} of double precision, found {worst:g}")


def verify_step(name, figures, exact):
    """Double precision, from the same initial values and masks, must say the same."""
    verify_near(f"{name}, loss", torch.tensor(figures[0]), exact[0], 1e-6)
    verify_near(f"{name}, logits", figures[1], exact[1], 1e-6)
    for tensor, found, expected in zip(TENSORS, figures[2], exact[2]):
        verify_near(f"{name}, gradient of {tensor}", found, expected, 1e-6 * expected.norm())
    for tensors, exact_tensors in zip(figures[3:], exact[3:]):
        for tensor, found, expected in zip(TENSORS, tensors, exact_tensors):
            verify_near(f"{name}, {tensor} sampled after steps", torch.tensor(sample(found)),
                        torch.tensor(sample(expected), dtype=torch.float64), 2e-6)


def render_samples(tensors):
    return "".join(" " * 12 + c_list(sample(t), c_float, " " * 16) + ",\n" for t in tensors)


def make_step(loss, dropout):
    name = loss + ("-dropout" if dropout else "")
    figures = step_figures(loss, dropout, torch.float32)
    verify_step(name, figures, step_figures(loss, dropout, torch.float64))
    mean_loss, logits, gradients, after_one, after_three = figures
    mask = c_string(sha256(first_mask(), "<f4")) if dropout else "NULL"
    gradient = "".join(f"            {{.norm = {c_double(g.double().norm())},\n"
                       f"             .sum = {c_double(g.double().sum())},\n"
                       f'             .sample = {c_list(sample(g), c_float, " " * 17)}}},\n'
                       for g in gradients)
    return (f"    {{\n        .name = {c_string(name)},\n"
            f"        .loss = {c_string(loss)},\n"
            f'        .dropout = {"true" if dropout else "false"},\n'
            f"        .mask_sha256 = {mask},\n"
            f"        .mean_loss = {c_double(mean_loss)},\n"
            f'        .logits = {c_list(logits.flatten().tolist(), c_float, " " * 12)},\n'
            f"        .gradient = {{\n{gradient}        }},\n"
            f"        .after_one = {{\n{render_samples(after_one)}        }},\n"
            f"        .after_three = {{\n{render_samples(after_three)}        }},\n    }},\n")


def make_gradients(_):
    indices = [sample_indices(p.numel()) for p in Model("logits").parameters()]
    rows = "".join(" " * 4 + c_list(row, str, " " * 8) + ",\n" for row in indices)
    steps = "".join(make_step(loss, dropout)
                    for loss in ("tutorial", "logits") for dropout in (False, True))
    return header("gradients", GRADIENTS_COMMENT,
                  f"{GRADIENTS_TYPES}\n"
                  f"static const size_t golden_sample_count[4] = "
                  f"{c_list(map(len, indices), str)};\n\n"
                  f"static const size_t golden_sample_index[4][GOLDEN_SAMPLES] = {{\n{rows}}};\n\n"
                  f"static const GoldenStep golden_steps[] = {{\n{steps}}};")


# --- transforms.h ---------------------------------------------------------------------------------

TURNED = 100  # images of the training set that are changed: the first ones

TRANSFORMS_COMMENT = f"""
torchvision.transforms of MNIST's training images, as PIL's images of mode L, and
torchvision.utils.make_grid; all exact. `sha256` is that of the pixels as bytes, image by image,
row by row.

golden_rotations, golden_flips: the first {TURNED} images, each rotated by the same angle with
functional.rotate (nearest, what comes from outside is 0), or flipped.
golden_changes: torch.manual_seed(seed), then the transforms, transform_count of them in this order,
of the first {TURNED} images one after the other. next: all 64 bits of the draw behind them.
golden_grids: torch.manual_seed(seed), then the first batch of DataLoader(batch_size=batch,
shuffle=True) over the first train_limit images (0: all) with the transforms and ToTensor. Its
`sha256` is that of make_grid's pixels as save_image writes them: height rows of width pixels, each
as three equal bytes. next: all 64 bits of the draw behind the batch.
"""

TRANSFORMS_TYPES = f"""
enum {{ GOLDEN_TURNED = {TURNED} }};

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
    double amount;    // degrees or probability
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
    size_t width, height;
    const char *sha256; // (height, width, 3)
    uint64_t next;
}} GoldenGrid;
"""

ANGLES = (tuple(k * 7.5 for k in range(-6, 7)) +
          (-720.0, -360.0, -270.0, -180.0, -90.0, 90.0, 180.0, 270.0, 360.0, 450.0) +
          (0.001, -0.001, 1e-14, -1e-20, 1.0, -3.3, 12.345678, 60.0, 89.99999, 90.00001, 123.456,
           135.0, -135.0, 179.99998474121094, 225.0, 300.0, 359.9))
ALL_CHANGES = rotation(30), vertical_flip(0.3), horizontal_flip(0.5)
CHANGES = tuple((seed, change) for change in
                (ALL_CHANGES, ALL_CHANGES[::-1], (rotation(0),),
                 (vertical_flip(0.5), rotation(180), horizontal_flip(0.1)),
                 (horizontal_flip(0.0), vertical_flip(1.0)))
                for seed in (0, 1, 2))
GRIDS = (tuple((seed, 32, 0, ()) for seed in (0, 1, 2)) +
         tuple((0, batch, 0, ()) for batch in (1, 2, 5, 7, 8, 9, 100)) +
         ((0, 32, 20, ()), (0, 32, 1, ())) +  # fewer images than a batch asks for
         tuple((seed, 32, 0, (rotation(15), horizontal_flip(0.5))) for seed in (0, 1)) +
         ((2, 5, 0, ALL_CHANGES),))


def changed_sha256(images, change):
    return sha256(np.stack([change(picture(image)) for image in images]), np.uint8)


def changed_by_rule(image, words):
    """By ALL_CHANGES, drawn as the program draws them."""
    image = picture(image)
    image = transforms.functional.rotate(image, float(words.uniform(-30, 30, 1)[0]))
    for flip, probability in ((transforms.functional.vflip, 0.3),
                              (transforms.functional.hflip, 0.5)):
        if words.uniform(0, 1, 1)[0] < np.float32(probability):
            image = flip(image)
    return as_floats(torch.from_numpy(np.array(image)))


def verify_changes(seed):
    """What a loader with transforms draws in its epochs and between them, and a few draws alone."""
    torch.manual_seed(seed)
    words = Words(seed)
    made = (torch.arange(77)[:, None] + torch.arange(PIXELS) * 37) % 256
    for count, batch_size in ((1, 32), (33, 32), (77, 50)):
        images = made[:count].to(torch.uint8)
        batches = loader(images, batch_size, shuffle=True, names=ALL_CHANGES)
        for _ in range(2):
            found, order = [], words.epoch_order(count)
            for indices, changed in batches:
                found.append(indices)
                expected = [changed_by_rule(images[i], words) for i in indices]
                verify("torchvision.transforms", changed[:, 0], torch.stack(expected))
                mask = F.dropout(torch.ones(len(indices), HIDDEN), DROPOUT).numpy()
                verify("torch.nn.Dropout behind transforms", mask.ravel(), words.mask(mask.size))
            verify("torch.utils.data.DataLoader with transforms", torch.cat(found), order)
    torch.manual_seed(seed)
    verify("RandomRotation(0)", transforms.RandomRotation.get_params([0.0, 0.0]), 0.0)
    unit = float(Words(seed).uniform(0, 1, 2)[1])
    verify("a flip's probability in float32", bool(torch.rand(1) < unit + 2.0**-40), False)


def make_rotation(images, degrees):
    value = changed_sha256(images, lambda p: transforms.functional.rotate(p, degrees))
    return f"    {{.degrees = {c_double(degrees)},\n     .sha256 = {c_string(value)}}},\n"


def make_flip(images, name):
    value = changed_sha256(images, compose([(name, 1.0)]))
    return f"    {{.name = {c_string(name)},\n     .sha256 = {c_string(value)}}},\n"


def make_change(images, seed, change):
    torch.manual_seed(seed)
    value = changed_sha256(images, compose(change))
    return (f"    {{\n        .seed = {c_seed(seed)},\n"
            f'{render_transforms(change, " " * 8)}'
            f"        .sha256 = {c_string(value)},\n"
            f"        .next = {c_seed(full_draws64(1)[0])},\n    }},\n")


def make_grid(images, seed, batch, train_limit, change):
    torch.manual_seed(seed)
    dataset = Pictures(images[:train_limit or None], change)
    batches = DataLoader(dataset, batch_size=batch, shuffle=True, num_workers=0)
    _, images = next(iter(batches))
    after = full_draws64(1)[0]
    grid = torchvision.utils.make_grid(images)
    pixels = grid.mul(255).add_(0.5).clamp_(0, 255).permute(1, 2, 0).to(torch.uint8).numpy()
    height, width, _ = pixels.shape
    return (f"    {{\n        .seed = {c_seed(seed)},\n"
            f"        .batch = {batch},\n        .train_limit = {train_limit},\n"
            f'{render_transforms(change, " " * 8)}'
            f"        .width = {width},\n        .height = {height},\n"
            f"        .sha256 = {c_string(sha256(pixels, np.uint8))},\n"
            f"        .next = {c_seed(after)},\n    }},\n")


def make_transforms(mnist_folder):
    for seed in SEEDS:
        verify_changes(seed)
    images = read_mnist(mnist_folder)["train"][0]
    turned = images[:TURNED]
    arrays = (("GoldenRotation golden_rotations", make_rotation, [(turned, a) for a in ANGLES]),
              ("GoldenFlip golden_flips", make_flip,
               [(turned, name) for name in ("RandomVerticalFlip", "RandomHorizontalFlip")]),
              ("GoldenChange golden_changes", make_change, [(turned, *c) for c in CHANGES]),
              ("GoldenGrid golden_grids", make_grid, [(images, *g) for g in GRIDS]))
    body = render_arrays(arrays)
    versions = f"torchvision {torchvision.__version__}, Pillow {Image.__version__}"
    return header("transforms", f"{versions}\n{TRANSFORMS_COMMENT}", f"{TRANSFORMS_TYPES}\n{body}")


# --- Comparing ------------------------------------------------------------------------------------

# How far a field's numbers may be from those in the file, (absolute, relative); others not at all.
TOLERANCES = {
    "runs": {"tutorial_loss": (8e-4, 0), "loss": (8e-4, 0), "tutorial_accuracy": (0.2, 0),
             "right": (0, 0.002), "step_loss": (1e-3, 0), "test_tutorial_accuracy": (0.5, 0),
             "test_right": (0, 0.005)},
    "random": {},
    "gradients": {"mean_loss": (1e-6, 0), "logits": (1e-6, 0), "norm": (0, 1e-5),
                  "sum": (1e-5, 1e-5), "sample": (1e-6, 1e-4), "after_one": (2e-6, 0),
                  "after_three": (2e-6, 0)},
    "transforms": {},
}

TOKEN = re.compile(r'//[^\n]*|"[^"\n]*"|-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|\.?\w+|\S')
NUMBER = re.compile(r"-?[\d.]")


def tokens(text):
    """Each with the field it belongs to; comments left out."""
    field = ""
    for token in TOKEN.findall(text):
        if re.match(r"\.[a-z]", token):
            field = token[1:]
        if not token.startswith("//"):
            yield field, token


def agree(field, made, there, tolerances):
    if made == there:
        return True
    if field not in tolerances or not (NUMBER.match(made) and NUMBER.match(there)):
        return False
    absolute, relative = tolerances[field]
    distance = abs(float(made) - float(there))
    return distance <= absolute + relative * abs(float(there))


def check(name, text):
    """What differs between the made header and the one that is there: lines."""
    path = GOLDEN / f"{name}.h"
    try:
        there = list(tokens(path.read_text()))
    except OSError as error:
        return [f"expected a readable file, found: {error.strerror}"]
    made = list(tokens(text))
    if len(made) != len(there):
        return [f"expected {len(made)} words of C, found {len(there)}"]
    differences, case = [], ""
    for (field, new), (_, old) in zip(made, there):
        if field == "name" and new.startswith('"'):
            case = new.strip('"') + ", "
        if not agree(field, new, old, TOLERANCES[name]):
            differences.append(f"{case}{field}: expected {new}, found {old}")
    return differences


def main():
    makers = {"runs": make_runs, "random": make_random, "gradients": make_gradients,
              "transforms": make_transforms}
    parser = argparse.ArgumentParser(
        description="Makes the golden figures of the tests, tests/golden/*.h, from PyTorch.")
    parser.add_argument("--mnist", metavar="DIR", default=os.environ.get("MNIST_DATA"),
                        help="folder of MNIST's four files (default: $MNIST_DATA)")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true",
                        help="compare with the files, write nothing")
    action.add_argument("--print", action="store_true", help="write to standard output")
    parser.add_argument("headers", metavar="HEADER", nargs="*",
                        help="runs, random, gradients or transforms (default: all)")
    options = parser.parse_args()
    for name in options.headers:
        if name not in makers:
            parser.error(f"HEADER: expected one of {', '.join(makers)}, found {name}")
    for name in options.headers or makers:
        if name in ("runs", "transforms") and not torchvision:
            fail(f"{name}: expected the Python modules torchvision and PIL, found not both; "
                 "install python3-torchvision")
        if name in ("runs", "transforms") and not options.mnist:
            fail(f"{name}: expected the folder of MNIST by --mnist or $MNIST_DATA, found neither")

    torch.set_num_threads(1)
    for seed in SEEDS:
        verify_rules(seed)
    texts = {name: makers[name](options.mnist) for name in options.headers or makers}
    failed = False
    for name, text in texts.items():
        path = GOLDEN / f"{name}.h"
        if options.print:
            sys.stdout.write(text)
        elif options.check:
            differences = check(name, text)
            failed = failed or bool(differences)
            print("\n".join(f"{path}: {d}" for d in differences or ["agrees with PyTorch"]))
        else:
            GOLDEN.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(path)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
