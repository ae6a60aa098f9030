#!/usr/bin/env bats
# --show and --grid. tests/unit/info.c and the net have --info.
load ../support/program

@test "show draws an image with its label" {
    "$program" "${data[@]}" --show 3 >"$scratch/shown"
    expect test "$(wc -l <"$scratch/shown")" -eq 29
    expect test "$(sed 28q "$scratch/shown" | awk '{ print length($0) }' | sort -u)" -eq 56
    expect grep -qE '@@|%%' "$scratch/shown"
    label=$(gzip -dc "$drawn/train-labels-idx1-ubyte.gz" | od -An -tu1 -j11 -N1 | tr -d ' ')
    expect test "$(tail -n 1 "$scratch/shown")" = "Image 3, label $label"
    fails_with 1 grep -q $'\033' "$scratch/shown"
    rejects 1 "--show: expected an image from 0 to 3999, found 4000" --show 4000
}

@test "show draws the transformed image" {
    "$program" "${data[@]}" --show 3 --vflip 1 >"$scratch/flipped"
    "$program" "${data[@]}" --show 3 >"$scratch/shown"
    diff <(sed 28q "$scratch/shown" | tac) <(sed 28q "$scratch/flipped")
    "$program" "${data[@]}" --show 3 --rotate 90 --seed 1 >"$scratch/one"
    "$program" "${data[@]}" --show 3 --rotate 90 --seed 2 >"$scratch/two"
    fails_with 1 cmp -s "$scratch/one" "$scratch/two"
}

@test "a grid is a valid png and does not change training" {
    train "$scratch/without" --epochs 2 --train-limit 320
    train "$scratch/with" --epochs 2 --train-limit 320 --grid "$scratch/grid.png"
    cmp "$scratch/without" "$scratch/with"
    "$program" "${data[@]}" --info --train-limit 320 --grid "$scratch/info.png" >"$scratch/out"
    cmp "$scratch/grid.png" "$scratch/info.png"
    need pngcheck
    pngcheck -v "$scratch/grid.png" | grep '242 x 122 image'
}
