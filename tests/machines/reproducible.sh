#!/bin/bash
# Runs with --reproducible give the committed hashes on another machine or with another C library.
# OTHER is its program, which may be an emulated one; MNIST the directory with MNIST, if there is one.
set -eu
. "$(dirname "$0")/../tap.sh"
time_limit=1800

other=${OTHER:?the program of another machine}

# Prints the seconds of each run.
check_group() { # GROUP
    MNIST_DATA=${MNIST-} "$root/scripts/check-reproducible.sh" --program "$other" "$1" >"$scratch/out" || {
        cat "$scratch/out"
        return 1
    }
    grep '^equal' "$scratch/out" >&3
}

small_runs_give_the_committed_hashes() {
    check_group small
}

overfitted_networks_give_the_committed_hashes() {
    check_group overfitted
}

all_drawn_digits_give_the_committed_hashes() {
    check_group drawn
}

images_of_mnist_give_the_committed_hashes() {
    [ -r "${MNIST-}/t10k-labels-idx1-ubyte.gz" ] ||
        tap_skip "the MNIST files are missing (scripts/fetch-mnist.sh downloads them)"
    check_group mnist-2000
}

exec 3>&1
tap_run small_runs_give_the_committed_hashes \
    overfitted_networks_give_the_committed_hashes \
    all_drawn_digits_give_the_committed_hashes \
    images_of_mnist_give_the_committed_hashes
