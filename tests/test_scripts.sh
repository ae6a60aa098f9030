#!/bin/bash
# What all scripts have in common.
set -eu
. "$(dirname "$0")/tap.sh"

# With CDPATH=. a plain `cd scripts/..` prints the directory, so that $(cd ... && pwd) has two lines; with
# CDPATH=DIR it may go to DIR/scripts/.. instead.
cdpath_does_not_change_the_scripts_directories() {
    mkdir -p "$scratch/a copy/scripts" "$scratch/elsewhere/scripts"
    cd "$scratch/a copy"
    local script copy count=0
    for script in "$root"/scripts/*.sh; do
        # the script up to the line that computes its root, which then prints it
        copy=scripts/${script##*/}
        # shellcheck disable=SC2016 # the script's variable
        sed -n '/^root=/{p;s/.*/echo "$root"; exit/p;q;};p' "$script" >"$copy"
        grep -q '^root=' "$copy" || continue
        chmod +x "$copy"
        count=$((count + 1))
        for cdpath in . "$scratch/elsewhere"; do
            CDPATH=$cdpath "$copy" name archive >"$scratch/out" 2>&1
            expect diff <(echo "$PWD") "$scratch/out"
        done
    done
    expect test "$count" -ge 10
}

cdpath_does_not_change_what_the_scripts_do() {
    cd "$root"
    unset MNIST_DATA
    export MNIST_TRAIN=$program CDPATH=.
    scripts/smoke.sh >"$scratch/out"
    expect grep -q '^smoke: the run printed the expected lines$' "$scratch/out"
    cd "$scratch"
    mkdir runs
    "$root/scripts/sweep.sh" --out runs --seeds 1 --print >commands
    cat commands
    expect test "$(wc -l <commands)" -eq 1
    expect grep -qF -- "--log $scratch/runs/" commands
}

tap_run cdpath_does_not_change_the_scripts_directories \
    cdpath_does_not_change_what_the_scripts_do
