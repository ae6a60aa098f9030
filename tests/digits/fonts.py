"""Printed digits, in the fonts that Debian's packages install and this machine has."""
import glob

from PIL import Image, ImageDraw, ImageFont

PATTERNS = ("dejavu/DejaVu*.ttf", "liberation*/Liberation*.ttf", "freefont/Free*.ttf", "noto/NotoS*-*.ttf",
            "ubuntu/Ubuntu-*.ttf", "lato/Lato-*.ttf", "crosextra/*.ttf")


def find_fonts():
    return sorted(path for pattern in PATTERNS for path in glob.glob(f"/usr/share/fonts/truetype/{pattern}"))


def printed(random, fonts, digit):
    side = random.randrange(160, 280)
    font = ImageFont.truetype(random.choice(fonts), round(side * random.uniform(0.4, 0.8)))
    image = Image.new("L", (side, side), random.randrange(205, 256))
    ImageDraw.Draw(image).text((side / 2, side / 2), str(digit), fill=random.randrange(10, 80), font=font, anchor="mm")
    return image
