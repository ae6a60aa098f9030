#!/usr/bin/python3
"""Draws digits on the canvas of a report and compares its predictions with the program's.

usage: draw_digits.py PROGRAM WEIGHTS PAGE DIRECTORY

Draws 300 digits by synthetic pointer events in a headless browser, and some by mouse, touch and
pen. The pixels of each canvas, and those of the 28x28 image that the page shows to
its network, go to DIRECTORY as PGM, and `PROGRAM --load WEIGHTS --predict` predicts them:
- for 98 % of the canvases the page has the program's digit;
- for each image of 28x28 pixels, which the program takes as it is, the page has the program's
  probabilities.
Exit status: 0 if all this holds, 1 if it does not, 77 if the browser does not start.
"""
import base64
import csv
import io
import pathlib
import random
import subprocess
import sys

import browser as browsers

sys.path.append(str(pathlib.Path(__file__).parent / "digits"))
from strokes import write_digit

DIGITS = 300
MIN_EQUAL = 0.98
TOLERANCE = 1e-4  # of a probability

# Dispatches pointer events for strokes whose points are on a canvas of 280x280.
DRAW = """
const [strokes] = arguments;
const canvas = document.getElementById('draw-canvas');
const box = canvas.getBoundingClientRect();
const send = (type, [x, y]) => canvas.dispatchEvent(new PointerEvent(type, {
    clientX: box.left + x * box.width / canvas.width, clientY: box.top + y * box.height / canvas.height,
    pointerId: 7, pointerType: 'pen', isPrimary: true, button: 0, bubbles: true}));
document.getElementById('draw-clear').click();
for (const stroke of strokes) {
    send('pointerdown', stroke[0]);
    stroke.slice(1).forEach(point => send('pointermove', point));
    send('pointerup', stroke[stroke.length - 1]);
}
"""

# Returns after the next frame what the page shows.
READ = """
const done = arguments[arguments.length - 1];
const grey = (id) => {
    const canvas = document.getElementById(id);
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return btoa(Array.from({length: data.length / 4}, (_, i) => String.fromCharCode(data[4 * i])).join(''));
};
requestAnimationFrame(() => requestAnimationFrame(() => {
    const rows = [...document.getElementById('draw-bars').rows];
    done({
        canvas: grey('draw-canvas'),
        input: grey('draw-input'),
        probabilities: rows.map(row => parseFloat(row.querySelector('.bar').style.width) / 100),
        percents: rows.map(row => row.cells[2].textContent),
        best: rows.findIndex(row => row.classList.contains('best')),
        text: document.getElementById('draw-result').textContent,
    });
}));
"""

# Returns the canvas's box in the window.
SHOW = """
const canvas = document.getElementById('draw-canvas');
canvas.scrollIntoView({block: 'center'});
return canvas.getBoundingClientRect().toJSON();
"""

def perform(browser, actions):
    """Lets the browser create input events as those of a device."""
    browser.execute("actions", {"actions": [actions]})


def draw_by_device(browser, strokes, kind):
    browser.execute_script("document.getElementById('draw-clear').click()")
    box = browser.execute_script(SHOW)
    scale = box["width"] / 280
    actions = []
    for stroke in strokes:
        for i, (x, y) in enumerate(stroke[::4] + stroke[-1:]):
            place = {"x": round(box["left"] + x * scale), "y": round(box["top"] + y * scale)}
            actions.append({"type": "pointerMove", "duration": 0, "origin": "viewport", **place})
            if i == 0:
                actions.append({"type": "pointerDown", "button": 0})
        actions.append({"type": "pointerUp", "button": 0})
    perform(browser, {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": actions})


def strokes_of(digit, seed):
    """On a canvas of 280x280."""
    generator = random.Random(f"{digit} {seed}")
    centre = [280 * generator.uniform(0.42, 0.58) for _ in range(2)]
    strokes = write_digit(generator, digit, 280 * generator.uniform(0.5, 0.8), centre, generator.uniform(-12, 12))
    return [stroke[::3] + stroke[-1:] for stroke in strokes]


def draw_all(browser):
    """Gives the name of each drawing and what the page shows."""
    for i in range(DIGITS):
        yield f"digit-{i}", browser.execute_async_script(DRAW + READ, strokes_of(i % 10, i))
    for i, kind in enumerate(("mouse", "touch", "pen")):
        draw_by_device(browser, strokes_of(2 + i, 0), kind)
        yield kind, browser.execute_async_script(READ)


def predict(program, weights, directory, name, side, images):
    """The digit and the probabilities that the program prints for each image, (side, side)."""
    paths = [directory / f"{name}-{i:03}.pgm" for i in range(len(images))]
    for path, image in zip(paths, images):
        path.write_bytes(b"P5 %d %d 255\n" % (side, side) + base64.b64decode(image))
    command = [program, "--quiet", "--load", weights, "--predict", *paths]
    rows = csv.DictReader(io.StringIO(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout))
    return [(int(row["digit"]), [float(row[f"p{digit}"]) for digit in range(10)]) for row in rows]


def check(browser, program, weights, directory):
    """Prints the faults; returns whether there are some."""
    names, drawings = zip(*draw_all(browser))
    by_canvas = predict(program, weights, directory, "canvas", 280, [d["canvas"] for d in drawings])
    by_input = predict(program, weights, directory, "input", 28, [d["input"] for d in drawings])
    faults = []
    for name, shown, (digit, probabilities) in zip(names, drawings, by_input, strict=True):
        farthest = max(abs(a - b) for a, b in zip(shown["probabilities"], probabilities))
        if shown["best"] != digit or farthest > TOLERANCE or f": {digit} (" not in shown["text"]:
            faults.append(f"{name}: expected {digit} {probabilities}, found {shown}")
        percents = [float(percent.removesuffix(" %")) for percent in shown["percents"]]
        if any(abs(percent - 100 * p) > 0.051 for percent, p in zip(percents, shown["probabilities"])):
            faults.append(f"{name}: the percents are {percents}")
    differ = [name for name, shown, (digit, _) in zip(names, drawings, by_canvas, strict=True) if shown["best"] != digit]
    print(f"# {len(names) - len(differ)} of {len(names)} have the program's digit; other ones: {' '.join(differ)}")
    if len(differ) > (1 - MIN_EQUAL) * len(names):
        faults.append(f"expected {MIN_EQUAL:.0%} of the canvases to have the program's digit")
    print("\n".join(faults))
    return bool(faults)


def main():
    program, weights, page, directory = sys.argv[1:]
    browser = browsers.start()
    try:
        browser.get(pathlib.Path(page).resolve().as_uri())
        has_faults = check(browser, program, weights, pathlib.Path(directory))
    finally:
        browser.quit()
    sys.exit(has_faults)


if __name__ == "__main__":
    main()
