#!/usr/bin/env bats
# scripts/run.sh, in a copy of the project, so that the checkout's data/mnist stays as it is.
load ../support/program

# The copy in a folder with a blank in its name.
copy_project() {
    copy="$scratch/a copy"
    mkdir "$copy" "$copy/data"
    cp -r "$root/Makefile" "$root/src" "$root/include" "$root/scripts" "$copy"
    cp -r "$root/data/drawn" "$copy/data"
    unset MNIST_DATA MAKEFLAGS MAKELEVEL
    export CFLAGS=-O1
    mkdir "$scratch/elsewhere"
    cd "$scratch/elsewhere"
}

@test "run gets mnist and trains on it" {
    real_mnist
    export MNIST_MIRROR=file://$mnist
    copy_project
    "$copy/scripts/run.sh" --epochs 1 >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/err"
    expect test "$(wc -l <"$scratch/out")" -eq 2
    expect grep -q '^Epoch: 0 | Loss: 1.59.* of 60000 right' "$scratch/out"
    expect test -f "$copy/data/mnist/train-images-idx3-ubyte.gz"
    # once there, it is not fetched again
    MNIST_MIRROR=file:///nowhere "$copy/scripts/run.sh" --epochs 0 >"$scratch/out"
    expect grep -q '^Test Accuracy: .* of 10000 right' "$scratch/out"
}

@test "run says plainly when it trains on the drawn digits" {
    copy_project
    MNIST_MIRROR=file:///nowhere "$copy/scripts/run.sh" --epochs 1 >"$scratch/out" 2>"$scratch/err"
    expect grep -q 'cannot download MNIST: training on the drawn digits' "$scratch/err"
    expect grep -q '^Epoch: 0 .* of 4000 right' "$scratch/out"
    expect test "$(wc -l <"$scratch/out")" -eq 2
}

# With stand-ins that cannot download.
@test "run trains on the drawn digits where the mirrors cannot be reached" {
    copy_project
    unset MNIST_MIRROR
    mkdir "$scratch/bin"
    printf '#!/bin/sh\nexit 7\n' >"$scratch/bin/curl"
    chmod +x "$scratch/bin/curl"
    PATH=$scratch/bin:$PATH "$copy/scripts/run.sh" --epochs 0 >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/err"
    expect grep -q 'cannot download MNIST: training on the drawn digits' "$scratch/err"
    expect grep -q '^Test Accuracy: .* of 1000 right' "$scratch/out"
}

@test "run ended by a signal leaves no temporary files" {
    local shell
    copy_project
    mkdir "$scratch/bin" "$scratch/temporary"
    # shellcheck disable=SC2016 # expanded by the stand-in
    printf '#!/bin/sh\nkill -s TERM "$PPID"\n' >"$scratch/bin/make"
    chmod +x "$scratch/bin/make"
    for shell in sh dash bash; do
        command -v "$shell" >/dev/null || continue
        TMPDIR=$scratch/temporary PATH=$scratch/bin:$PATH fails_with 143 "$shell" "$copy/scripts/run.sh"
        expect test -z "$(ls -A "$scratch/temporary")"
    done
}

@test "run takes the data that is named and fetches nothing" {
    copy_project
    cp -r "$copy/data/drawn" here
    export MNIST_MIRROR=file:///nowhere
    "$copy/scripts/run.sh" --data here --epochs 1 >"$scratch/out" 2>"$scratch/err"
    expect grep -q 'of 4000 right' "$scratch/out"
    expect grep -q '^Train: 4000 images of here/' "$scratch/err"
    "$copy/scripts/run.sh" --data=here --epochs 0 >"$scratch/out"
    MNIST_DATA=here "$copy/scripts/run.sh" --epochs 0 >"$scratch/out"
    expect grep -q 'of 1000 right' "$scratch/out"
    expect test ! -e "$copy/data/mnist"
}

@test "run needs no data for help and version" {
    copy_project
    export MNIST_MIRROR=file:///nowhere
    "$copy/scripts/run.sh" --help >"$scratch/out" 2>"$scratch/err"
    expect grep -q '^Usage: mnist-train' "$scratch/out"
    "$copy/scripts/run.sh" --version >"$scratch/out" 2>>"$scratch/err"
    expect test ! -s "$scratch/err"
}

@test "run ends as the program does" {
    copy_project
    fails_with 2 "$copy/scripts/run.sh" --data here --epochs 1x
    fails_with 1 "$copy/scripts/run.sh" --data nowhere
}

@test "run shows what the build said when it fails" {
    copy_project
    echo 'this is not C' >>"$copy/src/cli/main.c"
    fails_with 1 "$copy/scripts/run.sh" >"$scratch/out" 2>"$scratch/err"
    expect grep -q 'main.c.*error' "$scratch/err"
    expect grep -q 'run: the build failed' "$scratch/err"
    expect test ! -s "$scratch/out"
}
