#!/usr/bin/env bats
# Small runs under valgrind: no errors, no leaks, and no allocation in the training step.
load ../support/program
export OPENBLAS_NUM_THREADS=1 # no restart, which valgrind would not follow

build=$root/build/valgrind

# valgrind does not support AVX-512.
@test "the program builds for any processor" {
    need valgrind
    make -C "$root" -j2 BUILD="$build" ARCH= CFLAGS="-O1 -g" all
}

small=(--data "$root/data/drawn" --train-limit 320 --test-limit 100)

# Runs the program; its output goes to $scratch/out and valgrind's to $scratch/valgrind.
check() { # ARGUMENT...
    need valgrind
    valgrind --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=99 \
        "$build/mnist-train" "$@" >"$scratch/out" 2>"$scratch/valgrind" || {
        cat "$scratch/valgrind"
        return 1
    }
    grep 'ERROR SUMMARY: 0 errors' "$scratch/valgrind"
}

@test "inspection and a run with all outputs have no error and no leak" {
    check --data "$root/data/drawn" --info --show 1 --rotate 20
    check "${small[@]}" --epochs 1 --rotate 10 --hflip 0.5 \
        --grid "$scratch/grid" --log "$scratch/log" --report "$scratch/report"
}

@test "saving resuming and predicting have no error and no leak" {
    check "${small[@]}" --epochs 1 --save "$scratch/model" --checkpoint "$scratch/checkpoint" --checkpoint-every 3
    check "${small[@]}" --resume "$scratch/checkpoint" --epochs 2
    check --load "$scratch/model" --predict "$root/data/drawn/t10k-images-idx3-ubyte.gz" \
        --labels "$root/data/drawn/t10k-labels-idx1-ubyte.gz"
    expect test "$(wc -l <"$scratch/out")" -eq 1001
}

# The number of allocations of a run.
allocations() { # EPOCHS
    check "${small[@]}" --epochs "$1" >&2
    expect grep -q "^Epoch: $(($1 - 1)) " "$scratch/out"
    sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p' "$scratch/valgrind"
}

@test "more epochs make no more allocations" {
    need valgrind
    one=$(allocations 1)
    three=$(allocations 3)
    echo "one epoch: $one allocations, three: $three"
    expect test -n "$one"
    expect test "$one" = "$three"
}
