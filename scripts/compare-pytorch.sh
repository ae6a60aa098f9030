#!/bin/sh
# usage: compare-pytorch.sh [--seeds LIST] [--epochs N]
# Runs PyTorch and mnist-train with the same seeds (0 to 2; 1,5-7) on real MNIST, and prints both runs'
# lines and their distance; beside it PyTorch's distance from itself on another kernel. Exit status 1
# if mnist-train is further from PyTorch than twice that. Needs python3-torch.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# Debian's package is of the system's Python.
for python in python3 /usr/bin/python3; do
    if "$python" -c 'import torch, numpy' 2>/dev/null; then
        exec "$python" "$root/scripts/compare_pytorch.py" "$@"
    fi
done
echo "compare-pytorch: expected the Python modules torch and numpy, found none; install python3-torch" >&2
exit 2
