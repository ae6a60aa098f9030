"""gradients.h: one batch through the network, its gradient, three steps of Adam."""
import torch
from torch.nn import functional as F

from . import fail
from .c_source import c_double, c_float, c_list, c_string, header
from .tutorial import CLASSES, DROPOUT, HIDDEN, PIXELS, TENSORS, Model

BATCH, SAMPLES = 5, 16

GRADIENTS_COMMENT = f"""
One small batch through the network, its gradient, and three steps of Adam. No data set is
needed.

The batch: {BATCH} images of {PIXELS} pixels. Pixel i of image k is (i * 37 + k * 101) % 256,
divided by 255 in float32; its label is k * 3 % 10.
The network: torch.manual_seed(0), then Linear({PIXELS}, {HIDDEN}) and Linear({HIDDEN}, {CLASSES}).
dropout: torch.nn.Dropout({DROPOUT}) in training mode. Each forward pass draws its mask of
({BATCH}, {HIDDEN}) from the main generator: the first mask after the parameters, each later one
after the mask before it. Without dropout the module is in eval mode.
loss: "tutorial" is F.cross_entropy of F.softmax(logits, dim=1), "logits" is F.cross_entropy of
the logits; both are the mean over the batch. mean_loss, logits and gradient are those of the
first step, before it updates the parameters.
Tensors are in the order d1.weight, d1.bias, d2.weight, d2.bias. golden_sample_index has the
indices of the sampled entries, row by row of (outputs, inputs); golden_sample_count is the
number of entries, at most {SAMPLES}.
gradient: L2 norm, in double, of the float32 gradient of the mean loss, and samples.
after_one, after_three: samples of the parameters after one step and after three steps of
torch.optim.Adam(lr=0.001, betas=(0.9, 0.999), eps=1e-8) on the same batch.

The last digits depend on the kernels of the matrix products. These gradients agree with double
precision within 1e-6 of the tensor's norm, parameters within 2e-6.
"""

GRADIENTS_TYPES = f"""
enum {{ GOLDEN_BATCH = {BATCH}, GOLDEN_SAMPLES = {SAMPLES} }};

typedef struct {{
    double norm;
    float sample[GOLDEN_SAMPLES];
}} GoldenGradient;

typedef struct {{
    const char *name;
    const char *loss; // "tutorial" or "logits"
    bool dropout;
    double mean_loss;
    float logits[GOLDEN_BATCH * {CLASSES}]; // ({BATCH}, {CLASSES})
    GoldenGradient gradient[4];
    float after_one[4][GOLDEN_SAMPLES];
    float after_three[4][GOLDEN_SAMPLES];
}} GoldenStep;
"""


def made_batch(dtype):
    k = torch.arange(BATCH)[:, None]
    images = ((torch.arange(PIXELS) * 37 + k * 101) % 256).float().div(255).to(dtype)
    return images, torch.arange(BATCH) * 3 % 10


def sample_indices(size):
    """Indices spread over rows and columns, or all of them in a small tensor."""
    if size <= SAMPLES:
        return list(range(size))
    return [(k * (size * 5 // 13 | 1) + size // 7) % size for k in range(SAMPLES)]


def sample(tensor):
    flat = tensor.detach().flatten()
    return flat[sample_indices(flat.numel())].tolist()


def train_steps(loss, dropout, dtype):
    """Returns mean_loss, logits, gradients, the parameters after one step and after three."""
    images, labels = made_batch(dtype)
    torch.manual_seed(0)
    model = Model(loss).to(dtype).train(dropout)
    parameters = list(model.parameters())
    optimizer = torch.optim.Adam(parameters, lr=0.001)
    after = []
    for step in range(3):
        state = torch.get_rng_state()
        value = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        value.backward()
        if step == 0:
            mean_loss, gradients = value.item(), [p.grad.clone() for p in parameters]
            torch.set_rng_state(state)
            logits = model.logits(images).detach()
        optimizer.step()
        after.append([p.detach().clone() for p in parameters])
    return mean_loss, logits, gradients, after[0], after[2]


def verify_near(subject, found, expected, distance):
    worst = float((found.double() - expected).abs().max())
    if not worst <= distance:
        fail(f"{subject}: expected float32 within {distance:g} of double precision, "
             f"found {worst:g}")


def verify_step(name, results, exact):
    """Compares with double precision from the same initial values and masks."""
    verify_near(f"{name}, loss", torch.tensor(results[0]), exact[0], 1e-6)
    verify_near(f"{name}, logits", results[1], exact[1], 1e-6)
    for tensor, found, expected in zip(TENSORS, results[2], exact[2]):
        verify_near(f"{name}, gradient of {tensor}", found, expected, 1e-6 * expected.norm())
    for tensors, exact_tensors in zip(results[3:], exact[3:]):
        for tensor, found, expected in zip(TENSORS, tensors, exact_tensors):
            verify_near(f"{name}, {tensor} sampled after steps", torch.tensor(sample(found)),
                        torch.tensor(sample(expected), dtype=torch.float64), 2e-6)


def c_samples(tensors):
    return "".join(" " * 12 + c_list(sample(t), c_float, " " * 16) + ",\n" for t in tensors)


def make_step(loss, dropout):
    name = loss + ("-dropout" if dropout else "")
    results = train_steps(loss, dropout, torch.float32)
    verify_step(name, results, train_steps(loss, dropout, torch.float64))
    mean_loss, logits, gradients, after_one, after_three = results
    gradient = "".join(f"            {{.norm = {c_double(g.double().norm())},\n"
                       f'             .sample = {c_list(sample(g), c_float, " " * 17)}}},\n'
                       for g in gradients)
    return (f"    {{\n        .name = {c_string(name)},\n"
            f"        .loss = {c_string(loss)},\n"
            f'        .dropout = {"true" if dropout else "false"},\n'
            f"        .mean_loss = {c_double(mean_loss)},\n"
            f'        .logits = {c_list(logits.flatten().tolist(), c_float, " " * 12)},\n'
            f"        .gradient = {{\n{gradient}        }},\n"
            f"        .after_one = {{\n{c_samples(after_one)}        }},\n"
            f"        .after_three = {{\n{c_samples(after_three)}        }},\n    }},\n")


def make_gradients(_):
    indices = [sample_indices(p.numel()) for p in Model("logits").parameters()]
    rows = "".join(" " * 4 + c_list(row, str, " " * 8) + ",\n" for row in indices)
    steps = "".join(make_step(loss, dropout)
                    for loss in ("tutorial", "logits") for dropout in (False, True))
    return header("gradients", GRADIENTS_COMMENT,
                  f"{GRADIENTS_TYPES}\n"
                  f"static const size_t golden_sample_count[4] = "
                  f"{c_list(map(len, indices), str)};\n\n"
                  f"static const size_t golden_sample_index[4][GOLDEN_SAMPLES] = {{\n{rows}}};\n\n"
                  f"static const GoldenStep golden_steps[] = {{\n{steps}}};")
