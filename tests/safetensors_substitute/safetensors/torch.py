"""load_file and save_file as in the package safetensors, which Debian lacks; for float32 tensors."""
import json
import pathlib

import torch


def load_file(path):
    data = pathlib.Path(path).read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        assert tensor["dtype"] == "F32"
        values = torch.frombuffer(bytearray(data[8 + size + begin:8 + size + end]), dtype=torch.float32)
        tensors[name] = values.reshape(tensor["shape"])
    return tensors


def save_file(tensors, path):
    """The tensors stand in another order than in the program's files, and the header is longer."""
    header, data = {}, b""
    for name in sorted(tensors, reverse=True):
        values = tensors[name].detach().numpy().astype("<f4").tobytes()
        header[name] = {"shape": list(tensors[name].shape), "dtype": "F32",
                        "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, indent=1).encode()
    text += b" " * (-len(text) % 8 + 16)
    pathlib.Path(path).write_bytes(len(text).to_bytes(8, "little") + text + data)
