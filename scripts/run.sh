#!/bin/sh
# usage: run.sh [options of mnist-train...]
# Prints the tutorial's results, also on a fresh machine: installs missing packages, builds, downloads
# MNIST, and runs `mnist-train --epochs 5 --batch 32` followed by the given options.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/build-dir.sh"
. "$root/scripts/say.sh"

"$root/scripts/install-packages.sh" build

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# If a signal ends dash, the EXIT trap does not run.
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
if ! make -C "$root" -j"$cores" >"$log" 2>&1; then
    cat "$log" >&2
    say "the build failed; see above"
    exit 1
fi
rm -f "$log"

# Downloads nothing if an option or MNIST_DATA names the data.
needs_data=yes
[ -z "${MNIST_DATA-}" ] || needs_data=
for option in "$@"; do
    case $option in
    --data | --data=* | --help | -h | --version) needs_data= ;;
    esac
done
[ -n "$needs_data" ] || exec "$build/mnist-train" --epochs 5 --batch 32 "$@"

data=$root/data/mnist
# The checkout may be read-only, with BUILD elsewhere.
if [ ! -e "$data" ] && [ ! -w "$root/data" ]; then data=$build/mnist; fi
case ${MNIST_MIRROR-} in
file://*) ;;
*)
    [ -e "$data/t10k-labels-idx1-ubyte.gz" ] || "$root/scripts/install-packages.sh" data ||
        say "cannot install a download program; trying without"
    ;;
esac
if ! "$root/scripts/fetch-mnist.sh" "$data"; then
    data=$root/data/drawn
    say "cannot download MNIST: training on the drawn digits in $data instead;" \
        "they are not MNIST, and their results say nothing about it"
fi
exec "$build/mnist-train" --data "$data" --epochs 5 --batch 32 "$@"
