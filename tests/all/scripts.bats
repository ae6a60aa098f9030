#!/usr/bin/env bats
# What all scripts have in common.
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
