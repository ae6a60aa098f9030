#!/bin/bash
# A small run under valgrind: no error, no leak, and no allocation in the training step.
set -eu
. "$(dirname "$0")/../tap.sh"
unset MAKEFLAGS MAKELEVEL

build=$root/build/valgrind

# valgrind knows no AVX-512, so the program is built for any processor.
the_program_builds_for_any_processor() {
    make -C "$root" -j2 BUILD="$build" ARCH= CFLAGS="-O1 -g" all
}

# Leaves valgrind's words in $scratch/valgrind-EPOCHS.
run_under_valgrind() { # EPOCHS
    valgrind --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=99 \
        "$build/mnist-train" --data "$root/data/drawn" --train-limit 320 --test-limit 100 \
        --epochs "$1" >"$scratch/out" 2>"$scratch/valgrind-$1" || {
        cat "$scratch/valgrind-$1"
        return 1
    }
}

a_run_has_no_error_and_no_leak() {
    run_under_valgrind 1
    grep 'ERROR SUMMARY: 0 errors' "$scratch/valgrind-1"
    expect grep -q '^Epoch: 0' "$scratch/out"
}

more_epochs_take_no_more_allocations() {
    run_under_valgrind 1
    run_under_valgrind 3
    one=$(sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p' "$scratch/valgrind-1")
    three=$(sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p' "$scratch/valgrind-3")
    echo "one epoch: $one allocations, three: $three"
    expect test -n "$one"
    expect test "$one" = "$three"
}

tap_run the_program_builds_for_any_processor \
    a_run_has_no_error_and_no_leak \
    more_epochs_take_no_more_allocations
