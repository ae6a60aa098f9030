#!/usr/bin/env python3
"""usage: csv-to-idx.py CSV PREFIX

Converts images of 28x28 pixels from CSV to IDX: writes PREFIX-images-idx3-ubyte and
PREFIX-labels-idx1-ubyte. mnist-train --data DIR reads the prefixes DIR/train and DIR/t10k.

A row is a label and 784 pixels from 0 to 255, as in the files of Kaggle and pjreddie, or 784 pixels
alone, without labels. The first row may be a header: it names a column `label` or `class`, which is
then the label, or has no number. A CSV file may be compressed with gzip.
"""
import csv
import gzip
import os
import struct
import sys

PIXELS = 28 * 28


def fail(text):
    sys.exit(f"csv-to-idx: {text}")


def open_text(path):
    with open(path, "rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return (gzip.open if is_gzip else open)(path, "rt", newline="", encoding="utf-8-sig")


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def whole(text):
    number = float(text)
    if not number.is_integer():
        raise ValueError(text)
    return int(number)


def read(path):
    """Returns the pixels and the labels of all rows."""
    images, labels, column = bytearray(), bytearray(), 0
    with open_text(path) as file:
        for number, row in enumerate(csv.reader(file), 1):
            names = [name.strip().lower() for name in row]
            if number == 1 and ("label" in names or "class" in names or not any(map(is_number, names))):
                column = next((names.index(name) for name in ("label", "class") if name in names), 0)
                continue
            if not row:
                continue
            if len(row) not in (PIXELS, PIXELS + 1):
                fail(f"{path}: expected {PIXELS} pixels in row {number}, and a label, found {len(row)} values")
            try:
                values = [whole(value) for value in row]
                if len(row) > PIXELS:
                    labels.append(values.pop(column))
                images += bytes(values)
            except ValueError:
                fail(f"{path}: expected whole numbers from 0 to 255 in row {number}, found others")
    if not images or len(labels) not in (0, len(images) // PIXELS):
        fail(f"{path}: expected rows of {PIXELS} pixels, all with a label or all without, found others")
    return images, labels


def main():
    if "--help" in sys.argv[1:]:
        print(__doc__.strip())
        return
    if len(sys.argv) != 3:
        print(__doc__.strip().splitlines()[0], file=sys.stderr)
        sys.exit(2)
    source, prefix = sys.argv[1:]
    try:
        images, labels = read(source)
        count = len(images) // PIXELS
        os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
        with open(f"{prefix}-images-idx3-ubyte", "wb") as file:
            file.write(struct.pack(">4I", 0x803, count, 28, 28) + images)
        if labels:
            with open(f"{prefix}-labels-idx1-ubyte", "wb") as file:
                file.write(struct.pack(">2I", 0x801, count) + labels)
    except UnicodeDecodeError:
        fail(f"{source}: expected CSV, found a file that is not text")
    except (OSError, EOFError, csv.Error) as problem:
        fail(f"{source}: {problem}")
    print(f"{prefix}: {count} images{', without labels' if not labels else ''}")


if __name__ == "__main__":
    main()
