"""Writes a digit by hand: as strokes, or as a mask in which they are 255."""
import math

from PIL import Image, ImageDraw

from shapes import SHAPES

OVERSAMPLING = 4
STEPS = 12  # straight pieces from a point of a stroke to the next


def spline(points):
    """Returns the points of a Catmull-Rom curve through the points."""
    padded = [points[0]] + points + [points[-1]]
    curve = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:]):
        for step in range(STEPS):
            t = step / STEPS
            curve.append(tuple(
                0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t ** 3)
                for p, q, r, s in zip(a, b, c, d)))
    return curve + [points[-1]]


def vary(stroke, random, hand):
    """Returns the stroke as this hand writes it: each point astray, then slanted."""
    points = []
    last = moved = None
    for point in stroke:
        if point != last:
            moved = (point[0] + random.gauss(0, hand["wobble"]), point[1] + random.gauss(0, hand["wobble"]))
            last = point
        points.append(((moved[0] - 0.5) * hand["width"] - (moved[1] - 0.5) * hand["slant"], moved[1] - 0.5))
    return points


def turn(point, angle):
    cosine, sine = math.cos(angle), math.sin(angle)
    return point[0] * cosine - point[1] * sine, point[0] * sine + point[1] * cosine


def write_digit(random, digit, height, centre, angle=0.0):
    """Returns strokes as points. The digit's height and its centre are in pixels, the angle in degrees."""
    hand = {"wobble": random.uniform(0.0, 0.022), "width": random.uniform(0.58, 0.82),
            "slant": random.uniform(-0.08, 0.25)}
    curves = [[turn(point, math.radians(angle)) for point in spline(vary(stroke, random, hand))]
              for stroke in random.choice(SHAPES[digit])]
    return [[(centre[0] + x * height, centre[1] + y * height) for x, y in curve] for curve in curves]


def draw_digit(random, digit, size, height, centre, pen, angle=0.0):
    """Returns a mask of `size`. The pen's thickness is in pixels."""
    mask = Image.new("L", (size[0] * OVERSAMPLING, size[1] * OVERSAMPLING))
    draw = ImageDraw.Draw(mask)
    radius = pen * OVERSAMPLING / 2
    for stroke in write_digit(random, digit, height, centre, angle):
        pixels = [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in stroke]
        draw.line(pixels, fill=255, width=max(1, round(2 * radius)))
        for x, y in pixels:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return mask.resize(size, Image.Resampling.BOX)
