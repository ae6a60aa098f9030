#!/usr/bin/python3
"""Compares the pixels of PNG files of every kind with PIL's.

usage: png_cases.py DECODER DIR

Writes the files into DIR with an encoder of its own: every colour type and bit depth, each with each of the
five filters and with all of them by turns, with and without interlace and transparency, in several sizes. DECODER
(tests/decode_image.c) prints their images as PGM. PIL's are composited with alpha_composite over white, or over
black if nothing shows, then converted with convert("L").

PIL 9 reads 16 bits a sample as the high byte (colours) or clips at 255 (grey). The reference of these files
is arithmetic: the PNG specification's linear scaling to 8 bits, floor(v * 255 / 65535 + 1/2) (section 13.12,
"Sample depth rescaling"), and then PIL on the scaled samples.

PIL 9 also compares the transparent value of grey with 2 or 4 bits, which a tRNS chunk gives with 2 or 4 bits,
with samples that it has scaled to 8. Its input is a file whose chunk has the scaled value.
"""
import io
import itertools
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

from PIL import Image

GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGB_ALPHA: (8, 16)}
FILTERS = (0, 1, 2, 3, 4, "all")
SIZES = ((1, 1), (2, 3), (5, 1), (7, 9), (13, 11), (32, 17))
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pack(samples, depth):
    """The bytes of a row."""
    if depth == 16:
        return b"".join(struct.pack(">H", s) for s in samples)
    bits = "".join(format(s, f"0{depth}b") for s in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def filtered(kind, row, above, distance):
    def left(line, i):
        return line[i - distance] if i >= distance else 0

    predictions = {
        0: lambda i: 0,
        1: lambda i: left(row, i),
        2: lambda i: above[i],
        3: lambda i: (left(row, i) + above[i]) // 2,
        4: lambda i: paeth(left(row, i), above[i], left(above, i)),
    }
    return bytes([kind]) + bytes((row[i] - predictions[kind](i)) % 256 for i in range(len(row)))


def encode_pass(rows, depth, channels, kind):
    """Of pixels, rows of tuples of samples."""
    distance = max(1, channels * depth // 8)
    data, above = b"", None
    for number, row in enumerate(rows):
        packed = pack([s for pixel in row for s in pixel], depth)
        above = above or bytes(len(packed))
        data += filtered(number % 5 if kind == "all" else kind, packed, above, distance)
        above = packed
    return data


def encode(pixels, colour, depth, kind, interlaced, extra):
    width, height = len(pixels[0]), len(pixels)
    passes = PASSES if interlaced else ((0, 0, 1, 1),)
    data = b""
    for left, top, x_step, y_step in passes:
        rows = [row[left::x_step] for row in pixels[top::y_step]]
        if rows and rows[0]:
            data += encode_pass(rows, depth, CHANNELS[colour], kind)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    packed = zlib.compress(data)
    half = len(packed) // 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", packed[:half])
            + chunk(b"IDAT", packed[half:]) + chunk(b"IEND", b""))


def transparency(colour, depth, pixels, draw):
    """The chunks PLTE and tRNS: without and, where the colour type allows it, with transparency."""
    if colour == PALETTE:
        palette = chunk(b"PLTE", bytes(draw.randrange(256) for _ in range(3 << depth)))
        alpha = bytes(draw.choice((0, 255, draw.randrange(256))) for _ in range(max(1, (1 << depth) - 1)))
        return (palette, palette + chunk(b"tRNS", alpha))
    if colour in (GREY, RGB):
        return (b"", chunk(b"tRNS", b"".join(struct.pack(">H", s) for s in pixels[0][0])))
    return (b"",)


def cases():
    """(name, bytes of a file, grey values)"""
    draw = random.Random(14)
    for colour, depths in DEPTHS.items():
        for depth, (width, height) in itertools.product(depths, SIZES):
            pixels = [[tuple(draw.randrange(1 << depth) for _ in range(CHANNELS[colour])) for _ in range(width)]
                      for _ in range(height)]
            extras = transparency(colour, depth, pixels, draw)
            for kind, interlaced, number in itertools.product(FILTERS, (False, True), range(len(extras))):
                name = f"{colour}-{depth}-{width}x{height}-{kind}-{int(interlaced)}-{number}.png"
                data = encode(pixels, colour, depth, kind, interlaced, extras[number])
                key = pixels[0][0] if colour in (GREY, RGB) and number else None
                yield name, data, scaled_reference(pixels, colour, key) if depth == 16 else reference(data)
    # All values of grey and alpha, and colours where luminance is near a half.
    alpha = encode([[(v, a) for v in range(256)] for a in range(256)], GREY_ALPHA, 8, "all", False, b"")
    yield "alpha.png", alpha, reference(alpha)
    random_colours = [[tuple(draw.randrange(256) for _ in range(3)) for _ in range(300)] for _ in range(300)]
    colours = encode(random_colours, RGB, 8, "all", False, b"")
    yield "colours.png", colours, reference(colours)
    deep = [[(v + 256 * u,) for v in range(256)] for u in range(256)]
    yield "deep.png", encode(deep, GREY, 16, "all", False, b""), scaled_reference(deep, GREY, None)


def on_paper(image):
    """A list of the grey values of a PIL image on white, or on black if nothing shows on white."""
    rgba = image.convert("RGBA")
    for paper in (255, 0):
        background = Image.new("RGBA", rgba.size, (paper, paper, paper, 255))
        values = list(Image.alpha_composite(background, rgba).convert("L").getdata())
        if max(values) - min(values) >= 25:
            break
    return values


def scaled_reference(pixels, colour, key):
    """Of samples of 16 bits: scaled by arithmetic, then PIL. key: the transparent pixel or None."""
    image = Image.new("RGBA", (len(pixels[0]), len(pixels)))
    rgba = []
    for pixel in (pixel for row in pixels for pixel in row):
        scaled = [(2 * s * 255 + 65535) // (2 * 65535) for s in pixel]
        if colour in (GREY, RGB):
            scaled.append(0 if pixel == key else 255)
        rgba.append(tuple(scaled) if len(scaled) == 4 else (scaled[0],) * 3 + (scaled[1],))
    image.putdata(rgba)
    return on_paper(image)


def with_scaled_key(data):
    """The file with the transparent value of grey scaled from 2 or 4 bits to 8."""
    at, depth = data.find(b"tRNS"), data[24]
    if at < 0 or data[25] != GREY or depth not in (2, 4):
        return data
    key = struct.pack(">H", data[at + 5] * 255 // ((1 << depth) - 1))
    return data[:at - 4] + chunk(b"tRNS", key) + data[at + 10:]


def reference(data):
    with Image.open(io.BytesIO(with_scaled_key(data))) as image:
        return on_paper(image)


def main():
    decoder, directory = sys.argv[1:]
    listed = list(cases())
    for name, data, _ in listed:
        Path(directory, name).write_bytes(data)
    stream = io.BytesIO(subprocess.run([decoder, *(name for name, _, _ in listed)], cwd=directory, check=True,
                                       stdout=subprocess.PIPE).stdout)
    different = pixels = 0
    for name, _, expected in listed:
        _, width, height, _ = stream.readline().split()
        found = list(stream.read(int(width) * int(height)))
        pixels += len(expected)
        if found != expected:
            different += 1
            wrong = [i for i, (f, e) in enumerate(zip(found, expected)) if f != e]
            print(f"{name}: {len(wrong)} of {len(expected)} pixels differ, first {wrong[:1]}:"
                  f" {[(found[i], expected[i]) for i in wrong[:3]]}")
    print(f"{len(listed)} files, {pixels} pixels, {different} files differ")
    return 1 if different or stream.read(1) else 0


sys.exit(main())
