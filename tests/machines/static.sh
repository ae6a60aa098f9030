#!/bin/bash
# A static program prints what the one of this machine prints, to the last digits.
set -eu
. "$(dirname "$0")/../tap.sh"

it_needs_no_library() {
    readelf -lW "$program" >"$scratch/segments"
    expect grep -q LOAD "$scratch/segments"
    if grep -E 'INTERP|DYNAMIC' "$scratch/segments"; then return 1; fi
}

its_losses_are_those_of_this_machines_program() {
    "$build/mnist-train" --data "$root/data/drawn" --epochs 3 >"$scratch/here"
    "$program" --data "$root/data/drawn" --epochs 3 >"$scratch/static"
    paste "$scratch/here" "$scratch/static"
    expect losses_agree "$scratch/here" "$scratch/static"
}

tap_run it_needs_no_library its_losses_are_those_of_this_machines_program
