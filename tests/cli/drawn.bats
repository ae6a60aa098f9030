#!/usr/bin/env bats
# The bundled digits in data/drawn: they are what their program draws, small, and of use.
load ../support/program

@test "the drawn digits are drawn again byte for byte" {
    cd "$root"
    "${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -ffp-contract=off -iquote include -iquote src \
        data/drawn/draw-digits.c src/base/random.c src/base/simd.c -lm -o "$scratch/draw-digits"
    mkdir "$scratch/again"
    "$scratch/draw-digits" "$scratch/again"
    for file in data/drawn/*.gz; do
        gzip -dc "$file" | cmp - "$scratch/again/$(basename "$file" .gz)"
    done
    expect test "$(cat data/drawn/* | wc -c)" -lt 1500000
}

@test "the drawn digits can be learnt and are not trivial" {
    train "$scratch/out" --epochs 5
    right=$(count_right "$scratch/out")
    echo "$right right"
    expect test "$right" -gt 900 -a "$right" -lt 1000
}
