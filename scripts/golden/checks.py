"""Compares new headers with the files in tests/golden."""
import re
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent.parent.parent / "tests" / "golden"

# The largest distance of a field's numbers from those in the file, (absolute, relative). All other
# fields are exact.
TOLERANCES = {
    "golden_run": {},
    "runs": {"tutorial_loss": (8e-4, 0), "loss": (8e-4, 0), "tutorial_accuracy": (0.2, 0),
             "right": (0, 0.002), "step_loss": (1e-3, 0), "test_tutorial_accuracy": (0.5, 0),
             "test_right": (0, 0.005)},
    "drawn_runs": {"tutorial_loss": (2e-5, 0), "loss": (2e-5, 0), "tutorial_accuracy": (0.1, 0),
                   "right": (1, 0), "step_loss": (2e-4, 0), "test_tutorial_accuracy": (0.1, 0),
                   "test_right": (1, 0)},
    "random": {},
    "gradients": {"mean_loss": (1e-6, 0), "logits": (1e-6, 0), "norm": (0, 1e-5),
                  "sample": (1e-6, 1e-4), "after_one": (2e-6, 0),
                  "after_three": (2e-6, 0)},
    "transforms": {},
}

TOKEN = re.compile(r'//[^\n]*|"[^"\n]*"|-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|\.?\w+|\S')
NUMBER = re.compile(r"-?[\d.]")


def tokens(text):
    """Pairs of a field and a token of its value, without comments."""
    field = ""
    for token in TOKEN.findall(text):
        if re.match(r"\.[a-z]", token):
            field = token[1:]
        if not token.startswith("//"):
            yield field, token


def agree(field, new, old, tolerances):
    if new == old:
        return True
    if field not in tolerances or not (NUMBER.match(new) and NUMBER.match(old)):
        return False
    absolute, relative = tolerances[field]
    distance = abs(float(new) - float(old))
    return distance <= absolute + relative * abs(float(old))


def check(name, text):
    """Returns one line for each difference between the new header and the file."""
    path = GOLDEN / f"{name}.h"
    try:
        old_tokens = list(tokens(path.read_text()))
    except OSError as error:
        return [f"cannot read the file: {error.strerror}"]
    new_tokens = list(tokens(text))
    if len(new_tokens) != len(old_tokens):
        return [f"expected {len(new_tokens)} C tokens, found {len(old_tokens)}"]
    differences, case = [], ""
    for (field, new), (_, old) in zip(new_tokens, old_tokens):
        if field == "name" and new.startswith('"'):
            case = new.strip('"') + ", "
        if not agree(field, new, old, TOLERANCES[name]):
            differences.append(f"{case}{field}: expected {new}, found {old}")
    return differences
