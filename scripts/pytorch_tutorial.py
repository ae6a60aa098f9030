"""The tutorial's run in PyTorch, with its printed lines: scripts/compare_pytorch.py starts this.

usage: pytorch_tutorial.py --data DIR [--seed N] [--epochs N] [--nudge]

--nudge changes the last bit of each initial weight of the first layer.
"""
import argparse
import math
import sys

sys.dont_write_bytecode = True  # scripts/ holds sources alone

import torch
from golden.data import read_data
from golden.tutorial import Model, data_loader, evaluate, train_epoch

BATCH = 32


def run(options):
    data = read_data(options.data)
    torch.manual_seed(options.seed)
    model = Model("tutorial")
    if options.nudge:
        with torch.no_grad():
            weight = model.d1.weight
            weight.copy_(torch.nextafter(weight, torch.full_like(weight, math.inf)))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    batches = data_loader(data["train"][0], BATCH, True)
    for epoch in range(options.epochs):
        found, _, _ = train_epoch(model, optimizer, batches, data["train"], BATCH)
        print(f"Epoch: {epoch} | Loss: {found.tutorial_loss():.4f} | Train Accuracy: {found.tutorial_accuracy():.2f}",
              flush=True)
    found = evaluate(model, data_loader(data["t10k"][0], BATCH, False), data["t10k"], BATCH)
    print(f"Test Accuracy: {found.tutorial_accuracy():.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--nudge", action="store_true")
    run(parser.parse_args())


main()
