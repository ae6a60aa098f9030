#!/usr/bin/python3
"""Checks every number and every picture of a report against the other outputs of its run.

usage: report_page.py PAGE LOG CSV MODEL IMAGES LABELS

LOG      of --log
CSV      of --predict with the saved MODEL for the test IMAGES (IDX, gzip) with their LABELS
"""
import ast
import base64
import collections
import csv
import gzip
import html.parser
import json
import pathlib
import re
import shlex
import struct
import sys
import zlib



def tutorial_results():
    """The tutorial's losses and accuracies by epoch and its test accuracy, as the scripts have them."""
    source = (pathlib.Path(__file__).parent.parent / "scripts/summarise.py").read_text(encoding="utf-8")
    values = next(ast.literal_eval(statement.value) for statement in ast.parse(source).body
                  if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "TUTORIAL")
    return list(zip(values[:-1:2], values[1::2])), values[-1]


TUTORIAL, TUTORIAL_TEST = tutorial_results()
CLASSES = range(10)


class Page(html.parser.HTMLParser):
    """Text by section, pictures as (alternative text, PNG), attributes of SVG elements."""

    def __init__(self, text):
        super().__init__()
        self.text, self.pictures, self.svg = collections.defaultdict(str), [], []
        self.section, self.skipped, self.parameters, self.in_svg = None, False, b"", False
        self.is_parameters = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("section", "header") and "cell" not in attributes.get("class", ""):
            self.section = attributes["id"]
        self.in_svg = tag == "svg" or self.in_svg
        self.skipped = tag in ("script", "style")
        self.is_parameters = attributes.get("id") == "draw-parameters"
        if tag == "img":
            self.pictures.append((attributes["alt"], base64.b64decode(attributes["src"].split(",")[1])))
        if self.in_svg:
            self.svg.append([tag, attributes, ""])
        self.text[self.section] += " "

    def handle_endtag(self, tag):
        self.in_svg = self.in_svg and tag != "svg"
        self.skipped = False
        self.text[self.section] += " "

    def handle_data(self, data):
        if self.in_svg:
            self.svg[-1][2] += data
        elif self.is_parameters and self.skipped:
            self.parameters = base64.b64decode(data)
        elif not self.skipped:
            self.text[self.section] += data


def numbers(text):
    return re.findall(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?", text)


def expect(what, found, expected):
    if found != expected:
        pairs = [(f, e) for f, e in zip(found, expected) if f != e] if isinstance(found, list) else [(found, expected)]
        sys.exit(f"{what}: expected {len(expected)}, found {len(found)}, first difference (found, expected): {pairs[:1]}")


def expect_rounded(what, found, expected):
    """The last digit of a fraction may differ by one: the predictions have been rounded before."""
    def near(one, other):
        return "." in other and abs(float(one) - float(other)) < 1.01 * 10.0 ** -len(other.split(".")[1])
    pairs = zip(found, expected) if len(found) == len(expected) else []
    expect(what, [other if near(one, other) else one for one, other in pairs] or found, expected)


def unpack_png(png):
    """Width, height, components of a pixel, bytes of the pixels."""
    chunks, place = {}, 8
    while place < len(png):
        size, kind = struct.unpack(">I4s", png[place : place + 8])
        content = png[place + 8 : place + 8 + size]
        expect("CRC", [struct.unpack(">I", png[place + 8 + size : place + 12 + size])[0]],
               [zlib.crc32(kind + content)])
        chunks[kind] = chunks.get(kind, b"") + content
        place += size + 12
    width, height, bits, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    components = {0: 1, 2: 3}[colour]
    rows = zlib.decompress(chunks[b"IDAT"])
    step = width * components + 1
    expect("PNG", [bits, len(rows), sum(rows[::step])], [8, step * height, 0])
    return width, height, components, b"".join(rows[i + 1 : i + step] for i in range(0, len(rows), step))


def read_model(path):
    """The bytes of the tensors in the order of the page, and the tensors."""
    content = open(path, "rb").read()
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + size])
    names = ("d1.weight", "d1.bias", "d2.weight", "d2.bias")
    parts = [content[8 + size :][slice(*header[name]["data_offsets"])] for name in names]
    return b"".join(parts), [struct.unpack(f"<{len(part) // 4}f", part) for part in parts]


