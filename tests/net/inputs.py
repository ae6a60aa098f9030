"""Makes the files that the commands of the net read: data sets, pictures, models, and damaged ones."""
import gzip
import hashlib
import os
import struct
import subprocess
import zlib

DRAWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../data/drawn")
FILES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]


def write(path, data):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def idx(shape, values):
    return struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape) + values


def png_chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, rows, depth=8, colour=0, chunks=b""):
    """rows: the bytes of each row, without its filter type. Stored, since errors show the size of the data."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + chunks +
            png_chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 0)) + png_chunk(b"IEND", b""))


def picture(digit, scale=1, invert=False, margin=0):
    """Returns the rows of a digit enlarged, on a background, as a photograph or a scan has it."""
    pixels = [bytes(255 - value if invert else value for value in digit[28 * y:28 * y + 28]) for y in range(28)]
    background = b"\xff" if invert else b"\0"
    rows = [background * margin + bytes(v for v in row for _ in range(scale)) + background * margin
            for row in pixels for _ in range(scale)]
    blank = background * len(rows[0])
    return [blank] * margin + rows + [blank] * margin


def make_pictures(images, labels):
    digit = images[3 * 784:4 * 784]
    plain, scan = picture(digit), picture(images[:784], 5, True, 30)
    two = [a + b for a, b in zip(scan, picture(images[7 * 784:8 * 784], 5, True, 30))]
    bits = [bytes(sum((row[8 * x + i] < 128) << (7 - i) for i in range(8)) for x in range(len(row) // 8))
            for row in (line + b"\xff" * (-len(line) % 8) for line in scan)]
    whole = png(28, 28, plain)
    write("digit.png", whole)
    write("digit.png.gz", gzip.compress(whole, mtime=0))
    write("rgb.png", png(28, 28, [bytes(v for p in row for v in (p, p, p // 2)) for row in plain], colour=2))
    write("rgba.png", png(28, 28, [bytes(v for p in row for v in (0, 0, 0, p)) for row in plain], colour=6))
    write("grey16.png", png(28, 28, [bytes(v for p in row for v in (p, 7)) for row in plain], depth=16))
    palette = b"".join(bytes([v, v, v]) for v in range(256))
    write("palette.png", png(28, 28, plain, colour=3, chunks=png_chunk(b"PLTE", palette)))
    write("scan.png", png(200, 200, scan))
    write("two.png", png(400, 200, two))
    write("blank.png", png(28, 28, [bytes(28)] * 28))
    write("block.png", png(40, 40, [bytes(40)] * 8 + [bytes(8) + b"\xff" * 24 + bytes(8)] * 24 + [bytes(40)] * 8))
    write("digit.pgm", b"P5 28 28 255\n" + b"".join(plain))
    write("text.pgm", b"P2\n# a digit\n28 28\n255\n" + b"\n".join(b" ".join(b"%d" % v for v in r) for r in plain))
    write("scan.pbm", b"P4\n200 200\n" + b"".join(bits))
    write("digit.ppm", b"P6 28 28 255\n" + bytes(v for row in plain for p in row for v in (p, p, p)))
    write("three-idx", idx([3, 28, 28], images[5 * 784:8 * 784]))
    write("three-labels", idx([3], labels[5:8]))
    # damaged
    write("cut.png", whole[:60])
    write("crc.png", whole[:-20] + b"\x55" + whole[-19:])
    write("more.png", whole + b"more")
    write("huge.png", png(70000, 70000, []))
    write("cut.pgm", b"P5 28 28 255\n" + b"".join(plain)[:500])
    write("cut-idx", idx([3, 28, 28], images[:1000]))
    write("wide-idx", idx([3, 28, 29], images[:3 * 28 * 29]))
    write("photo.jpg", b"\xff\xd8\xff\xe0abcdefgh")
    write("moving.gif", b"GIF89abcdefgh")
    write("notes.txt", b"no picture\n")
    write("empty", b"")
    for name in "a/digit.png", "a/B.png", "a/sub/digit.png":
        write("mixed/" + name[2:], whole)
    write("mixed/notes.txt", b"no picture\n")
    write("mixed/cut.png", whole[:60])
    write("mixed/d.pgm", b"P5 28 28 255\n" + b"".join(plain))
    write("no-pictures/notes.txt", b"no picture\n")


def make_folder(name, images, labels, per_class=2):
    """An image folder of torchvision, with images of each class in both splits."""
    for split in "train", "test":
        for label in range(10):
            places = [i for i, found in enumerate(labels) if found == label][:per_class]
            for place in places:
                rows = picture(images[784 * place:784 * place + 784])
                write(f"{name}/{split}/{label}/{place:03}.png", png(28, 28, rows))


def make_data_sets(images, labels):
    few = dict(zip(FILES, [idx([320, 28, 28], images[:320 * 784]), idx([320], labels[:320]),
                           idx([100, 28, 28], images[-100 * 784:]), idx([100], labels[-100:])]))
    packed = gzip.compress(few[FILES[0]], mtime=0)
    image, label = FILES[0], FILES[1]
    changes = {
        "few": {}, "few-gz": {name + ".gz": gzip.compress(data, mtime=0) for name, data in few.items()},
        "no-train": {image: None, label: None}, "no-labels": {label: None}, "empty-labels": {label: b""},
        "cut-header": {image: few[image][:9]}, "cut-images": {image: few[image][:1000]},
        "cut-labels": {label: few[label][:-1]}, "more-labels": {label: few[label] + b"\1"},
        "swapped": {image: few[label], label: few[image]}, "fewer-labels": {label: idx([319], labels[:319])},
        "label-ten": {label: few[label][:20] + b"\12" + few[label][21:]},
        "27x28": {image: idx([320, 27, 28], images[:320 * 27 * 28])}, "floats": {image: b"\0\0\x0d\3" + few[image][4:]},
        "huge": {image: struct.pack(">HBB3I", 0, 8, 3, 1 << 31, 28, 28) + images[:784]},
        "cut-gz": {image: None, image + ".gz": packed[:-5]},
        "crc-gz": {image: None, image + ".gz": packed[:-8] + b"\0\1\2\3" + packed[-4:]},
        "more-gz": {image: None, image + ".gz": packed + b"more\n"},
        "not-gz": {image: None, image + ".gz": b"not gzip at all\n"},
        "web-page": {image: None, image + ".gz": b"<html>Not Found</html>\n"},
        "other-labels": {label: few[label][:20] + bytes([9 - few[label][20]]) + few[label][21:]},
        "no-images": {image: idx([0, 28, 28], b""), label: idx([0], b"")},
    }
    for name, changed in changes.items():
        for file, data in (changed if name == "few-gz" else {**few, **changed}).items():
            if data is not None:
                write(f"{name}/{file}", data)
    os.makedirs("nothing")
    make_folder("folders", images, labels)
    make_folder("folders-of-29", images, labels)
    write("folders-of-29/train/4/001.png", png(29, 28, [bytes(29)] * 28))
    make_folder("folders-damaged", images, labels)
    write("folders-damaged/test/7/001.png", png(28, 28, picture(images[:784]))[:-30])
    make_folder("folders-of-nine", images, labels)
    for split in "train", "test":
        for file in os.listdir(f"folders-of-nine/{split}/9"):
            os.remove(f"folders-of-nine/{split}/9/{file}")


def make_models(program):
    """A model and two checkpoints, with the bits of every machine."""
    common = [program, "--reproducible", "--quiet", "--data", "few"]
    for options in (["--epochs", "3", "--save", "model"], ["--epochs", "1", "--checkpoint", "checkpoint"],
                    ["--data", "drawn", "--epochs", "3", "--save", "better"]):
        subprocess.run(common + options, check=True, stdout=subprocess.DEVNULL)
    with open("model", "rb") as file:
        model = file.read()
    write("cut-model", model[:1000])
    write("nan-model", model[:-8] + b"\xff" * 4 + model[-4:])
    write("dtype-model", model.replace(b'"F32"', b'"F64"', 1))
    write("shape-model", model.replace(b"[128,784]", b"[784,128]", 1))
    with open("checkpoint", "rb") as file:
        write("cut-checkpoint", file.read()[:-100])


def make_texts():
    names = ["T-shirt/top", "Trouser", 'Pullover, "long"', "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot"]
    write("classes", "\n".join(names).encode() + b"\n")
    write("greek", "α β γ δ ε ζ η θ ι κ".replace(" ", "\n").encode())
    write("nine", "\n".join(names[:9]).encode())
    write("blank-line", "\n".join(names[:4] + [""] + names[:5]).encode())
    write("latin-1", "\n".join(names[:9]).encode() + b"\n\xe9t\xe9\n")
    write("long-name", "\n".join(names[:9]).encode() + b"\n" + b"x" * 200)


def make(directory, program):
    """Makes all in a new directory."""
    os.mkdir(directory)
    start = os.getcwd()
    os.chdir(directory)
    os.symlink(DRAWN, "drawn")
    with gzip.open(f"{DRAWN}/{FILES[0]}.gz") as images, gzip.open(f"{DRAWN}/{FILES[1]}.gz") as labels:
        images, labels = images.read()[16:], labels.read()[8:]
    make_pictures(images, labels)
    make_data_sets(images, labels)
    make_texts()
    make_models(program)
    os.chdir(start)


def checksum(directory):
    """Returns a hash of all files and their names."""
    found = hashlib.sha256()
    for folder, folders, files in os.walk(directory):
        folders.sort()
        for name in sorted(files):
            with open(os.path.join(folder, name), "rb") as file:
                found.update(os.path.join(folder, name).encode() + file.read())
    return found.hexdigest()
