"""runs.h: whole training runs."""
import torch

from . import CORETYPE
from .c_source import (FIRST, c_double, c_first, c_list, c_seed, c_string, c_transforms, header,
                       sha256)
from .data import read_data
from .run_cases import MNIST_RUNS
from .tutorial import Model, data_loader, evaluate, train_epoch

STEPS = 200  # batches of a run whose losses are kept

RUNS_COMMENT = f"""
Whole runs of the tutorial on MNIST with torch.nn, torch.optim.Adam and DataLoader(shuffle=True).
Hashes and indices are exact. Losses, accuracies and numbers of right answers depend on the last
bits that the kernels of the matrix products give, here OpenBLAS's for {CORETYPE}. Between those for
Haswell and SkylakeX the first 200 losses of seeds 0 to 2 differ by 4e-7 at most, the loss of
epoch 0 by 2e-5; later epochs by 0.0004 in loss, 0.06 in tutorial_accuracy and 0.3 in
test_tutorial_accuracy.

A hash of a tensor is the SHA-256 of its float32 values, little-endian, row by row; that of an
order, of its uint32 indices, little-endian. limit: the first so many images; 0: all of them.
Of an epoch, `first` are the first {FIRST} of the order (fewer when there are fewer images, then
zeros); `tutorial_loss` is the sum of the batches' mean losses, divided by the last batch's index
(by 1 when there is only one batch); `tutorial_accuracy` is the same of
floor(100 * right / batch), where batch is the size asked for; `loss` is the mean over the
images; `right` says how many had their highest output at their label. step_loss: the mean loss
of each of the run's first batches, step_count of them. The test runs once, after the epochs.

transforms: torchvision's, of the training images alone, in this order, transform_count of them;
each by its name and argument. The loader draws its two seeds at the start of an epoch; then for
each batch the transforms of its images draw, image by image, and the dropout mask behind them.
"""

RUNS_TYPES = f"""
typedef struct {{
    const char *order_sha256;
    uint32_t first[{FIRST}];
    double tutorial_loss, tutorial_accuracy, loss;
    size_t right;
}} GoldenEpoch;

typedef struct {{
    const char *name;
    uint64_t seed;
    size_t batch, train_limit, test_limit, epochs;
    const char *loss; // "tutorial" or "logits"
    double learning_rate;
    size_t transform_count;
    struct {{
        const char *name;
        double amount;
    }} transforms[3];
    const char *initial_sha256[4]; // d1.weight, d1.bias, d2.weight, d2.bias
    GoldenEpoch epoch[5];
    size_t step_count;
    double step_loss[{STEPS}];
    double test_tutorial_accuracy;
    size_t test_right, test_count;
}} GoldenRun;
"""


def c_epoch(metrics, order):
    return (f'            {{.order_sha256 = {c_string(sha256(order, "<u4"))},\n'
            f"             .first = {c_first(order, str)},\n"
            f"             .tutorial_loss = {c_double(metrics.tutorial_loss())},\n"
            f"             .tutorial_accuracy = {c_double(metrics.tutorial_accuracy())},\n"
            f"             .loss = {c_double(metrics.loss())},\n"
            f"             .right = {metrics.correct}}},\n")


def c_settings(run):
    return (f'        .name = {c_string(run["name"])},\n'
            f'        .seed = {c_seed(run["seed"])},\n'
            f'        .batch = {run["batch"]},\n'
            f'        .train_limit = {run["train"]},\n'
            f'        .test_limit = {run["test"]},\n'
            f'        .epochs = {run["epochs"]},\n'
            f'        .loss = {c_string(run["loss"])},\n'
            f'        .learning_rate = {c_double(run["lr"])},\n'
            f'{c_transforms(run["transforms"], " " * 8)}')


def make_run(run, data):
    train = [t[:run["train"] or None] for t in data["train"]]
    test = [t[:run["test"] or None] for t in data["t10k"]]
    torch.manual_seed(run["seed"])
    model = Model(run["loss"])
    initial = [sha256(t.detach().numpy(), "<f4") for t in model.parameters()]
    optimizer = torch.optim.Adam(model.parameters(), lr=run["lr"])
    batches = data_loader(train[0], run["batch"], True, run["transforms"])
    epochs, steps = "", []
    for _ in range(run["epochs"]):
        metrics, order, losses = train_epoch(model, optimizer, batches, train, run["batch"])
        epochs += c_epoch(metrics, order)
        steps = (steps + losses)[:STEPS]
    metrics = evaluate(model, data_loader(test[0], run["batch"], False), test, run["batch"])
    return (f"    {{\n{c_settings(run)}"
            f'        .initial_sha256 = {c_list(initial, c_string, " " * 12)},\n'
            f"        .epoch = {{\n{epochs}        }},\n"
            f"        .step_count = {len(steps)},\n"
            f'        .step_loss = {c_list(steps, c_double, " " * 12)},\n'
            f"        .test_tutorial_accuracy = {c_double(metrics.tutorial_accuracy())},\n"
            f"        .test_right = {metrics.correct},\n"
            f"        .test_count = {metrics.images},\n    }},\n")


def make_runs(mnist_folder):
    mnist = read_data(mnist_folder)
    body = "".join(make_run(run, mnist) for run in MNIST_RUNS)
    return header("runs", RUNS_COMMENT,
                  f"{RUNS_TYPES}\nstatic const GoldenRun golden_runs[] = {{\n{body}}};")