def check_test(page, run, test):
    exact = test["exact"]
    expect("header", numbers(page.text["test"]), [
        str(run["train"]["count"]), str(run["test"]["count"]), "784", "128", "10", f"{exact['accuracy']:.2f}",
        str(exact["right"]), str(exact["images"]), "95", f"{exact['margin']:.2f}", f"{test['seconds']:.3f}",
        f"{test['tutorial']['accuracy']:.2f}", f"{TUTORIAL_TEST:.2f}"])


def check_epochs(page, epochs):
    cells = []
    for i, epoch in enumerate(epochs):
        tutorial, exact = epoch["tutorial"], epoch["exact"]
        cells += [str(i), f"{tutorial['loss']:.4f}", f"{tutorial['accuracy']:.2f}", f"{TUTORIAL[i][0]:.4f}",
                  f"{TUTORIAL[i][1]:.2f}", f"{exact['loss']:.4f}", str(exact["right"]), str(exact["images"]),
                  f"{exact['accuracy']:.2f}", f"{epoch['seconds']:.2f}"]
    expect("table of epochs", numbers(page.text["training"]), cells)


def check_curves(page, epochs):
    """Reads the points between the lines of the grid, whose labels are the scale."""
    charts, runs = [], [[epoch["tutorial"][name] for epoch in epochs] for name in ("loss", "accuracy")]
    for element in page.svg:
        if element[0] == "svg":
            charts.append([])
        charts[-1].append(element)
    expect("charts", [len(charts)], [2])
    for which, (chart, run) in enumerate(zip(charts, runs)):
        grid = [(float(re.split("[MH ]", attributes["d"])[2]), float(chart[i + 1][2]))
                for i, (_, attributes, _) in enumerate(chart) if attributes.get("class") == "grid"]
        (low, low_value), (high, high_value) = grid[0], grid[-1]
        tutorial = [pair[which] for pair in TUTORIAL]
        for name, values in (("tutorial", tutorial), ("run", run)):
            line = next(a for tag, a, _ in chart if tag == "polyline" and a["class"] == name)
            points = [[float(number) for number in point.split(",")] for point in line["points"].split()]
            expect("points", [round(x) for x, _ in points], [48 + 75 * i for i in range(len(values))])
            for (_, y), value in zip(points, values):
                read = low_value + (y - low) / (high - low) * (high_value - low_value)
                if abs(read - value) > abs(high_value - low_value) / 1000:
                    sys.exit(f"{name}: the curve has {read}, the log {value}")
        titles = [f"epoch {i}, {name}: {value:.5g}" for name, values in (("tutorial", tutorial), ("this run", run))
                  for i, value in enumerate(values)]
        expect("titles", [text for tag, _, text in chart if tag == "title" and text.startswith("epoch")], titles)


