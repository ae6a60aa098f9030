#!/usr/bin/env bats
# The program of another machine or with another C library, MNIST_TRAIN, beside the one of this machine.
load ../support/program

here=$build/mnist-train

@test "runs give the committed hashes" {
    "$root/scripts/check-reproducible.sh" --program "$program" small overfitted drawn
}

@test "mnist gives the committed hashes" {
    real_mnist
    MNIST_DATA=$mnist "$root/scripts/check-reproducible.sh" --program "$program" mnist-2000
}

@test "losses agree" {
    "$here" --data "$drawn" --epochs 2 --train-limit 640 >"$scratch/here"
    "$program" --data "$drawn" --epochs 2 --train-limit 640 >"$scratch/there"
    losses_agree "$scratch/here" "$scratch/there"
}

@test "a model is the same bytes on both" {
    "$here" --data "$drawn" --epochs 1 --train-limit 640 --save "$scratch/model"
    "$here" --data "$drawn" --epochs 0 --load "$scratch/model" --save "$scratch/here" >"$scratch/out.here"
    "$program" --data "$drawn" --epochs 0 --load "$scratch/model" --save "$scratch/there" >"$scratch/out.there"
    cmp "$scratch/out.here" "$scratch/out.there"
    cmp "$scratch/here" "$scratch/there"
}

@test "a run goes on on the other machine and comes back" {
    options=(--data "$drawn" --reproducible --quiet --train-limit 640)
    "$here" "${options[@]}" --epochs 3 >"$scratch/whole"
    "$here" "${options[@]}" --epochs 1 --checkpoint "$scratch/run" >"$scratch/first"
    "$program" "${options[@]}" --resume "$scratch/run" --epochs 2 --checkpoint "$scratch/run" >"$scratch/second"
    "$here" "${options[@]}" --resume "$scratch/run" --epochs 3 >"$scratch/third"
    cat "$scratch/first" "$scratch/second" "$scratch/third" | grep '^Epoch' | diff <(grep '^Epoch' "$scratch/whole") -
    expect test "$(tail -n 1 "$scratch/whole")" = "$(tail -n 1 "$scratch/third")"
}
