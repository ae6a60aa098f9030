#!/bin/sh
# usage: compare-pytorch.sh [--seeds LIST] [--epochs N]
# Trains mnist-train and PyTorch on MNIST with the same seeds (0 to 2; a list such as 1,5-7) and prints
# the lines of both. A second PyTorch run of each seed, from weights whose last bit differs, shows how far
# two correct runs can be apart. Exit status 1 if mnist-train is further from PyTorch than a
# limit: twice that distance, or twice the usual one if that is greater. Needs python3-torch.
set -eu

if [ "${1-}" = --help ]; then
    sed -n '2,/^set/{/^set/d;s/^# //p;}' "$0"
    exit 0
fi
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# Distributions install torch for the system's Python, which may not be the first one in PATH.
for python in python3 /usr/bin/python3; do
    if "$python" -c 'import torch' 2>/dev/null; then
        exec "$python" "$root/scripts/compare_pytorch.py" "$@"
    fi
done
echo "compare-pytorch: expected the Python module torch, found none; install python3-torch" >&2
exit 2
