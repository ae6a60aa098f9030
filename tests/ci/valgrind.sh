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

check() { # ARGUMENTS...
    valgrind --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=99 \
        "$build/mnist-train" "$@" >"$scratch/out" 2>"$scratch/valgrind" || {
        cat "$scratch/valgrind"
        return 1
    }
    grep 'ERROR SUMMARY: 0 errors' "$scratch/valgrind"
}

seeing_the_data_and_a_run_has_no_error_and_no_leak() {
    check --data "$root/data/drawn" --info --show 1 --rotate 20
    check --data "$root/data/drawn" --train-limit 320 --test-limit 100 --epochs 1 --rotate 10 --hflip 0.5 \
        --grid "$scratch/grid" --log "$scratch/log" --report "$scratch/report"
}

keeping_and_using_a_network_has_no_error_and_no_leak() {
    small="--data $root/data/drawn --train-limit 320 --test-limit 100"
    # shellcheck disable=SC2086 # words
    check $small --epochs 1 --save "$scratch/model" --checkpoint "$scratch/checkpoint" --checkpoint-every 3
    # shellcheck disable=SC2086
    check $small --resume "$scratch/checkpoint" --epochs 2
    check --load "$scratch/model" --predict "$root/data/drawn/t10k-images-idx3-ubyte.gz" \
        --labels "$root/data/drawn/t10k-labels-idx1-ubyte.gz"
    expect test "$(wc -l <"$scratch/out")" -eq 1001
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
    seeing_the_data_and_a_run_has_no_error_and_no_leak \
    keeping_and_using_a_network_has_no_error_and_no_leak \
    more_epochs_take_no_more_allocations
