"""One epoch of the tutorial's own script in PyTorch, by the clock. Prints JSON.

usage: tutorial.py FOLDER WORKERS

FOLDER has MNIST/raw, torchvision's place, with the raw files; WORKERS is the DataLoader's num_workers, 2 in
the tutorial.
"""
import json
import sys
import time

import torch
import torchvision
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

BATCH_SIZE = 32


class MyModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.d1 = nn.Linear(28 * 28, 128)
        self.dropout = nn.Dropout(p=0.2)
        self.d2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.dropout(F.relu(self.d1(x.flatten(start_dim=1))))
        return F.softmax(self.d2(x), dim=1)


def get_accuracy(outputs, targets):
    corrects = (torch.max(outputs, 1)[1].view(targets.size()).data == targets.data).sum()
    return (100.0 * corrects / BATCH_SIZE).item()


def train_epoch(loader, model, criterion, optimizer):
    loss_sum = accuracy_sum = 0.0
    model.train()
    for images, labels in loader:
        outputs = model(images)
        loss = criterion(outputs, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach().item()
        accuracy_sum += get_accuracy(outputs, labels)


def main():
    images = torchvision.datasets.MNIST(root=sys.argv[1], train=True,
                                        transform=torchvision.transforms.ToTensor())
    loader = DataLoader(images, batch_size=BATCH_SIZE, shuffle=True, num_workers=int(sys.argv[2]))
    model = MyModel()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    begun = time.perf_counter()
    train_epoch(loader, model, nn.CrossEntropyLoss(), optimizer)
    print(json.dumps({"epoch": time.perf_counter() - begun}))


main()
