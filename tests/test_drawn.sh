#!/bin/bash
# The bundled digits in data/drawn.
set -eu
. "$(dirname "$0")/tap.sh"

the_drawn_digits_are_drawn_again_byte_for_byte() {
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

the_drawn_digits_take_less_than_1_5_megabytes() {
    expect test "$(cat "$root"/data/drawn/* | wc -c)" -lt 1500000
}

the_drawn_digits_can_be_learnt_and_are_not_trivial() {
    "$program" --data "$root/data/drawn" --epochs 5 --batch 32 >"$scratch/out"
    cat "$scratch/out"
    right=$(sed -n 's/^Test.*exact: \([0-9]*\) of 1000.*/\1/p' "$scratch/out")
    expect test "$right" -gt 900
    expect test "$right" -lt 1000
}

tap_run the_drawn_digits_are_drawn_again_byte_for_byte \
    the_drawn_digits_take_less_than_1_5_megabytes \
    the_drawn_digits_can_be_learnt_and_are_not_trivial
