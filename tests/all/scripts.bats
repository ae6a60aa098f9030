#!/usr/bin/env bats
# What all scripts have in common.
# shellcheck disable=SC2016 # stand-ins have variables of their own
load ../support/program

# With CDPATH=. a plain `cd DIR` prints the directory, so that $(cd ... && pwd) has two lines.
@test "scripts run with CDPATH exported and when sh is another shell" {
    local script shell=sh
    ! command -v dash >/dev/null || shell=dash
    cd "$root"
    for script in check-reproducible fetch-mnist reproduce smoke sweep test; do
        CDPATH=. "$shell" "scripts/$script.sh" --help >"$scratch/out" 2>&1
        expect grep -q "^usage: $script.sh" "$scratch/out"
    done
    cd "$scratch"
    mkdir runs
    CDPATH=. "$shell" "$root/scripts/sweep.sh" --out runs --seeds 1 --print >commands
    expect grep -qF -- "--log $scratch/runs/" commands
    MNIST_TRAIN=$program CDPATH=. "$shell" "$root/scripts/smoke.sh"
}

# The program's stand-in prints where it is.
@test "the scripts take the program from the build directory" {
    local project=$scratch/project directory
    mkdir "$project"
    cp -r "$root/scripts" "$project"
    cd "$scratch"
    unset MNIST_TRAIN
    for directory in "$project/build" "$project/release" "$scratch/elsewhere"; do
        mkdir -p "$directory"
        printf '#!/bin/sh\necho "$0"\n' >"$directory/mnist-train"
        chmod +x "$directory/mnist-train"
        case $directory in
        */build) BUILD='' ;;
        */release) BUILD=release ;;
        *) BUILD=$directory ;;
        esac
        BUILD=$BUILD "$project/scripts/sweep.sh" --out runs --seeds 1 --print >commands
        expect grep -q " $directory/mnist-train " commands
        # it finds other lines than the expected ones
        BUILD=$BUILD fails_with 1 "$project/scripts/smoke.sh" 2>err
        expect grep -qx "$directory/mnist-train" err
    done
}
