#!/usr/bin/env bats
# scripts/run.sh in a copy of its files, with the program that is built and with a stand-in for make. The
# documents' test and the bare Debian of tests/ci/first_contact.bats build with it.
# shellcheck disable=SC2016 # stand-ins have variables of their own
load ../support/program

# The copy, in a folder with a blank in its name.
copy_project() {
    copy="$scratch/a copy"
    mkdir -p "$copy/build" "$copy/data" "$scratch/bin" "$scratch/elsewhere"
    cp -r "$root/Makefile" "$root/scripts" "$copy"
    cp -r "$root/data/drawn" "$copy/data"
    cp "$program" "$copy/build/mnist-train"
    stand_in make 'exit 0'
    unset MNIST_DATA
    PATH=$scratch/bin:$PATH
    cd "$scratch/elsewhere"
}

stand_in() { # NAME LINE
    printf '#!/bin/sh\n%s\n' "$2" >"$scratch/bin/$1"
    chmod +x "$scratch/bin/$1"
}

run_sh() { # OPTION...
    "$copy/scripts/run.sh" "$@" >"$scratch/out" 2>"$scratch/err" || {
        local status=$?
        cat "$scratch/err"
        return "$status"
    }
}

@test "run.sh gets MNIST once and trains on it" {
    real_mnist
    export MNIST_MIRROR=file://$mnist
    copy_project
    run_sh --epochs 1
    expect test "$(wc -l <"$scratch/out")" -eq 2
    expect grep -q '^Epoch: 0 | Loss: 1.59' "$scratch/out"
    expect test -f "$copy/data/mnist/train-images-idx3-ubyte.gz"
    MNIST_MIRROR=file:///nowhere run_sh --epochs 0
    expect grep -q '^Test Accuracy: .* of 10000 right' "$scratch/out"
}

@test "run.sh says plainly when it trains on the drawn digits" {
    copy_project
    stand_in curl 'exit 7'
    run_sh --epochs 1
    expect grep -q 'cannot download MNIST: training on the drawn digits' "$scratch/err"
    expect grep -q '^Test Accuracy: .* of 1000 right' "$scratch/out"
    expect test "$(wc -l <"$scratch/out")" -eq 2
}

@test "run.sh fetches nothing for named data, the help and wrong options, and ends as the program does" {
    copy_project
    export MNIST_MIRROR=file:///nowhere
    cp -r "$drawn" here
    run_sh --data here --epochs 1
    expect grep -q '^Train: 4000 images of here/' "$scratch/err"
    run_sh --data=here --epochs 0
    MNIST_DATA=here run_sh --epochs 0
    expect grep -q 'of 1000 right' "$scratch/out"
    run_sh --help
    expect grep -q '^Usage: mnist-train' "$scratch/out"
    run_sh --version
    expect test ! -s "$scratch/err"
    fails_with 2 run_sh --data here --epochs 1x
    fails_with 1 run_sh --data nowhere
    expect test ! -e "$copy/data/mnist"
}
