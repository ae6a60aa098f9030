"""usage: pytorch_model.py MNIST MODEL NEW_MODEL
Loads a safetensors MODEL into the tutorial's network, prints the digit that it sees in each test
image, and writes the network as PyTorch's safetensors would: other order, other header.
"""
import gzip
import json
import pathlib
import sys

import torch
from torch import nn


class MyModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.d1 = nn.Linear(784, 128)
        self.dropout = nn.Dropout(p=0.2)
        self.d2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.dropout(torch.relu(self.d1(x.flatten(1))))
        return torch.softmax(self.d2(x), dim=1)


def load_file(path):
    """safetensors.torch.load_file, which not every machine has."""
    data = pathlib.Path(path).read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    assert header.pop("__metadata__")["format"] == "pt"
    tensors = {}
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        values = bytearray(data[8 + size + begin:8 + size + end])
        assert tensor["dtype"] == "F32"
        tensors[name] = torch.frombuffer(values, dtype=torch.float32).reshape(tensor["shape"])
    return tensors


def save_file(tensors, path):
    header, data = {}, b""
    for name in sorted(tensors, reverse=True):
        values = tensors[name].detach().numpy().astype("<f4").tobytes()
        header[name] = {"shape": list(tensors[name].shape), "dtype": "F32",
                        "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, indent=1).encode()
    text += b" " * (-len(text) % 8 + 16)
    pathlib.Path(path).write_bytes(len(text).to_bytes(8, "little") + text + data)


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
