"""One epoch of the tutorial's own script in PyTorch, by the clock. Prints JSON.

usage: tutorial.py FOLDER WORKERS

FOLDER has MNIST/raw, torchvision's place, with the raw files; WORKERS is the DataLoader's
num_workers, 2 in the tutorial. The images come from torchvision where it is installed, else from a
data set that gives the same tensors without PIL.
"""
import json
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

try:
    import torchvision
except ImportError:
    torchvision = None

BATCH_SIZE = 32


class Mnist(Dataset):
    """The training set as torchvision's MNIST with ToTensor gives it, an image at a time."""

    def __init__(self, folder):
        images = (folder / "MNIST/raw/train-images-idx3-ubyte").read_bytes()[16:]
        labels = (folder / "MNIST/raw/train-labels-idx1-ubyte").read_bytes()[8:]
        self.images = torch.frombuffer(bytearray(images), dtype=torch.uint8).view(-1, 28, 28)
        self.labels = torch.frombuffer(bytearray(labels), dtype=torch.uint8)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = self.images[index].unsqueeze(0).to(torch.float32).div(255)
        return image, int(self.labels[index])


def load(folder):
    if torchvision is None:
        return Mnist(folder)
    return torchvision.datasets.MNIST(
        root=folder, train=True, transform=torchvision.transforms.ToTensor()
    )


class MyModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.d1 = nn.Linear(28 * 28, 128)
        self.dropout = nn.Dropout(p=0.2)
        self.d2 = nn.Linear(128, 10)

    def forward(self, x):
        x = x.flatten(start_dim=1)
        x = F.relu(self.d1(x))
        x = self.dropout(x)
        logits = self.d2(x)
        return F.softmax(logits, dim=1)


def get_accuracy(outputs, targets, batch_size):
    corrects = (torch.max(outputs, 1)[1].view(targets.size()).data == targets.data).sum()
    accuracy = 100.0 * corrects / batch_size
    return accuracy.item()


def train_epoch(loader, model, criterion, optimizer):
    running_loss = 0.0
    running_accuracy = 0.0
    model.train()
    for i, (images, labels) in enumerate(loader):
        outputs = model(images)
        loss = criterion(outputs, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        running_loss += loss.detach().item()
        running_accuracy += get_accuracy(outputs, labels, BATCH_SIZE)
    return running_loss / i, running_accuracy / i


def main():
    folder, workers = Path(sys.argv[1]), int(sys.argv[2])
    loader = DataLoader(load(folder), batch_size=BATCH_SIZE, shuffle=True, num_workers=workers)
    model = MyModel()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    begun = time.perf_counter()
    loss, accuracy = train_epoch(loader, model, criterion, optimizer)
    result = {
        "epoch": round(time.perf_counter() - begun, 6),
        "workers": workers,
        "threads": torch.get_num_threads(),
        "version": torch.__version__,
        "torchvision": torchvision.__version__ if torchvision else None,
        "loss": round(loss, 4),
        "accuracy": round(accuracy, 2),
    }
    print(json.dumps(result))


main()
