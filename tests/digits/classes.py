"""The classes of pictures: each function draws one digit. STYLES are two sets of parameters."""
from PIL import Image, ImageChops

import paper
from strokes import draw_digit

STYLES = {
    "first": {"sides": (160, 280), "pen": (0.06, 0.13), "darkest": (0.3, 0.6), "shadow": (0.35, 0.65),
              "blur": (1, 12), "sigma": (10, 35), "lights": [paper.linear_light], "shadows": [paper.edge_shadow],
              "specks": 0.0, "squared": 0.0, "tilt": 1.0, "line": (90, 190), "wide": 1.0},
    "second": {"sides": (300, 900), "pen": (0.04, 0.11), "darkest": (0.22, 0.5), "shadow": (0.3, 0.6),
               "blur": (0, 25), "sigma": (20, 45), "lights": [paper.linear_light, paper.lamp_light],
               "shadows": [paper.edge_shadow, paper.hand_shadow], "specks": 0.02, "squared": 0.4, "tilt": 3.0,
               "line": (60, 200), "wide": 1.4},
}


class Picture:
    """A mask of strokes, and the shades of the paper and of the pen."""

    def __init__(self, random, style, digit, share=(0.45, 0.7), shift=0.05, angle=0.0):
        side = random.randrange(*style["sides"])
        width = round(side * random.uniform(1 / style["wide"], style["wide"]))
        self.size = (width, side)
        least = min(self.size)
        self.height = least * random.uniform(*share)
        self.pen = max(1.5, self.height * random.uniform(*style["pen"]))
        self.centre = (width * (0.5 + random.uniform(-shift, shift)), side * (0.5 + random.uniform(-shift, shift)))
        self.mask = draw_digit(random, digit, self.size, self.height, self.centre, self.pen, angle)
        self.shade = random.randrange(205, 256)
        self.ink = random.randrange(10, 80)

    def render(self):
        return Image.composite(Image.new("L", self.size, self.ink), Image.new("L", self.size, self.shade), self.mask)


def plain(random, style, digit):
    return Picture(random, style, digit).render()


def inverted(random, style, digit):
    return ImageChops.invert(plain(random, style, digit))


def gradient(random, style, digit):
    picture = Picture(random, style, digit)
    light = random.choice(style["lights"])(random, picture.size, random.uniform(*style["darkest"]))
    image = ImageChops.multiply(picture.render(), light)
    return paper.add_noise(image, paper.noise(random, picture.size, random.uniform(0, 4)))


def shadow(random, style, digit):
    picture = Picture(random, style, digit)
    light = random.choice(style["shadows"])(random, picture.size, random.uniform(*style["shadow"]),
                                            random.uniform(*style["blur"]))
    image = ImageChops.multiply(picture.render(), light)
    return paper.add_noise(image, paper.noise(random, picture.size, random.uniform(0, 4)))


def noise(random, style, digit):
    picture = Picture(random, style, digit)
    image = picture.render()
    sigma = random.uniform(*style["sigma"])
    if random.random() < 0.3:
        image = paper.add_noise(image, paper.texture(random, picture.size, sigma * 0.6, random.randrange(2, 6)))
    else:
        image = paper.add_noise(image, paper.noise(random, picture.size, sigma))
    return paper.specks(random, image, style["specks"] * random.random())


def frame(random, style, digit):
    picture = Picture(random, style, digit)
    least = min(picture.size)
    mask = paper.frame(random, picture.size, least * random.uniform(0.0, 0.09), least * random.uniform(0.005, 0.02),
                       random.uniform(-style["tilt"], style["tilt"]))
    picture.mask = ImageChops.lighter(picture.mask, mask)
    return picture.render()


def ruled(random, style, digit):
    picture = Picture(random, style, digit)
    least = min(picture.size)
    mask = paper.lines(random, picture.size, least * random.uniform(0.12, 0.25), least * random.uniform(0.005, 0.014),
                       random.uniform(-style["tilt"], style["tilt"]), random.random() < style["squared"])
    lines = Image.composite(Image.new("L", picture.size, random.randrange(*style["line"])),
                            Image.new("L", picture.size, 255), mask)
    return ImageChops.darker(picture.render(), lines)


def off_centre(random, style, digit):
    return Picture(random, style, digit, share=(0.25, 0.4), shift=0.24).render()


def small(random, style, digit):
    return Picture(random, style, digit, share=(0.12, 0.22), shift=0.2).render()


def rotated(random, style, digit):
    return Picture(random, style, digit, angle=random.uniform(-12, 12)).render()


def coloured(random, style, digit):
    picture = Picture(random, style, digit)
    pens = [(20, 40, 160), (180, 20, 30), (10, 110, 40), (110, 30, 140), (230, 100, 20), (0, 120, 200)]
    papers = [(255, 255, 255), (255, 250, 215), (225, 240, 255), (250, 225, 230), (230, 250, 225)]
    image = Image.composite(Image.new("RGB", picture.size, random.choice(pens)),
                            Image.new("RGB", picture.size, random.choice(papers)), picture.mask)
    return image.convert("L")


def touching(random, style, digit):
    """Cropped so that the strokes touch one or more sides."""
    picture = Picture(random, style, digit)
    left, top, right, bottom = picture.mask.getbbox()
    margin = picture.height * 0.15
    sides = [random.uniform(0, margin) if random.random() < 0.4 else 0 for _ in range(4)]
    return picture.render().crop((max(0, round(left - sides[0])), max(0, round(top - sides[1])),
                                  min(picture.size[0], round(right + sides[2])),
                                  min(picture.size[1], round(bottom + sides[3]))))


CLASSES = {function.__name__: function for function in
           (plain, inverted, gradient, shadow, noise, frame, ruled, off_centre, small, rotated, coloured, touching)}
