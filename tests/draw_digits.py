#!/usr/bin/python3
"""Draws digits on the canvas of a report and compares its predictions with the program's.

usage: draw_digits.py chromium|firefox PROGRAM WEIGHTS PAGE DIRECTORY

Draws 200 digits and 40 scribbles by synthetic pointer events in a headless browser, and some digits by
mouse, touch, pen (Chromium) and keyboard. The pixels of each canvas go to DIRECTORY as PGM, and `PROGRAM --load WEIGHTS --predict`
predicts them. Prints a line for each digit that differs, or whose probabilities differ by more than
1e-4, and the times of updates. Exit status: 0 if all agree, 1 if some differ, 77 if the browser does
not start.
"""
import base64
import csv
import io
import pathlib
import subprocess
import sys

import draw_strokes

DIGITS = 200
SCRIBBLES = 40
TOLERANCE = 1e-4

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

# Returns after the next frame what the page shows, and the time of one more update.
READ = """
const done = arguments[arguments.length - 1];
const page = window.wrappedJSObject || window; // Firefox gives scripts of tests another window
requestAnimationFrame(() => requestAnimationFrame(() => {
    const drawn = document.getElementById('draw-canvas');
    const data = drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height).data;
    const grey = Array.from({length: data.length / 4}, (_, i) => String.fromCharCode(data[4 * i]));
    const rows = [...document.getElementById('draw-bars').rows];
    const start = performance.now();
    page.update();
    const milliseconds = performance.now() - start;
    done({
        milliseconds,
        pixels: btoa(grey.join('')),
        probabilities: rows.map(row => Number(row.querySelector('data').value)),
        widths: rows.map(row => parseFloat(row.querySelector('.bar').style.width)),
        best: rows.findIndex(row => row.classList.contains('best')),
        text: document.getElementById('draw-result').textContent,
    });
}));
"""

# Returns the canvas's box in the window.
SHOW = """
const canvas = document.getElementById('draw-canvas');
canvas.scrollIntoView({block: 'center'});
canvas.focus();
return canvas.getBoundingClientRect().toJSON();
"""

# Keys of WebDriver.
KEYS = {"up": "\ue013", "down": "\ue015", "escape": "\ue00c", "space": " "}


def read_canvas(browser, path, strokes=None):
    """What the page shows, after drawing the strokes if there are some; the pixels go to a file."""
    shown = browser.execute_async_script(DRAW + READ if strokes else READ, strokes)
    pixels = base64.b64decode(shown["pixels"])
    path.write_bytes(b"P5 280 280 255\n" + pixels)
    return shown


def perform(browser, actions):
    """Lets the browser create input events as those of a device."""
    if hasattr(browser, "perform"):
        browser.perform([actions])
    else:
        browser.execute("actions", {"actions": [actions]})


def draw_by_device(browser, strokes, kind):
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


def draw_by_keys(browser):
    """A one: a vertical line in the middle. Escape clears the canvas first."""
    browser.execute_script(SHOW)
    keys = ["escape"] + ["up"] * 10 + ["space"] + ["down"] * 20 + ["space"]
    actions = [{"type": kind, "value": KEYS[key]} for key in keys for kind in ("keyDown", "keyUp")]
    perform(browser, {"type": "key", "id": "keys", "actions": actions})


def predict(program, weights, paths):
    """The digit and the probabilities that the program prints for each file."""
    output = subprocess.run(
        [program, "--quiet", "--load", weights, "--predict", *paths],
        capture_output=True, text=True,
    )
    print(output.stderr, end="")
    for row in csv.DictReader(io.StringIO(output.stdout)):
        yield int(row["digit"]), [float(row[f"p{digit}"]) for digit in range(10)]


def compare(name, shown, digit, probabilities):
    """Faults of a canvas."""
    difference = max(abs(a - b) for a, b in zip(shown["probabilities"], probabilities))
    widths = max(abs(a / 100 - b) for a, b in zip(shown["widths"], probabilities))
    if shown["best"] != digit:
        yield f"{name}: the page sees a {shown['best']}, the program a {digit}"
    if difference > TOLERANCE or widths > TOLERANCE:
        yield f"{name}: probabilities differ by {difference:g}, bars by {widths:g}"
    if f": {digit} (" not in shown["text"]:
        yield f"{name}: the text is '{shown['text']}'"


def draw_all(browser, directory, devices, times):
    """Draws all digits; gives the name, the wanted digit, the file and what the page shows."""
    for i in range(DIGITS):
        path = directory / f"{i:03}.pgm"
        shown = read_canvas(browser, path, draw_strokes.draw(i % 10, i, 280))
        times.append(shown["milliseconds"])
        yield f"digit {i}", i % 10, path, shown
    for i in range(SCRIBBLES):
        path = directory / f"scribble-{i:02}.pgm"
        yield f"scribble {i}", None, path, read_canvas(browser, path, draw_strokes.scribble(i, 280))
    for i, kind in enumerate(devices):
        path = directory / f"{kind}.pgm"
        browser.execute_script("document.getElementById('draw-clear').click()")
        draw_by_device(browser, draw_strokes.draw(2 + i, 0, 280), kind)
        yield kind, 2 + i, path, read_canvas(browser, path)
    draw_by_keys(browser)
    path = directory / "keys.pgm"
    yield "keys", 1, path, read_canvas(browser, path)


def has_digit(drawing):
    """Whether the page shows a prediction: it has none if more than half of the canvas is black."""
    _, wanted, path, shown = drawing
    pixels = path.read_bytes()[-280 * 280 :]
    is_full = 2 * sum(value < 128 for value in pixels) > len(pixels)
    return not (wanted is None and is_full and shown["best"] == -1 and "too full" in shown["text"])


def check(browser, program, weights, directory, devices):
    """Prints the faults; returns how many there are."""
    faults, recognised, largest, times = 0, 0, 0.0, []
    drawings = [d for d in draw_all(browser, directory, devices, times) if has_digit(d)]
    predictions = list(predict(program, weights, [path for _, _, path, _ in drawings]))
    if len(predictions) != len(drawings):
        print(f"expected {len(drawings)} predictions, found {len(predictions)}")
        return 1
    for (name, wanted, _, shown), (digit, probabilities) in zip(drawings, predictions):
        recognised += digit == wanted
        largest = max([largest] + [abs(a - b) for a, b in zip(shown["probabilities"], probabilities)])
        for fault in compare(name, shown, digit, probabilities):
            print(fault)
            faults += 1
    times.sort()
    print(f"# {len(drawings)} digits, {recognised} recognised; largest difference {largest:.1e}")
    print(f"# update: median {times[len(times) // 2]:.1f} ms, maximum {times[-1]:.1f} ms")
    return faults


def start(name):
    """The browser and its pointing devices. Ends with status 77 if it does not start."""
    try:
        if name == "firefox":
            from firefox import Firefox

            return Firefox(), ["mouse", "touch"]  # its WebDriver has no pen
        from browser import start_browser

        return start_browser(), ["mouse", "touch", "pen"]
    except Exception as problem:  # an error of selenium, which Firefox does not need
        print(problem, file=sys.stderr)
        sys.exit(77)


def main():
    name, program, weights, page, directory = sys.argv[1:]
    browser, devices = start(name)
    try:
        browser.get(pathlib.Path(page).resolve().as_uri())
        faults = check(browser, program, weights, pathlib.Path(directory), devices)
    finally:
        browser.quit()
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
