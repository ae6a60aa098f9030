#!/usr/bin/env bats
# The bundled digits in data/drawn.
load ../support/program

@test "the drawn digits are drawn again byte for byte" {
    cd "$root"
    "${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -ffp-contract=off -iquote include \
        data/drawn/draw-digits.c src/base/random.c -lm -o "$scratch/draw-digits"
    mkdir "$scratch/again"
    "$scratch/draw-digits" "$scratch/again"
    for file in "$scratch"/again/*; do
        gzip -dc "data/drawn/$(basename "$file").gz" | cmp - "$file"
    done
    expect test "$(find "$scratch/again" -type f | wc -l)" -eq 4
}

@test "the drawn digits take less than 1 5 megabytes" {
    expect test "$(cat "$root"/data/drawn/* | wc -c)" -lt 1500000
}

@test "the drawn digits can be learnt and are not trivial" {
    "$program" --data "$root/data/drawn" --epochs 5 --batch 32 >"$scratch/out"
    cat "$scratch/out"
    right=$(sed -n 's/^Test.*exact: \([0-9]*\) of 1000.*/\1/p' "$scratch/out")
    expect test "$right" -gt 900
    expect test "$right" -lt 1000
}
