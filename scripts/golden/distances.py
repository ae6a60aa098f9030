"""Measures how far PyTorch is from itself in the golden runs. The tests' tolerances follow from it.

The numbers of a run depend on rounding. It changes with the kernels of the matrix products, which
OPENBLAS_CORETYPE selects, and with a perturbation of every initial weight by one unit in the last
place. Rarely an input of ReLU changes its sign; the run then differs by much more.
"""
from . import CORETYPE, DEFAULT_CORETYPE
from .checks import GOLDEN, NUMBER, tokens

PERTURBATIONS = 20
EARLY_STEPS = 20
COLUMNS = ("steps 1-20", "all steps", "loss 0", "loss 1-", "accuracy", "right", "test accuracy",
           "test right")


def read_runs(text):
    """Returns {run: {field: numbers}}."""
    runs = {}
    for field, token in tokens(text):
        if field == "name" and token.startswith('"'):
            fields = runs.setdefault(token.strip('"'), {})
        elif runs and NUMBER.match(token) and not token[1:2].isalpha():
            fields.setdefault(field, []).append(float(token))
    return runs


def run_distances(left, right):
    """The largest distances, in the order of COLUMNS; epoch 0 and the later ones separately."""
    def largest(field, begin=0, end=None):
        pairs = zip(left[field][begin:end], right[field][begin:end])
        return max((abs(one - other) for one, other in pairs), default=0.0)

    return (largest("step_loss", 0, EARLY_STEPS), largest("step_loss"),
            max(largest("tutorial_loss", 0, 1), largest("loss", 0, 1)),
            max(largest("tutorial_loss", 1), largest("loss", 1)),
            largest("tutorial_accuracy"), largest("right"),
            largest("test_tutorial_accuracy"), largest("test_right"))


def print_distances(name, title, texts):
    """For each run, the largest distance between the file and one of the texts."""
    expected = read_runs((GOLDEN / f"{name}.h").read_text())
    found = [read_runs(text) for text in texts]
    print(f"{name}.h, {title}")
    print("%-26s%11s%11s%9s%9s%10s%7s%15s%12s" % ("run", *COLUMNS))
    for run in expected:
        distances = [run_distances(runs[run], expected[run]) for runs in found]
        print("%-26s%11.1e%11.1e%9.1e%9.1e%10.3f%7d%15.3f%12d" %
              (run, *map(max, zip(*distances))), flush=True)


def measure(name, make, mnist_folder):
    """Perturbs the weights with the files' kernels; measures other kernels alone."""
    if CORETYPE == DEFAULT_CORETYPE:
        title = f"{PERTURBATIONS} runs with perturbed weights"
        texts = [make(mnist_folder, seed) for seed in range(1, PERTURBATIONS + 1)]
    else:
        title = f"kernels for {CORETYPE}"
        texts = [make(mnist_folder)]
    print_distances(name, title, texts)
