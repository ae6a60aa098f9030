"""Writes values, arrays and headers in C."""
import hashlib
import re

import numpy as np
import torch

FIRST = 8  # values of a sequence that a header holds beside its hash


def sha256(values, dtype):
    """The SHA-256 of the values as little-endian numbers of the type, row by row."""
    return hashlib.sha256(np.ascontiguousarray(values).astype(dtype).tobytes()).hexdigest()


def c_string(text):
    return f'"{text}"'


def c_seed(value):
    return f"UINT64_C({value})"


def c_double(value):
    return repr(float(value))  # the fewest digits that give the same double


def c_float(value):
    text = f"{float(np.float32(value)):.9g}"  # nine digits give the same float
    return text + ("F" if re.search(r"[.e]", text) else ".0F")


def c_list(values, render, indent=None):
    """A list in braces: on one line, or with an indent on several."""
    texts = [render(v) for v in values]
    if indent is None:
        return "{" + ", ".join(texts) + "}"
    lines, line = [], ""
    for text in texts:
        if line and len(indent) + len(line) + len(text) + 2 > 100:
            lines.append(line)
            line = ""
        line += f" {text}," if line else f"{text},"
    return "{\n" + "".join(f"{indent}{l}\n" for l in lines + [line]) + indent[4:] + "}"


def c_first(values, render):
    return c_list(values.ravel()[:FIRST].tolist(), render, " " * 9 if render == c_float else None)


def c_transforms(named_transforms, indent):
    """The two fields of a struct; nothing without transforms, because C sets them to zero."""
    pairs = c_list(named_transforms, lambda pair: f"{{{c_string(pair[0])}, {c_double(pair[1])}}}",
                   indent + " " * 4)
    return (f"{indent}.transform_count = {len(named_transforms)},\n"
            f"{indent}.transforms = {pairs},\n" if named_transforms else "")


def c_arrays(arrays):
    """arrays: (type and name, function that writes one element, arguments of each element)."""
    return "\n".join(f"static const {name}[] = {{\n" + "".join(make(*case) for case in cases)
                     + "};\n"
                     for name, make, cases in arrays)


def header(name, comment, body, includes=()):
    """includes: other headers of this folder."""
    guard = f"MNIST_TRAIN_TESTS_GOLDEN_{name.upper()}_H"
    first = f"made by scripts/make-golden.py with PyTorch {torch.__version__}; do not edit"
    standard = (("stdbool", " bool "), ("stddef", " size_t "), ("stdint", "int64_t "))
    files = [f"<{file}.h>" for file, word in standard if word in body]
    files += [f'"{file}"' for file in includes]
    include_lines = "".join(f"#include {file}\n" for file in files)
    comment_lines = "".join(f"// {l}".rstrip() + "\n"
                            for l in [first] + comment.strip().split("\n"))
    return (f"{comment_lines}// clang-format off\n#ifndef {guard}\n#define {guard}\n\n"
            f"{include_lines}\n"
            f"{body.strip()}\n\n#endif\n")
