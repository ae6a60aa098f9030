"""PyTorch's run of the tutorial beside mnist-train's: see compare-pytorch.sh, which starts this."""
import argparse
import gzip
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Kernels that every 64-bit processor of the kind has, to be set beside the one that OpenBLAS, MKL and
# PyTorch itself choose.
OTHER_KERNELS = {
    "x86_64": {"OPENBLAS_CORETYPE": "Haswell", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
    "aarch64": {"OPENBLAS_CORETYPE": "ARMV8"},
    "arm64": {"OPENBLAS_CORETYPE": "ARMV8"},
}
OLDER_KERNELS = {"OPENBLAS_CORETYPE": "Sandybridge", "MKL_ENABLE_INSTRUCTIONS": "AVX"}
BATCH_SIZE = 32


def fail(text):
    print(f"compare-pytorch: {text}", file=sys.stderr)
    sys.exit(2)


def find_mnist():
    for folder in (os.environ.get("MNIST_DATA"), ROOT / "data/mnist"):
        if folder and (Path(folder) / "t10k-labels-idx1-ubyte.gz").is_file():
            return Path(folder)
    fail("expected MNIST in $MNIST_DATA or data/mnist, found none; run scripts/fetch-mnist.sh")


# --- The tutorial in PyTorch, in a process of its own ----------------------------------------------


def run_tutorial(folder, seed, epochs):
    """Its printed lines. The images are in memory, and a batch is one index: the same numbers."""
    import torch
    from torch import nn
    from torch.nn import functional as F
    from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler

    class MyModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.d1 = nn.Linear(28 * 28, 128)
            self.dropout = nn.Dropout(p=0.2)
            self.d2 = nn.Linear(128, 10)

        def forward(self, x):
            x = self.dropout(F.relu(self.d1(x)))
            return F.softmax(self.d2(x), dim=1)

    class Mnist(torch.utils.data.Dataset):
        def __init__(self, split):
            def read(name, offset):
                raw = gzip.decompress((folder / f"{split}-{name}-ubyte.gz").read_bytes())
                return torch.frombuffer(bytearray(raw[offset:]), dtype=torch.uint8)

            self.images = read("images-idx3", 16).view(-1, 784).to(torch.float32).div(255)
            self.labels = read("labels-idx1", 8).long()

        def __len__(self):
            return len(self.images)

        def __getitem__(self, places):
            return self.images[places], self.labels[places]

    def load(split, sampler):
        data = Mnist(split)
        batches = BatchSampler(sampler(data), BATCH_SIZE, drop_last=False)
        return DataLoader(data, sampler=batches, batch_size=None)

    def accuracy(outputs, labels):  # in whole percent, as PyTorch 1.2 divides
        return 100 * int((outputs.max(1)[1] == labels).sum()) // BATCH_SIZE

    train, test = load("train", RandomSampler), load("t10k", SequentialSampler)
    torch.manual_seed(seed)
    model = MyModel()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    for epoch in range(epochs):
        loss_sum = accuracy_sum = 0.0
        model.train()
        for i, (images, labels) in enumerate(train):
            outputs = model(images)
            loss = criterion(outputs, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item()
            accuracy_sum += accuracy(outputs, labels)
        print(f"Epoch: {epoch} | Loss: {loss_sum / i:.4f} | Train Accuracy: {accuracy_sum / i:.2f}")
    accuracy_sum = 0.0
    model.eval()
    with torch.no_grad():
        for i, (images, labels) in enumerate(test):
            accuracy_sum += accuracy(model(images), labels)
    print(f"Test Accuracy: {accuracy_sum / i:.2f}")


# --- The comparison --------------------------------------------------------------------------------


def lines_of(command, kernels):
    environment = {**os.environ, **kernels}
    if not kernels:  # what the machine chooses
        for name in OTHER_KERNELS["x86_64"] | {"OPENBLAS_L2_SIZE": ""}:
            environment.pop(name, None)
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        fail(f"{command[0]}: expected it to end well, found exit status {done.returncode}")
    return done.stdout.splitlines()


def figures(lines):
    """(losses, accuracies)"""
    losses = [float(found) for line in lines for found in re.findall(r" Loss: ([0-9.]+)", line)]
    accuracies = [float(found) for line in lines for found in re.findall(r"Accuracy: ([0-9.]+)", line)]
    return losses, accuracies


def distances(lines, others):
    """Mean distance of losses, and of accuracies."""
    return [
        sum(abs(a - b) for a, b in zip(mine, theirs)) / max(len(mine), 1)
        for mine, theirs in zip(figures(lines), figures(others))
    ]


def print_runs(seed, ours, torch_lines, torch_other):
    print(f"Seed {seed}")
    for name, lines in (("mnist-train", ours), ("PyTorch", torch_lines),
                        ("PyTorch, another kernel", torch_other)):
        print(f"  {name}")
        for line in lines:
            print(f"    {line}")
    sys.stdout.flush()


def seed_list(text):
    if not re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*", text):
        fail(f"--seeds: expected numbers as in 0-2 or 1,5-7, found '{text}'")
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def compare(options):
    folder = find_mnist()
    program = os.environ.get("MNIST_TRAIN", str(ROOT / "build/mnist-train"))
    if not shutil.which(program):
        fail(f"{program}: expected the program, found none; run make")
    kernel = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    other = OTHER_KERNELS.get(platform.machine(), {})
    if "kernel Haswell" in kernel:
        other = OLDER_KERNELS
    sums = [[0.0, 0.0], [0.0, 0.0]]
    for seed in seed_list(options.seeds):
        numbers = ["--seed", str(seed), "--epochs", str(options.epochs)]
        tutorial = [sys.executable, __file__, "--tutorial", *numbers]
        ours = lines_of([program, "--data", str(folder), "--quiet", *numbers], {})
        torch_lines = lines_of(tutorial, {})
        torch_other = lines_of(tutorial, other)
        print_runs(seed, ours, torch_lines, torch_other)
        for place, lines in enumerate((ours, torch_other)):
            for kind, distance in enumerate(distances(lines, torch_lines)):
                sums[place][kind] += distance
    return verdict(sums, len(list(seed_list(options.seeds))))


def verdict(sums, seeds):
    print("Mean distance from PyTorch      loss    accuracy (points)")
    for name, (loss, accuracy) in zip(("mnist-train", "PyTorch, another kernel"), sums):
        print(f"  {name:<26} {loss / seeds:8.6f}  {accuracy / seeds:8.4f}")
    if sums[1] == [0.0, 0.0]:
        print("PyTorch gave the same lines on both kernels: nothing to compare with")
        return 0 if sums[0] == [0.0, 0.0] else 1
    near = all(ours <= 2 * theirs for ours, theirs in zip(*sums))
    print(f"mnist-train is {'no further' if near else 'further'} from PyTorch than twice PyTorch is "
          "from itself")
    return 0 if near else 1


def main():
    parser = argparse.ArgumentParser(prog="compare-pytorch.sh")
    parser.add_argument("--seeds", default="0-2")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--tutorial", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tutorial:
        run_tutorial(find_mnist(), options.seed, options.epochs)
    else:
        sys.exit(compare(options))


main()
