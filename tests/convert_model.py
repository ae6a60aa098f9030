"""usage: convert_model.py MODEL NEW_MODEL [--dtype F16|BF16|F64|F32] [--names FROM=TO]...

Writes the tensors of a safetensors MODEL as other programs write them: as other types (rounded to the nearest
number), or with every FROM in their names replaced by TO; --names =module. puts module. before each.
"""
import argparse
import json
import struct


def bfloat16(values):
    words = [struct.unpack("<I", struct.pack("<f", value))[0] for value in values]
    return struct.pack(f"<{len(words)}H", *((word + 0x7FFF + (word >> 16 & 1)) >> 16 for word in words))


PACK = {"F16": lambda values: struct.pack(f"<{len(values)}e", *values), "BF16": bfloat16,
        "F32": lambda values: struct.pack(f"<{len(values)}f", *values),
        "F64": lambda values: struct.pack(f"<{len(values)}d", *values)}
UNPACK = {"F16": lambda raw: struct.unpack(f"<{len(raw) // 2}e", raw),
          "BF16": lambda raw: struct.unpack(f"<{len(raw) // 2}f", b"".join(
              b"\0\0" + raw[i:i + 2] for i in range(0, len(raw), 2))),
          "F32": lambda raw: struct.unpack(f"<{len(raw) // 4}f", raw),
          "F64": lambda raw: struct.unpack(f"<{len(raw) // 8}d", raw)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("new_model")
    parser.add_argument("--dtype", choices=PACK, default="F32")
    parser.add_argument("--names", action="append", default=[])
    options = parser.parse_args()
    with open(options.model, "rb") as file:
        data = file.read()
    end = 8 + int.from_bytes(data[:8], "little")
    header, body = {}, b""
    for name, tensor in json.loads(data[8:end]).items():
        if name == "__metadata__":
            continue
        first, last = (end + offset for offset in tensor["data_offsets"])
        raw = PACK[options.dtype](UNPACK[tensor["dtype"]](data[first:last]))
        for names in options.names:
            old, new = names.split("=")
            name = name.replace(old, new, -1 if old else 1)
        header[name] = {"dtype": options.dtype, "shape": tensor["shape"],
                        "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(options.new_model, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + body)


main()
