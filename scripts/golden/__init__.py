"""Golden numbers for the tests, computed by PyTorch. scripts/make-golden.py is the command.

data         reads MNIST's IDX files
tutorial     the tutorial's network, its data loaders, training and test
c_source     writes C values and headers
run_cases    the settings of the golden runs
runs         golden_run.h, runs.h, drawn_runs.h: whole training runs
random_draws random.h: the generator, initial values, permutations, dropout masks
gradients    gradients.h: one batch, its gradient, three steps of Adam
transformed  transforms.h: torchvision's transforms and image grids
checks       compares new headers with the files
"""
import os
import sys

# OpenBLAS reads this variable when it is loaded, so it is set before NumPy and PyTorch are
# imported: every x86 machine with AVX2 then runs the same kernels.
DEFAULT_CORETYPE = "Haswell"
CORETYPE = os.environ.setdefault("OPENBLAS_CORETYPE", DEFAULT_CORETYPE)


def fail(text):
    sys.exit(f"make-golden.py: {text}")


for module in ("numpy", "torch"):
    try:
        __import__(module)
    except ImportError:
        fail(f"expected the Python module {module}, found none; install python3-{module}")
