"""Light, paper and noise: images that a drawing is combined with. White is 255."""
import math

from PIL import Image, ImageChops, ImageDraw, ImageFilter

GRID = 24  # light is computed on a small grid and enlarged


def enlarge(values, size):
    small = Image.new("L", (GRID, GRID))
    small.putdata([max(0, min(255, round(255 * value))) for value in values])
    return small.resize(size, Image.Resampling.BICUBIC)


def linear_light(random, size, darkest):
    """Light that falls off from one side to the other, to the share `darkest`."""
    angle = random.uniform(0, 2 * math.pi)
    dx, dy = math.cos(angle), math.sin(angle)
    reach = abs(dx) + abs(dy)
    middle = (GRID - 1) / 2
    return enlarge([1 - (1 - darkest) * (0.5 + ((x - middle) * dx + (y - middle) * dy) / (2 * middle * reach))
                    for y in range(GRID) for x in range(GRID)], size)


def edge_shadow(random, size, darkness, blur):
    """The shadow of something with one straight edge, which crosses the picture."""
    width, height = size
    angle = random.uniform(0, 2 * math.pi)
    dx, dy = math.cos(angle), math.sin(angle)
    x = width * random.uniform(0.3, 0.7)
    y = height * random.uniform(0.3, 0.7)
    far = 3 * (width + height)
    light = Image.new("L", size, 255)
    ImageDraw.Draw(light).polygon(
        [(x - dy * far, y + dx * far), (x + dy * far, y - dx * far), (x + (dy + dx) * far, y + (dy - dx) * far),
         (x + (dx - dy) * far, y + (dx + dy) * far)], fill=round(255 * darkness))
    return light.filter(ImageFilter.GaussianBlur(blur))


def noise(random, size, sigma):
    """Noise about 128 with a standard deviation of about `sigma`: a sum of four uniform images."""
    count = size[0] * size[1]
    images = [Image.frombytes("L", size, random.randbytes(count)) for _ in range(4)]
    mean = Image.blend(Image.blend(images[0], images[1], 0.5), Image.blend(images[2], images[3], 0.5), 0.5)
    gain = sigma / 36.9  # 256 / sqrt(12) / 2
    return mean.point([max(0, min(255, round(128 + (value - 127.5) * gain))) for value in range(256)])


def texture(random, size, sigma, grain):
    """Noise whose grains are some pixels wide."""
    small = noise(random, (max(2, size[0] // grain), max(2, size[1] // grain)), sigma)
    return small.resize(size, Image.Resampling.BICUBIC)


def add_noise(image, noise_image):
    return ImageChops.add(image, noise_image, 1, -128)


def lines(random, size, spacing, thickness, tilt):
    """A mask of ruled lines."""
    width, height = size
    mask = Image.new("L", (width * 4, height * 4))
    draw = ImageDraw.Draw(mask)
    slope = math.tan(math.radians(tilt))
    first = random.uniform(0, spacing)
    reach = 1 + round((width + height) / spacing)
    for i in range(-reach, reach):
        y = (first + i * spacing) * 4
        drop = slope * 4 * width
        draw.line((0, y, 4 * width, y + drop), fill=255, width=max(1, round(4 * thickness)))
    return mask.resize(size, Image.Resampling.BOX)


def frame(random, size, inset, thickness, tilt):
    """A mask of a rectangle near the border."""
    width, height = size
    mask = Image.new("L", (width * 4, height * 4))
    ImageDraw.Draw(mask).rectangle((4 * inset, 4 * inset, 4 * (width - inset) - 1, 4 * (height - inset) - 1),
                                   outline=255, width=max(1, round(4 * thickness)))
    return mask.rotate(tilt, Image.Resampling.BILINEAR).resize(size, Image.Resampling.BOX)
