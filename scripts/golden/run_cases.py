"""The settings of the golden runs."""
from .tutorial import horizontal_flip, rotation, vertical_flip


def run_case(name, seed=0, batch=32, train=0, test=0, epochs=2, loss="tutorial", lr=0.001,
             transforms=()):
    """train and test: the number of images, from the first; 0: all of them."""
    return dict(name=name, seed=seed, batch=batch, train=train, test=test, epochs=epochs, loss=loss,
                lr=lr, transforms=transforms)


MNIST_RUNS = (
    run_case("seed0", epochs=5),
    run_case("seed1", seed=1, epochs=5),
    run_case("seed2", seed=2, epochs=5),
    run_case("seed0-logits", loss="logits"),
    run_case("seed0-batch50-limit1010", batch=50, train=1010),  # a short last batch
    run_case("seed0-limit512", train=512, test=256),
    run_case("seed0-batch1", batch=1, train=40, test=10, epochs=3),
    run_case("seed0-batch4096", batch=4096, train=1000, test=500, epochs=3),  # a single batch
    run_case("seed0-limit33", train=33, test=65),  # a last batch of one image
    run_case("seed0-limit1", train=1, test=1),
    run_case("seed-above-32-bits", seed=2**32 + 7, train=512, test=256),
    run_case("seed-largest", seed=2**64 - 1, train=512, test=256),
    run_case("seed0-logits-rate0.01", loss="logits", lr=0.01, train=2000, test=1000),
    run_case("seed0-transforms", train=1000, test=1000,
             transforms=(rotation(10), horizontal_flip(0.5))),
    run_case("seed1-transforms", seed=1, train=1000, test=1000,
             transforms=(rotation(10), horizontal_flip(0.5))),
    run_case("seed0-batch50-transforms", batch=50, train=1010, test=1000,
             transforms=(horizontal_flip(0.5), vertical_flip(0.3), rotation(30))),
)
