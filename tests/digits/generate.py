#!/usr/bin/env python3
"""usage: generate.py [--style first|second] [--seed N] [--each N] DIR

Draws pictures of digits as PGM files, DIR/CLASS/DIGIT-NUMBER.pgm: N of each digit (30) in each class. The
same options give the same pictures."""
import argparse
import os
import random

from classes import CLASSES, STYLES
from fonts import find_fonts, printed


def draw_class(directory, seed, name, draw, each):
    os.makedirs(os.path.join(directory, name))
    for digit in range(10):
        for number in range(each):
            generator = random.Random(f"{seed} {name} {digit} {number}")
            draw(generator, digit).save(os.path.join(directory, name, f"{digit}-{number}.pgm"))


def main():
    parser = argparse.ArgumentParser(description="Draws pictures of digits as PGM files.")
    parser.add_argument("--style", choices=STYLES, default="first", help="set of parameters")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=30, help="pictures of each digit in each class")
    parser.add_argument("directory", metavar="DIR", help="created; has one directory for each class")
    arguments = parser.parse_args()
    style = STYLES[arguments.style]
    for name, function in CLASSES.items():
        draw_class(arguments.directory, arguments.seed, name,
                   lambda generator, digit, function=function: function(generator, style, digit), arguments.each)
    fonts = find_fonts()
    if fonts:
        draw_class(arguments.directory, arguments.seed, "fonts",
                   lambda generator, digit: printed(generator, fonts, digit), arguments.each)


if __name__ == "__main__":
    main()
