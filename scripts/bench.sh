#!/bin/sh
# usage: bench.sh [--help] [--runs N] [--data DIR] [--output FILE] [--coretype NAME]
#                 [--bounds] [--quick]
# Builds the benchmark programs and measures mnist-train, the rate of its matrix products, libtorch,
# PyTorch and KANN (if KANN_DIR is its source directory). Prints tables and writes JSON. The tables tell
# whether measures are within their bounds; the exit status does not.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
if ! command -v python3 >/dev/null 2>&1; then
    echo "bench: expected python3, found none; install python3" >&2
    exit 1
fi
exec python3 -B "$root/scripts/bench/main.py" "$@" # -B: no compiled files in the checkout
