#!/usr/bin/env python3
"""usage: csv-to-idx.py CSV PREFIX

Converts images of 28x28 pixels from CSV to IDX: writes PREFIX-images-idx3-ubyte and
PREFIX-labels-idx1-ubyte. mnist-train --data DIR reads the prefixes DIR/train and DIR/t10k.

A row is a label and 784 pixels from 0 to 255, as in the files of Kaggle and pjreddie, or 784 pixels
alone, without labels. The first row may be a header: it names the column of the label (label, class,
digit, target or y), or has no number. Columns with the name id or index, or without a name, are left out. A
CSV file may be compressed with gzip; - is stdin.
"""
import csv
import gzip
import io
import os
import struct
import sys
import zlib

PIXELS = 28 * 28
LABELS = ("label", "class", "digit", "target", "y")
ROW_NUMBERS = ("id", "index", "unnamed: 0", "")


def fail(text):
    sys.exit(f"csv-to-idx: {text}")


def open_text(path):
    file = open(0 if path == "-" else path, "rb")
    is_gzip = file.peek(2)[:2] == b"\x1f\x8b"  # a pipe can be opened only once
    return io.TextIOWrapper(gzip.open(file) if is_gzip else file, encoding="utf-8-sig", newline="")


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def is_byte(text):
    return is_number(text) and 0 <= float(text) <= 255 and float(text).is_integer()


def read_bytes(row):
    try:
        return bytearray(map(int, row))
    except ValueError:  # 7.0, or no byte at all
        return bytearray(int(float(value)) for value in row) if all(map(is_byte, row)) else None


def read(path):
    """Returns the pixels and the labels of all rows."""
    images, labels = bytearray(), bytearray()
    label, dropped, sizes = 0, [], (PIXELS, PIXELS + 1)
    has_header = False
    with open_text(path) as file:
        for number, row in enumerate(csv.reader(file), 1):
            names = [name.strip().lower() for name in row]
            if number == 1 and (set(names) & set(LABELS) or not any(map(is_number, names))):
                has_header = True
                dropped = [i for i, name in enumerate(names) if name in ROW_NUMBERS]
                names = [name for name in names if name not in ROW_NUMBERS]
                label = next((names.index(name) for name in LABELS if name in names), None)
                sizes = sizes[:1] if label is None else sizes[1:]
                continue
            if not row:
                continue
            row = [value for i, value in enumerate(row) if i not in dropped]
            if len(row) == PIXELS + 1 and label is None:
                fail(f"{path}: expected a label in the header ({', '.join(LABELS)}), found none")
            if len(row) not in sizes:
                fail(f"{path}: expected {PIXELS} pixels in row {number}, and a label, between commas, found "
                     f"{len(row)} values")
            values = read_bytes(row)
            if values is None:
                other = next(value for value in row if not is_byte(value))
                fail(f"{path}: expected whole numbers from 0 to 255 in row {number}, found {other[:20]!r}")
            if len(row) > PIXELS:
                labels.append(values.pop(label))
            images += values
    if not images or len(labels) not in (0, len(images) // PIXELS):
        fail(f"{path}: expected rows of {PIXELS} pixels, all with a label or all without, found others")
    if not has_header and len(labels) > 1 and not any(labels):  # the label is last, and this is the first pixel
        fail(f"{path}: expected the label in the first column, found 0 in all {len(labels)} rows")
    if max(images) == 1:
        fail(f"{path}: expected pixels up to 255, found none above 1")
    return images, labels


def write_files(files):
    """Replaces the files when all of them are complete."""
    parts = {path: f"{path}.part-{os.getpid()}" for path in files}
    try:
        for path, contents in files.items():
            with open(parts[path], "wb") as file:
                file.write(contents)
                file.flush()
                os.fsync(file.fileno())
        for path in files:
            os.replace(parts[path], path)
    finally:
        for part in parts.values():
            if os.path.exists(part):
                os.remove(part)


def main():
    if "--help" in sys.argv[1:]:
        print(__doc__.strip())
        return
    if len(sys.argv) != 3 or not os.path.basename(sys.argv[2]):
        print(__doc__.strip().splitlines()[0], file=sys.stderr)
        sys.exit(2)
    source, prefix = sys.argv[1:]
    try:
        images, labels = read(source)
    except UnicodeDecodeError:
        fail(f"{source}: expected CSV in UTF-8, found other bytes")
    except (OSError, EOFError, zlib.error, csv.Error) as problem:
        fail(f"{source}: {problem}")
    count = len(images) // PIXELS
    # the labels of another file would be taken for those of these images
    for old in (f"{prefix}-labels-idx1-ubyte", f"{prefix}-labels-idx1-ubyte.gz"):
        if not labels and os.path.exists(old):
            fail(f"{source}: expected labels, as {old} exists, found none")
    try:
        os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
        files = {f"{prefix}-images-idx3-ubyte": struct.pack(">4I", 0x803, count, 28, 28) + images}
        if labels:
            files[f"{prefix}-labels-idx1-ubyte"] = struct.pack(">2I", 0x801, count) + labels
        write_files(files)
    except OSError as problem:
        fail(f"{prefix}: {problem}")
    print(f"{prefix}: {count} images{', without labels' if not labels else ''}")


if __name__ == "__main__":
    main()
