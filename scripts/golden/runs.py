"""golden_run.h: the struct of a whole training run; runs.h, drawn_runs.h: the runs."""
import torch

from . import CORETYPE
from .c_source import c_double, c_list, c_seed, c_string, c_transforms, header, sha256
from .data import DRAWN, read_data
from .run_cases import DRAWN_RUNS, MNIST_RUNS
from .tutorial import Model, data_loader, evaluate, train_epoch

STEPS = 200  # batches of a run whose losses are kept

STRUCT_COMMENT = """
A training run of the tutorial with torch.nn, torch.optim.Adam and DataLoader(shuffle=True).

An epoch starts with the loader's two random seeds. For each batch the transforms of its images
draw, image by image; the dropout mask draws after them. The test runs once, at the end, or after
each epoch; the test loader then draws a number each time.
A sha256 is the SHA-256 of the values as little-endian numbers.
"""

STRUCT = f"""
typedef struct {{
    const char *order_sha256; // of the images' indices (uint32) in their order
    double tutorial_loss; // sum of the batches' mean losses / index of the last batch, at least 1
    double tutorial_accuracy; // sum of floor(100 * right / GoldenRun.batch) / the same index
    double loss; // mean over the images
    size_t right; // images whose largest output is at their label
    size_t test_right; // in the test after this epoch, with test_every_epoch
}} GoldenEpoch;

typedef struct {{
    const char *name;
    uint64_t seed;
    size_t batch; // images in a batch; the last batch may have fewer
    size_t train_limit, test_limit; // the run uses the first so many images; 0: all
    size_t epochs;
    const char *loss; // "tutorial" or "logits"
    double learning_rate;
    bool test_every_epoch;
    size_t transform_count;
    struct {{
        const char *name; // torchvision's
        double amount; // degrees or probability
    }} transforms[3]; // of the training images only, applied in this order
    const char *initial_sha256[4]; // d1.weight, d1.bias, d2.weight, d2.bias: float32, row by row
    GoldenEpoch epoch[5];
    size_t step_count;
    double step_loss[{STEPS}]; // mean losses of the run's first step_count batches
    double test_tutorial_accuracy; // as tutorial_accuracy, of the test set
    size_t test_right, test_count;
}} GoldenRun;
"""

EXACTNESS = f"""Orders and hashes are exact. Losses, accuracies and numbers of right answers depend
on rounding, above all in the matrix products. Here OpenBLAS computes them with its kernels for
{CORETYPE}."""

RUNS_COMMENT = f"""
Whole runs of the tutorial on MNIST.

{EXACTNESS}

PyTorch was measured with the kernels for Sandybridge and for SkylakeX. In seed0, seed1 and
seed2, step_loss differs by up to 5e-7 and the loss of epoch 0 by up to 3e-5. The later epochs
differ by up to 0.0004 in loss, 0.08 in tutorial_accuracy and 40 in right; the test by up to 0.4
in test_tutorial_accuracy and 34 in test_right. In the other runs, step_loss differs by up to
5e-7 and an epoch by up to 8e-8 in loss and 2 in right; the test is equal.
"""

DRAWN_COMMENT = f"""
Whole runs of the tutorial on data/drawn.

{EXACTNESS}

PyTorch was measured with the kernels for Sandybridge, with those for SkylakeX, and 20 times with
every initial weight perturbed by one unit in the last place. step_loss differs by up to 9.5e-07,
tutorial_loss and loss by up to 2.4e-07. One case is larger, step_loss of seed0-batch100 with
perturbed weights: 1.3e-05. In its batch 94 an input of ReLU, 1.2e-6, changes its sign. right,
test_right and the accuracies are always equal.
"""


def c_epoch(metrics, order, test):
    test_right = f",\n             .test_right = {test.correct}" if test else ""
    return (f'            {{.order_sha256 = {c_string(sha256(order, "<u4"))},\n'
            f"             .tutorial_loss = {c_double(metrics.tutorial_loss())},\n"
            f"             .tutorial_accuracy = {c_double(metrics.tutorial_accuracy())},\n"
            f"             .loss = {c_double(metrics.loss())},\n"
            f"             .right = {metrics.correct}{test_right}}},\n")


def c_settings(run):
    return (f'        .name = {c_string(run["name"])},\n'
            f'        .seed = {c_seed(run["seed"])},\n'
            f'        .batch = {run["batch"]},\n'
            f'        .train_limit = {run["train"]},\n'
            f'        .test_limit = {run["test"]},\n'
            f'        .epochs = {run["epochs"]},\n'
            f'        .loss = {c_string(run["loss"])},\n'
            f'        .learning_rate = {c_double(run["lr"])},\n'
            + ("        .test_every_epoch = true,\n" if run["test_every_epoch"] else "") +
            f'{c_transforms(run["transforms"], " " * 8)}')


def make_run(run, data):
    train = [t[:run["train"] or None] for t in data["train"]]
    test = [t[:run["test"] or None] for t in data["t10k"]]
    torch.manual_seed(run["seed"])
    model = Model(run["loss"])
    initial = [sha256(t.detach().numpy(), "<f4") for t in model.parameters()]
    optimizer = torch.optim.Adam(model.parameters(), lr=run["lr"])
    batches = data_loader(train[0], run["batch"], True, run["transforms"])
    test_batches = data_loader(test[0], run["batch"], False)
    epochs, steps = "", []
    for _ in range(run["epochs"]):
        metrics, order, losses = train_epoch(model, optimizer, batches, train, run["batch"])
        steps = (steps + losses)[:STEPS]
        tested = evaluate(model, test_batches, test, run["batch"]) if run["test_every_epoch"] else None
        epochs += c_epoch(metrics, order, tested)
    metrics = evaluate(model, test_batches, test, run["batch"])
    return (f"    {{\n{c_settings(run)}"
            f'        .initial_sha256 = {c_list(initial, c_string, " " * 12)},\n'
            f"        .epoch = {{\n{epochs}        }},\n"
            f"        .step_count = {len(steps)},\n"
            f'        .step_loss = {c_list(steps, c_double, " " * 12)},\n'
            f"        .test_tutorial_accuracy = {c_double(metrics.tutorial_accuracy())},\n"
            f"        .test_right = {metrics.correct},\n"
            f"        .test_count = {metrics.images},\n    }},\n")


def make_golden_run(_):
    return header("golden_run", STRUCT_COMMENT, STRUCT)


def runs_header(name, comment, array, cases, data):
    body = "".join(make_run(run, data) for run in cases)
    return header(name, comment, f"static const GoldenRun {array}[] = {{\n{body}}};",
                  includes=["golden_run.h"])


def make_runs(mnist_folder):
    return runs_header("runs", RUNS_COMMENT, "golden_runs", MNIST_RUNS, read_data(mnist_folder))


def make_drawn_runs(_):
    return runs_header("drawn_runs", DRAWN_COMMENT, "drawn_golden_runs", DRAWN_RUNS, read_data(DRAWN))
