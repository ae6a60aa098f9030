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


def lamp_light(random, size, darkest):
    """Light of a lamp above a point of the picture."""
    lamp_x, lamp_y = random.uniform(0, GRID), random.uniform(0, GRID)
    height = GRID * random.uniform(0.4, 0.7)
    values = [1 / (1 + ((x - lamp_x) ** 2 + (y - lamp_y) ** 2) / height ** 2) for y in range(GRID) for x in range(GRID)]
    least, most = min(values), max(values)
    return enlarge([darkest + (1 - darkest) * (value - least) / (most - least) for value in values], size)


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


def hand_shadow(random, size, darkness, blur):
    """The shadow of a hand with the camera: a blob with fingers that comes in from one side."""
    width, height = size
    light = Image.new("L", size, 255)
    draw = ImageDraw.Draw(light)
    fill = round(255 * darkness)
    x, y = width * random.uniform(0.1, 0.9), height
    palm = min(size) * random.uniform(0.25, 0.4)
    draw.ellipse((x - palm, y - palm, x + palm, y + palm), fill=fill)
    for finger in range(3):
        angle = math.radians(-50 - 40 * finger + random.uniform(-10, 10))
        tip = (x + palm * 1.8 * math.cos(angle), y + palm * 1.8 * math.sin(angle))
        draw.line((x, y) + tip, fill=fill, width=round(palm * 0.4))
    return light.filter(ImageFilter.GaussianBlur(blur)).transpose(random.choice(list(Image.Transpose)[:4])).resize(size)


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


def specks(random, image, share):
    """Salt and pepper on this share of the pixels."""
    pixels = image.load()
    for _ in range(round(share * image.width * image.height)):
        pixels[random.randrange(image.width), random.randrange(image.height)] = random.choice((0, 255))
    return image


def lines(random, size, spacing, thickness, tilt, squared):
    """A mask of ruled lines; squared paper has both directions."""
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
        if squared:
            draw.line((y, 0, y - slope * 4 * height, 4 * height), fill=255, width=max(1, round(4 * thickness)))
    return mask.resize(size, Image.Resampling.BOX)


def frame(random, size, inset, thickness, tilt):
    """A mask of a rectangle near the border."""
    width, height = size
    mask = Image.new("L", (width * 4, height * 4))
    ImageDraw.Draw(mask).rectangle((4 * inset, 4 * inset, 4 * (width - inset) - 1, 4 * (height - inset) - 1),
                                   outline=255, width=max(1, round(4 * thickness)))
    return mask.rotate(tilt, Image.Resampling.BILINEAR).resize(size, Image.Resampling.BOX)
