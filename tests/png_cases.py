#!/usr/bin/python3
"""Writes PNG files of every kind, and compares decoded pixels with PIL, for png_pil.bats.

usage: png_cases.py write DIR
       png_cases.py compare DIR <PIXELS

write makes the files with an encoder of its own: every colour type and bit depth, each with each of the
five filters and with all of them by turns, with and without interlace and transparency, in several sizes.
compare reads the images that decode_image printed for the files in the order of their names, and compares
each pixel with PIL's: composited with alpha_composite over white, or over black if nothing shows, then
converted with convert("L").

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
    """Pairs of a name and the bytes of a file."""
    draw = random.Random(14)
    for colour, sizes in itertools.product(DEPTHS, (SIZES,)):
        for depth, (width, height) in itertools.product(DEPTHS[colour], sizes):
            pixels = [[tuple(draw.randrange(1 << depth) for _ in range(CHANNELS[colour])) for _ in range(width)]
                      for _ in range(height)]
            extras = transparency(colour, depth, pixels, draw)
            for kind, interlaced, number in itertools.product(FILTERS, (False, True), range(len(extras))):
                name = f"{colour}-{depth}-{width}x{height}-{kind}-{int(interlaced)}-{number}.png"
                yield name, encode(pixels, colour, depth, kind, interlaced, extras[number])
    # All values of grey and alpha, and colours where luminance is near a half.
    yield "alpha.png", encode([[(v, a) for v in range(256)] for a in range(256)], GREY_ALPHA, 8, "all", False, b"")
    colours = [[tuple(draw.randrange(256) for _ in range(3)) for _ in range(300)] for _ in range(300)]
    yield "colours.png", encode(colours, RGB, 8, "all", False, b"")
    yield "deep.png", encode([[(v + 256 * u,) for v in range(256)] for u in range(256)], GREY, 16, "all", False, b"")


def on_paper(image):
    """A list of the grey values of a PIL image on white, or on black if nothing shows on white."""
    rgba = image.convert("RGBA")
    for paper in (255, 0):
        background = Image.new("RGBA", rgba.size, (paper, paper, paper, 255))
        values = list(Image.alpha_composite(background, rgba).convert("L").getdata())
        if max(values) - min(values) >= 25:
            break
    return values


def samples_of(path):
    """The samples of a file of 16 bits that is not interlaced, by this file's own decoder: rows of tuples."""
    data = path.read_bytes()
    width, height, _, colour = struct.unpack(">IIBB", data[16:26])
    at, packed, key = 8, b"", None
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + size] if name == b"IDAT" else b""
        key = struct.unpack(f">{size // 2}H", data[at + 8:at + 8 + size]) if name == b"tRNS" else key
        at += 12 + size
    raw, channels = zlib.decompress(packed), CHANNELS[colour]
    pixels = {}
    for left, top, x_step, y_step in PASSES if data[28] else ((0, 0, 1, 1),):
        columns, above = range(left, width, x_step), None
        for y in range(top, height, y_step) if columns else ():
            size = 2 * channels * len(columns)
            kind, row, raw = raw[0], bytearray(raw[1:1 + size]), raw[1 + size:]
            above = above or bytes(size)
            for i in range(size):
                a = row[i - 2 * channels] if i >= 2 * channels else 0
                c = above[i - 2 * channels] if i >= 2 * channels else 0
                row[i] = (row[i] + (0, a, above[i], (a + above[i]) // 2, paeth(a, above[i], c))[kind]) % 256
            above = bytes(row)
            values = struct.unpack(f">{size // 2}H", above)
            for i, x in enumerate(columns):
                pixels[x, y] = values[channels * i:channels * (i + 1)]
    return width, height, colour, key, [pixels[x, y] for y in range(height) for x in range(width)]


def scaled_reference(path):
    """Of a file of 16 bits: samples scaled by arithmetic, then PIL."""
    width, height, colour, key, pixels = samples_of(path)
    image = Image.new("RGBA", (width, height))
    rgba = []
    for pixel in pixels:
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


def expected_pixels(path):
    data = path.read_bytes()
    if data[24] == 16:
        return scaled_reference(path)
    with Image.open(io.BytesIO(with_scaled_key(data))) as image:
        return on_paper(image)


def read_pgm(stream):
    header = stream.readline().split()
    width, height = int(header[1]), int(header[2])
    return width, height, list(stream.read(width * height))


def compare(directory):
    files = sorted(Path(directory).iterdir())
    different = pixels = 0
    for path in files:
        width, height, found = read_pgm(sys.stdin.buffer)
        expected = expected_pixels(path)
        pixels += len(expected)
        if found != expected or width * height != len(expected):
            different += 1
            wrong = [i for i, (f, e) in enumerate(zip(found, expected)) if f != e]
            print(f"{path.name}: {len(wrong)} of {len(expected)} pixels differ, first {wrong[:1]}:"
                  f" {[(found[i], expected[i]) for i in wrong[:3]]}")
    print(f"{len(files)} files, {pixels} pixels, {different} files differ")
    return 1 if different or sys.stdin.buffer.read(1) else 0


def main():
    action, directory = sys.argv[1:]
    if action == "compare":
        return compare(directory)
    for name, data in cases():
        Path(directory, name).write_bytes(data)
    return 0


sys.exit(main())
