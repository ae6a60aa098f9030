"""The classes of pictures: each function draws one digit."""
from PIL import Image, ImageChops

import paper
from strokes import draw_digit


class Picture:
    """A mask of strokes, and the shades of the paper and of the pen."""

    def __init__(self, random, digit, share=(0.45, 0.7), shift=0.05, angle=0.0):
        side = random.randrange(160, 280)
        self.size = (side, side)
        self.height = side * random.uniform(*share)
        self.pen = max(1.5, self.height * random.uniform(0.06, 0.13))
        self.centre = (side * (0.5 + random.uniform(-shift, shift)), side * (0.5 + random.uniform(-shift, shift)))
        self.mask = draw_digit(random, digit, self.size, self.height, self.centre, self.pen, angle)
        self.shade = random.randrange(205, 256)
        self.ink = random.randrange(10, 80)

    def render(self):
        return Image.composite(Image.new("L", self.size, self.ink), Image.new("L", self.size, self.shade), self.mask)


def plain(random, digit):
    return Picture(random, digit).render()


def inverted(random, digit):
    return ImageChops.invert(plain(random, digit))


def gradient(random, digit):
    picture = Picture(random, digit)
    light = paper.linear_light(random, picture.size, random.uniform(0.3, 0.6))
    image = ImageChops.multiply(picture.render(), light)
    return paper.add_noise(image, paper.noise(random, picture.size, random.uniform(0, 4)))


def shadow(random, digit):
    picture = Picture(random, digit)
    light = paper.edge_shadow(random, picture.size, random.uniform(0.35, 0.65), random.uniform(1, 12))
    image = ImageChops.multiply(picture.render(), light)
    return paper.add_noise(image, paper.noise(random, picture.size, random.uniform(0, 4)))


def noise(random, digit):
    picture = Picture(random, digit)
    image = picture.render()
    sigma = random.uniform(10, 35)
    if random.random() < 0.3:
        return paper.add_noise(image, paper.texture(random, picture.size, sigma * 0.6, random.randrange(2, 6)))
    return paper.add_noise(image, paper.noise(random, picture.size, sigma))


def frame(random, digit):
    picture = Picture(random, digit)
    least = min(picture.size)
    mask = paper.frame(random, picture.size, least * random.uniform(0.0, 0.09), least * random.uniform(0.005, 0.02),
                       random.uniform(-1, 1))
    picture.mask = ImageChops.lighter(picture.mask, mask)
    return picture.render()


def ruled(random, digit):
    picture = Picture(random, digit)
    least = min(picture.size)
    mask = paper.lines(random, picture.size, least * random.uniform(0.12, 0.25), least * random.uniform(0.005, 0.014),
                       random.uniform(-1, 1))
    lines = Image.composite(Image.new("L", picture.size, random.randrange(90, 190)),
                            Image.new("L", picture.size, 255), mask)
    return ImageChops.darker(picture.render(), lines)


def off_centre(random, digit):
    return Picture(random, digit, share=(0.25, 0.4), shift=0.24).render()


def small(random, digit):
    return Picture(random, digit, share=(0.12, 0.22), shift=0.2).render()


def rotated(random, digit):
    return Picture(random, digit, angle=random.uniform(-12, 12)).render()


def touching(random, digit):
    """Cropped so that the strokes touch one or more sides."""
    picture = Picture(random, digit)
    left, top, right, bottom = picture.mask.getbbox()
    margin = picture.height * 0.15
    sides = [random.uniform(0, margin) if random.random() < 0.4 else 0 for _ in range(4)]
    return picture.render().crop((max(0, round(left - sides[0])), max(0, round(top - sides[1])),
                                  min(picture.size[0], round(right + sides[2])),
                                  min(picture.size[1], round(bottom + sides[3]))))


CLASSES = {function.__name__: function for function in
           (plain, inverted, gradient, shadow, noise, frame, ruled, off_centre, small, rotated, touching)}
