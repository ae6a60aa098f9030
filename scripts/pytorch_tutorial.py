"""The tutorial's run in PyTorch, with its printed lines: scripts/compare_pytorch.py starts this.

usage: pytorch_tutorial.py --data DIR [--seed N] [--epochs N] [--nudge]

The images stay in memory and each batch is one index operation. Neither changes a number: the
random draws and the arithmetic are those of the tutorial's own script. --nudge changes the last bit
of each initial weight of the first layer.
"""
import argparse
import gzip
import math
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler, SequentialSampler

PIXELS, HIDDEN, CLASSES, BATCH_SIZE = 28 * 28, 128, 10, 32


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.d1 = nn.Linear(PIXELS, HIDDEN)
        self.dropout = nn.Dropout(p=0.2)
        self.d2 = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x):
        x = self.dropout(F.relu(self.d1(x)))
        return F.softmax(self.d2(x), dim=1)


class Mnist(Dataset):
    """Images (count, 784) from 0 to 1 and labels (count), indexed by a whole batch."""

    def __init__(self, directory, split):
        def read(name, header_bytes):
            raw = gzip.decompress((directory / f"{split}-{name}-ubyte.gz").read_bytes())
            return torch.frombuffer(bytearray(raw[header_bytes:]), dtype=torch.uint8)

        self.images = read("images-idx3", 16).view(-1, PIXELS).to(torch.float32).div(255)
        self.labels = read("labels-idx1", 8).long()

    def __len__(self):
        return len(self.images)

    def __getitem__(self, indices):
        return self.images[indices], self.labels[indices]


def make_loader(data, sampler):
    batches = BatchSampler(sampler(data), BATCH_SIZE, drop_last=False)
    return DataLoader(data, sampler=batches, batch_size=None)


def accuracy(outputs, labels):
    """In whole percent of a full batch, as PyTorch 1.2 divides integers."""
    return 100 * int((outputs.max(1)[1] == labels).sum()) // BATCH_SIZE


def train_epoch(model, loader, optimizer):
    """The sums of the batches' losses and accuracies, each divided by the last batch's index."""
    criterion = nn.CrossEntropyLoss()
    loss_sum = accuracy_sum = 0.0
    model.train()
    for i, (images, labels) in enumerate(loader):
        outputs = model(images)
        loss = criterion(outputs, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        accuracy_sum += accuracy(outputs, labels)
    return loss_sum / i, accuracy_sum / i


def test(model, loader):
    accuracy_sum = 0.0
    model.eval()
    with torch.no_grad():
        for i, (images, labels) in enumerate(loader):
            accuracy_sum += accuracy(model(images), labels)
    return accuracy_sum / i


def run(options):
    train_loader = make_loader(Mnist(options.data, "train"), RandomSampler)
    test_loader = make_loader(Mnist(options.data, "t10k"), SequentialSampler)
    torch.manual_seed(options.seed)
    model = Network()
    if options.nudge:
        with torch.no_grad():
            weight = model.d1.weight
            weight.copy_(torch.nextafter(weight, torch.full_like(weight, math.inf)))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    for epoch in range(options.epochs):
        loss, percent = train_epoch(model, train_loader, optimizer)
        print(f"Epoch: {epoch} | Loss: {loss:.4f} | Train Accuracy: {percent:.2f}", flush=True)
    print(f"Test Accuracy: {test(model, test_loader):.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--nudge", action="store_true")
    run(parser.parse_args())


main()
