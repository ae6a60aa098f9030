#!/bin/bash
# Files go between machines: what one saved, the other loads, and saves byte for byte alike.
# OTHER is the other machine's program.
set -eu
. "$(dirname "$0")/../tap.sh"

drawn=$root/data/drawn
other=${OTHER:?the program of another machine}

networks_are_the_same_bytes_on_both() {
    "$program" --data "$drawn" --epochs 1 --train-limit 1000 --save "$scratch/model"
    "$program" --data "$drawn" --epochs 0 --load "$scratch/model" --save "$scratch/here" >"$scratch/out.here"
    "$other" --data "$drawn" --epochs 0 --load "$scratch/model" --save "$scratch/there" >"$scratch/out.there"
    cat "$scratch/out.here" "$scratch/out.there"
    cmp "$scratch/out.here" "$scratch/out.there"
    cmp "$scratch/here" "$scratch/there"
}

checkpoints_go_on_on_the_other() {
    "$program" --data "$drawn" --epochs 2 --train-limit 640 >"$scratch/whole"
    "$program" --data "$drawn" --epochs 1 --train-limit 640 --checkpoint "$scratch/here"
    "$other" --data "$drawn" --resume "$scratch/here" --epochs 2 --checkpoint "$scratch/there" >"$scratch/rest"
    "$program" --data "$drawn" --resume "$scratch/there" >"$scratch/test"
    cat "$scratch/whole" "$scratch/rest" "$scratch/test"
    expect losses_agree <(sed -n 2p "$scratch/whole") "$scratch/rest"
    grep '^Test Accuracy' "$scratch/test"
}

tap_run networks_are_the_same_bytes_on_both checkpoints_go_on_on_the_other
