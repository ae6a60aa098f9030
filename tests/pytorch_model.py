"""usage: pytorch_model.py MNIST MODEL NEW_MODEL
Loads a safetensors MODEL into the tutorial's network, prints the digit that it sees in each test
image, and writes the network as PyTorch's users do.
"""
import gzip
import pathlib
import sys

import torch
from torch import nn

try:
    from safetensors.torch import load_file, save_file
except ImportError:
    sys.path.append(str(pathlib.Path(__file__).parent / "safetensors_substitute"))
    from safetensors.torch import load_file, save_file


class MyModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.d1 = nn.Linear(784, 128)
        self.dropout = nn.Dropout(p=0.2)
        self.d2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.dropout(torch.relu(self.d1(x.flatten(1))))
        return torch.softmax(self.d2(x), dim=1)


mnist, model_path, new_path = sys.argv[1:]
model = MyModel()
model.load_state_dict(load_file(model_path))
model.eval()
pixels = gzip.open(f"{mnist}/t10k-images-idx3-ubyte.gz").read()[16:]
images = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).reshape(-1, 1, 28, 28)
with torch.no_grad():
    for digit in model(images.float() / 255).argmax(1).tolist():
        print(digit)
save_file(model.state_dict(), new_path)
