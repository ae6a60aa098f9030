#!/bin/sh
# usage: smoke.sh [PROGRAM]
# Smoke test for other projects' CI: trains on a small subset in less than two seconds, and fails unless
# the program succeeds and the loss falls. PROGRAM defaults to $MNIST_TRAIN, then build/mnist-train, then
# the installed one. The data are those of $MNIST_DATA, or else the digits in data/drawn.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
program=${1:-${MNIST_TRAIN:-$root/build/mnist-train}}
command -v "$program" >/dev/null || program=mnist-train
command -v "$program" >/dev/null || {
    echo "smoke: expected mnist-train, found none; run make" >&2
    exit 2
}

lines=$("$program" --data "${MNIST_DATA:-$root/data/drawn}" --train-limit 2048 --test-limit 512 --epochs 3 --quiet)
echo "$lines" | awk '
    /^Epoch: / { if (epochs++ == 0) first = $5; last = $5 }
    /^Test Accuracy: / { test = $3 }
    END {
        if (epochs != 3 || test == "") { print "smoke: expected three epochs and a test, found others"; exit 1 }
        if (!(last < first)) { print "smoke: expected a loss that falls, found " first ", then " last; exit 1 }
        print "smoke: the loss fell from " first " to " last
    }' || {
    echo "$lines" >&2
    exit 1
}