def check_weights(page, model, tensors):
    expect("parameters of the canvas", page.parameters, model)
    weights = tensors[0]
    scale = 3 * (sum(weight * weight for weight in weights) / len(weights)) ** 0.5
    expect("weights", numbers(page.text["weights"]), ["128", f"{scale:.3g}"])
    width, height, components, pixels = unpack_png(dict(page.pictures)[
        "The weights of 128 hidden units as images of 28 by 28 pixels"])
    expect("picture of the weights", [width, height, components], [16 * 29 + 1, 8 * 29 + 1, 3])
    for i, weight in enumerate(weights):
        unit, p = divmod(i, 784)
        place = 3 * ((unit // 16 * 29 + 1 + p // 28) * width + unit % 16 * 29 + 1 + p % 28)
        shade = min(abs(weight) / scale, 1)
        end = (213, 94, 0) if weight > 0 else (0, 114, 178)
        if any(abs(pixels[place + c] - (255 + (end[c] - 255) * shade)) > 255 / 32 + 1 for c in range(3)):
            sys.exit(f"unit {unit}, pixel {p}: weight {weight}, colour {tuple(pixels[place : place + 3])}")


def check_digits(page, rows, labels, images):
    pairs = list(zip(labels, (int(row["digit"]) for row in rows), strict=True))
    matrix = [[pairs.count((label, digit)) for digit in CLASSES] for label in CLASSES]
    expected = [str(digit) for digit in CLASSES]
    for label in CLASSES:
        expected += [str(label)] + [str(count) for count in matrix[label]]
    pictures = []
    for label in CLASSES:
        for digit in CLASSES:
            wrong = [i for i, pair in enumerate(pairs) if pair == (label, digit)]
            if label == digit or not wrong:
                continue
            expected += [str(label), str(digit), str(min(len(wrong), 12)), str(len(wrong))]
            for i in wrong[:12]:
                percent = [100 * float(rows[i][f"p{which}"]) for which in (digit, label)]
                expected += [str(digit), f"{percent[0]:.2f}", str(label), f"{percent[1]:.2f}"]
                pictures.append((f"Image {i}", images[i]))
    expected += ["1"]  # of "F1"
    for digit in CLASSES:
        right, count, predicted = matrix[digit][digit], sum(matrix[digit]), sum(row[digit] for row in matrix)
        expected += [str(digit), str(count), str(right), f"{right / predicted:.4f}", f"{right / count:.4f}",
                     f"{2 * right / (predicted + count):.4f}"]
    expect_rounded("digits", numbers(page.text["digits"]), expected)
    expect("pictures of the cells", [(alt, unpack_png(png)[3]) for alt, png in page.pictures
                                     if alt.startswith("Image ")], pictures)


def check_mistakes(page, rows, labels, images):
    wrong = [i for i, row in enumerate(rows) if int(row["digit"]) != labels[i]]
    confidence = {i: float(rows[i]["p" + rows[i]["digit"]]) for i in wrong}
    shown = [re.fullmatch(r"Test image (\d+): label (\d), predicted (\d)", alt) for alt, _ in page.pictures]
    shown = [[int(number) for number in match.groups()] for match in shown if match]
    chosen = [i for i, _, _ in shown]
    best = sorted((confidence[i] for i in wrong), reverse=True)[:24]
    expect("mistakes", [round(confidence[i], 5) for i in chosen], [round(value, 5) for value in best])
    expect("mistakes", shown, [[i, labels[i], int(rows[i]["digit"])] for i in chosen])
    expected = ["24", "0"]
    for i, label, digit in shown:
        expected += [str(label), f"{100 * float(rows[i][f'p{label}']):.2f}", str(digit),
                     f"{100 * confidence[i]:.2f}", str(i)]
    expect_rounded("captions", numbers(page.text["misclassified"]), expected)
    expect("pictures of the mistakes", [unpack_png(png)[3] for alt, png in page.pictures if alt.startswith("Test ")],
           [images[i] for i in chosen])


def check_reproduce(page, text, run):
    section = text[text.index('id="reproduce"') :]
    rows = {html.unescape(key): html.unescape(value)
            for key, value in re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', section)}
    names = {"batch size": "batch", "learning rate": "lr", "BLAS library": "blas", "BLAS kernel": "kernel"}
    for name in ("seed", "epochs", "batch size", "learning rate", "loss", "program", "started", "BLAS library",
                 "BLAS kernel", "zlib", "system", "processors", "threads"):
        expect(name, [rows.pop(name)], [str(run[names.get(name, name)])])
    for name in ("train", "test"):
        images = run[name]["images"].split("/")[-1]
        expect(name, [rows.pop("training set" if name == "train" else "test set")], [f"{run[name]['count']} images of {images}"])
    expect("settings", rows, {
        "reproducible": str(run["reproducible"]).lower(), "test after every epoch": "false", "transforms": "none"})
    command = html.unescape(re.search(r"<code>(.*?)</code>", section, re.S).group(1))
    shortened = [word.split("/")[-1] for word in run["command"]]
    expect("command", shlex.split(command), run["variables"] + shortened)


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    page = Page(text)
    lines = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
    run, epochs, test = lines[0], lines[1:-1], lines[-1]
    rows = list(csv.DictReader(open(sys.argv[3], encoding="utf-8")))[: run["test"]["count"]]
    model, tensors = read_model(sys.argv[4])
    pixels = gzip.open(sys.argv[5]).read()[16:]
    images = [pixels[784 * i : 784 * (i + 1)] for i in range(len(rows))]
    labels = list(gzip.open(sys.argv[6]).read()[8 : 8 + len(rows)])
    check_test(page, run, test)
    check_epochs(page, epochs)
    check_curves(page, epochs)
    check_weights(page, model, tensors)
    check_digits(page, rows, labels, images)
    check_mistakes(page, rows, labels, images)
    check_reproduce(page, text, run)
    expect("title", re.search(r"<title>(.*?)</title>", text).group(1),
           f"mnist-train: test accuracy {test['exact']['accuracy']:.2f} %")


main()
