#!/usr/bin/env python3
"""usage: generate.py DIR

Draws pictures of digits as PGM files, DIR/CLASS/DIGIT-NUMBER.pgm: 30 of each digit in each class, the same each
time."""
import os
import random
import sys

from classes import CLASSES

for name, draw in CLASSES.items():
    os.makedirs(os.path.join(sys.argv[1], name))
    for digit in range(10):
        for number in range(30):
            generator = random.Random(f"0 {name} {digit} {number}")
            draw(generator, digit).save(os.path.join(sys.argv[1], name, f"{digit}-{number}.pgm"))
