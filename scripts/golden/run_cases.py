"""The settings of the golden runs."""
from .tutorial import horizontal_flip, rotation, vertical_flip


def run_case(name, seed=0, batch=32, train=0, test=0, epochs=2, loss="tutorial", lr=0.001,
             transforms=(), test_every_epoch=False):
    """train and test: the number of images, from the first; 0: all of them."""
    return dict(name=name, seed=seed, batch=batch, train=train, test=test, epochs=epochs, loss=loss,
                lr=lr, transforms=transforms, test_every_epoch=test_every_epoch)


SMALL_ROTATION_AND_FLIP = rotation(10), horizontal_flip(0.5)
ALL_TRANSFORMS = horizontal_flip(0.5), vertical_flip(0.3), rotation(30)

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
             transforms=SMALL_ROTATION_AND_FLIP),
    run_case("seed1-transforms", seed=1, train=1000, test=1000,
             transforms=SMALL_ROTATION_AND_FLIP),
    run_case("seed0-batch50-transforms", batch=50, train=1010, test=1000,
             transforms=ALL_TRANSFORMS),
    run_case("seed0-test-every-epoch", train=2000, test=1000, epochs=3, test_every_epoch=True),
)

# The same cases on data/drawn, which has 4000 training and 1000 test images. With batches of 32 an
# epoch of all images has 125 batches. Every run has at least three epochs, because the random
# generator carries over from one epoch to the next.
DRAWN_RUNS = (
    run_case("seed0", epochs=5),
    run_case("seed1", seed=1, epochs=5),
    run_case("seed2", seed=2, epochs=5),
    run_case("seed0-logits", loss="logits", epochs=3),
    run_case("seed1-batch64", seed=1, batch=64, epochs=3),
    run_case("seed0-batch100", batch=100, epochs=3),  # no short last batch
    run_case("seed0-batch50-limit1010", batch=50, train=1010, epochs=3),  # a short last batch
    run_case("seed0-limit512", train=512, test=256, epochs=3),
    run_case("seed0-batch1", batch=1, train=40, test=10, epochs=3),
    run_case("seed0-batch4096", batch=4096, epochs=5),  # a single batch
    run_case("seed0-limit33", train=33, test=65, epochs=5),  # a last batch of one image
    run_case("seed0-limit1", train=1, test=1, epochs=5),
    run_case("seed-above-32-bits", seed=2**32 + 7, train=512, test=256, epochs=3),
    run_case("seed-largest", seed=2**64 - 1, train=512, test=256, epochs=3),
    run_case("seed1-rate0.0001", seed=1, lr=0.0001, epochs=3),
    run_case("seed0-logits-rate0.01", loss="logits", lr=0.01, train=2000, epochs=3),
    run_case("seed0-transforms", train=1000, epochs=3, transforms=SMALL_ROTATION_AND_FLIP),
    run_case("seed1-transforms", seed=1, train=1000, epochs=3, transforms=SMALL_ROTATION_AND_FLIP),
    run_case("seed0-batch50-transforms", batch=50, train=1010, epochs=3, transforms=ALL_TRANSFORMS),
    run_case("seed0-test-every-epoch", train=1000, epochs=4, test_every_epoch=True),
    run_case("seed1-test-every-epoch", seed=1, batch=50, train=1010, test=333, epochs=3, lr=0.0005,
             transforms=SMALL_ROTATION_AND_FLIP, test_every_epoch=True),
    run_case("seed0-rate0", lr=0, train=100, test=100, epochs=2),
)
