#!/usr/bin/env python3
"""usage: mnist_pictures.py IMAGES LABELS DIR

Writes MNIST's test images as pictures of 28x28 pixels: each as DIR/pgm/NUMBER.pgm and DIR/png/NUMBER.png, and of the
first 1,000 digits DIR/shifted/DIGIT-NUMBER.pgm, at another place, and DIR/scaled/DIGIT-NUMBER.pgm, of another size
too."""
import gzip
import os
import random
import sys

from PIL import Image

SIDE = 28


def place(generator, digit):
    """Puts a digit anywhere in a black picture."""
    picture = Image.new("L", (SIDE, SIDE))
    picture.paste(digit, (generator.randrange(SIDE - digit.width + 1), generator.randrange(SIDE - digit.height + 1)))
    return picture


def scale(generator, digit):
    factor = generator.randrange(11, 27) / max(digit.size)
    resample = Image.Resampling.BICUBIC if factor > 1 else Image.Resampling.BOX
    return digit.resize([max(1, round(factor * side)) for side in digit.size], resample)


def main():
    images, labels, directory = sys.argv[1:]
    pixels = gzip.open(images).read()[16:]
    digits = gzip.open(labels).read()[8:]
    generator = random.Random(0)
    for name in ("pgm", "png", "shifted", "scaled"):
        os.makedirs(os.path.join(directory, name))
    for number, label in enumerate(digits):
        image = Image.frombytes("L", (SIDE, SIDE), pixels[SIDE * SIDE * number:SIDE * SIDE * (number + 1)])
        image.save(f"{directory}/pgm/{number:05}.pgm")
        image.save(f"{directory}/png/{number:05}.png", compress_level=1)
        if number < 1000:
            digit = image.crop(image.getbbox())
            place(generator, digit).save(f"{directory}/shifted/{label}-{number:05}.pgm")
            place(generator, scale(generator, digit)).save(f"{directory}/scaled/{label}-{number:05}.pgm")


if __name__ == "__main__":
    main()
