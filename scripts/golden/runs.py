"""golden_run.h: the struct of a whole training run; runs.h: the runs on MNIST."""
import torch

from . import CORETYPE
from .c_source import (FIRST, c_double, c_first, c_list, c_seed, c_string, c_transforms, header,
                       sha256)
from .data import read_data
from .run_cases import MNIST_RUNS
from .tutorial import Model, data_loader, evaluate, train_epoch

STEPS = 200  # batches of a run whose losses are kept

STRUCT_COMMENT = """
A training run of the tutorial with torch.nn, torch.optim.Adam and DataLoader(shuffle=True).

An epoch starts with the loader's two random seeds. For each batch the transforms of its images
draw, image by image; the dropout mask draws after them. The test runs once, at the end.
A sha256 is the SHA-256 of the values as little-endian numbers.
"""

STRUCT = f"""
typedef struct {{
    const char *order_sha256; // of the images' indices (uint32) in their order
    uint32_t first[{FIRST}]; // indices of the order; zeros follow if there are fewer images
    double tutorial_loss; // sum of the batches' mean losses / index of the last batch, at least 1
    double tutorial_accuracy; // sum of floor(100 * right / GoldenRun.batch) / the same index
    double loss; // mean over the images
    size_t right; // images whose largest output is at their label
}} GoldenEpoch;

typedef struct {{
    const char *name;
    uint64_t seed;
    size_t batch; // images in a batch; the last batch may have fewer
    size_t train_limit, test_limit; // the run uses the first so many images; 0: all
    size_t epochs;
    const char *loss; // "tutorial" or "logits"
    double learning_rate;
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

RUNS_COMMENT = f"""
Whole runs of the tutorial on MNIST. Orders and hashes are exact. Losses, accuracies and numbers
of right answers depend on the rounding of the matrix products, here by OpenBLAS's kernels for
{CORETYPE}. With its kernels for SkylakeX, the first 200 losses of seeds 0 to 2 differ by at
most 4e-7 and the loss of epoch 0 by 2e-5; later epochs differ by up to 0.0004 in loss, 0.06 in
tutorial_accuracy and 0.3 in test_tutorial_accuracy.
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


def make_golden_run(_):
    return header("golden_run", STRUCT_COMMENT, STRUCT)


def runs_header(name, comment, array, cases, data):
    body = "".join(make_run(run, data) for run in cases)
    return header(name, comment, f"static const GoldenRun {array}[] = {{\n{body}}};",
                  includes=["golden_run.h"])


def make_runs(mnist_folder):
    return runs_header("runs", RUNS_COMMENT, "golden_runs", MNIST_RUNS, read_data(mnist_folder))
