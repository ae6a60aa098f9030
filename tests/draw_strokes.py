"""A small generator of handwritten digits as strokes, for tests of the report's canvas."""
import math
import random


def arc(x, y, width, height, start, end, points=14):
    """Points of an ellipse's arc, from angle to angle in degrees; 0 is right, 90 is down."""
    angles = [math.radians(start + (end - start) * i / (points - 1)) for i in range(points)]
    return [(x + width / 2 * math.cos(a), y + height / 2 * math.sin(a)) for a in angles]


# Each digit as strokes in a square from 0 to 1.
DIGITS = [
    [arc(0.5, 0.5, 0.6, 0.9, -90, 270, 24)],
    [[(0.38, 0.2), (0.52, 0.05), (0.5, 0.95)]],
    [arc(0.5, 0.28, 0.5, 0.45, 180, 380) + [(0.6, 0.5), (0.25, 0.92), (0.78, 0.92)]],
    [arc(0.48, 0.27, 0.45, 0.42, 200, 440) + arc(0.48, 0.7, 0.5, 0.48, -80, 160)],
    [[(0.35, 0.08), (0.25, 0.55), (0.8, 0.52)], [(0.68, 0.08), (0.64, 0.95)]],
    [[(0.75, 0.08), (0.35, 0.08), (0.31, 0.45)] + arc(0.48, 0.67, 0.5, 0.52, -130, 150)],
    [[(0.66, 0.06), (0.42, 0.3)] + arc(0.5, 0.68, 0.44, 0.46, 190, 550, 20)],
    [[(0.22, 0.1), (0.78, 0.1), (0.62, 0.45), (0.48, 0.95)]],
    [arc(0.5, 0.27, 0.4, 0.4, 90, -270, 20) + arc(0.5, 0.7, 0.48, 0.46, -90, 270, 20)],
    [arc(0.48, 0.3, 0.44, 0.42, 0, 360, 20) + [(0.69, 0.55), (0.6, 0.95)]],
]


def interpolate(points, step):
    """Points along a polyline, at most a step apart."""
    result = points[:1]
    for (x, y), (u, v) in zip(points, points[1:]):
        count = max(1, math.ceil(math.hypot(u - x, v - y) / step))
        result += [(x + (u - x) * i / count, y + (v - y) * i / count) for i in range(1, count + 1)]
    return result


def draw(digit, seed, side):
    """Strokes of a digit as points on a square canvas: turned, scaled, moved, with unsteady lines."""
    generator = random.Random(f"{digit} {seed}")
    angle = math.radians(generator.uniform(-12, 12))
    width, height = side * generator.uniform(0.35, 0.8), side * generator.uniform(0.5, 0.85)
    centre = [side * generator.uniform(0.42, 0.58) for _ in range(2)]

    def place(x, y):
        u = (x - 0.5) * width + generator.gauss(0, side / 250)
        v = (y - 0.5) * height + generator.gauss(0, side / 250)
        return (
            centre[0] + u * math.cos(angle) - v * math.sin(angle),
            centre[1] + u * math.sin(angle) + v * math.cos(angle),
        )

    return [interpolate([place(*point) for point in stroke], side / 30) for stroke in DIGITS[digit]]
