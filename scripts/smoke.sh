#!/bin/sh
# usage: smoke.sh [PROGRAM]
# Smoke test for other projects' CI: trains on a small subset of the digits in data/drawn in less than two
# seconds, with --reproducible, and fails unless the program prints exactly the expected lines. PROGRAM
# defaults to $MNIST_TRAIN, then the one that make has built, then the installed one.
set -eu

if [ "${1-}" = --help ]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0"
    exit 0
fi
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/build-dir.sh"
program=${1:-${MNIST_TRAIN:-$build/mnist-train}}
command -v "$program" >/dev/null || program=mnist-train
command -v "$program" >/dev/null || {
    echo "smoke: expected mnist-train, found none; run make" >&2
    exit 2
}

# Without fused multiply-add instructions each image takes much longer.
if "$program" --version | grep -q 'software multiply-add'; then
    limits='--train-limit 128 --test-limit 64 --epochs 2'
    expected='Epoch: 0 | Loss: 3.0623 | Train Accuracy: 32.67
Epoch: 1 | Loss: 3.0264 | Train Accuracy: 78.67
Test Accuracy: 86.00'
else
    limits='--train-limit 2048 --epochs 3'
    expected='Epoch: 0 | Loss: 2.0663 | Train Accuracy: 60.89
Epoch: 1 | Loss: 1.7249 | Train Accuracy: 83.65
Epoch: 2 | Loss: 1.6225 | Train Accuracy: 92.65
Test Accuracy: 93.71'
fi

# shellcheck disable=SC2086 # the limits are words
found=$("$program" --reproducible --data "$root/data/drawn" $limits --quiet)
if [ "$found" != "$expected" ]; then
    printf 'smoke: expected these lines:\n%s\nfound these:\n%s\n' "$expected" "$found" >&2
    exit 1
fi
echo "smoke: the run printed the expected lines"
