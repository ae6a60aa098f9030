"""usage: pytorch_model.py MNIST MODEL NEW_MODEL
Loads a safetensors MODEL into the tutorial's network, prints the digit that it sees in each test
image, and writes the network as PyTorch's users do.
"""
import gzip
import pathlib
import sys

import torch

try:
    from safetensors.torch import load_file, save_file
except ImportError:
    sys.path.append(str(pathlib.Path(__file__).parent / "safetensors_substitute"))
    from safetensors.torch import load_file, save_file

sys.dont_write_bytecode = True  # scripts/ holds sources alone
sys.path.append(str(pathlib.Path(__file__).parent.parent / "scripts"))
from golden.tutorial import Model

mnist, model_path, new_path = sys.argv[1:]
model = Model("tutorial")
model.load_state_dict(load_file(model_path))
model.eval()
pixels = gzip.open(f"{mnist}/t10k-images-idx3-ubyte.gz").read()[16:]
images = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).reshape(-1, 784)
with torch.no_grad():
    for digit in model(images.float() / 255).argmax(1).tolist():
        print(digit)
save_file(model.state_dict(), new_path)
