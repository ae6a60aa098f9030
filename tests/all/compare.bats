#!/usr/bin/env bats
# The verdict of scripts/compare_pytorch.py, with stand-ins for PyTorch's runs and for the program. The
# documents' test compares the real ones.
load ../support/program

# Fails unless the comparison ends with this status. The stand-ins print one epoch and a test; PyTorch's
# second run has a loss that is higher by 0.0002, and the program's loss is the given one.
compares() { # STATUS LOSS
    mkdir -p "$scratch/scripts" "$scratch/mnist"
    cp "$root/scripts/compare_pytorch.py" "$scratch/scripts"
    touch "$scratch/mnist/t10k-labels-idx1-ubyte.gz"
    cat >"$scratch/scripts/pytorch_tutorial.py" <<'END'
import os, sys
assert "OPENBLAS_CORETYPE" not in os.environ
print(f"Epoch: 0 | Loss: {1.5002 if '--nudge' in sys.argv else 1.5} | Train Accuracy: 90.00")
print("Test Accuracy: 95.00")
END
    printf '#!/bin/sh\n[ "%s" != none ] || exit 3\necho "Epoch: 0 | Loss: %s | Train Accuracy: 90.00"\necho "Test Accuracy: 95.00"\n' \
        "$2" "$2" >"$scratch/program"
    chmod +x "$scratch/program"
    OPENBLAS_CORETYPE=Haswell MNIST_DATA=$scratch/mnist MNIST_TRAIN=$scratch/program fails_with "$1" \
        "$python" -B "$scratch/scripts/compare_pytorch.py" --epochs 1 --seeds 0,7 >"$scratch/out" 2>&1
    cat "$scratch/out"
}

@test "the program is within twice the distance of two PyTorch runs or beyond it" {
    need "$python"
    compares 0 1.5003
    expect test "$(tail -n 1 "$scratch/out")" = "mnist-train is within the limit"
    expect grep -qE '^  mnist-train +0\.000300 +0\.0000$' "$scratch/out"
    expect test "$(grep -c '^Seed [07]$' "$scratch/out")" -eq 2
    compares 1 1.5005
    expect test "$(tail -n 1 "$scratch/out")" = "mnist-train is beyond the limit"
    compares 2 none
    expect grep -q '/program --data .*: expected exit status 0, found 3$' "$scratch/out"
}
