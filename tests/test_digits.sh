#!/bin/bash
# Pictures of digits that a generator draws (tests/digits): how many --predict recognises.
set -eu
. "$(dirname "$0")/tap.sh"

time_limit=300 # seconds; two processors take 60

python=/usr/bin/python3
[ -x "$python" ] || python=python3

most_pictures_of_each_class_are_recognised() {
    real_mnist
    "$python" -c 'import PIL' 2>/dev/null || tap_skip "python3-pil is missing"
    "$program" --data "$mnist" --reproducible --seed 0 --save "$scratch/model" >/dev/null 2>&1
    "$python" "$root/tests/digits/generate.py" "$scratch/pictures"
    # a directory means its images; a picture without a digit gives status 1 and no line
    for directory in "$scratch"/pictures/*/; do
        "$program" --load "$scratch/model" --quiet --predict "$directory" || true
    done >"$scratch/csv"
    awk -v plain=97 -v other=90 -f "$root/tests/digits/accuracy.awk" "$scratch/csv"
}

the_generator_repeats_its_pictures() {
    "$python" -c 'import PIL' 2>/dev/null || tap_skip "python3-pil is missing"
    for run in one two; do
        "$python" "$root/tests/digits/generate.py" --style second --seed 3 --each 1 "$scratch/$run"
    done
    expect diff -r "$scratch/one" "$scratch/two"
    "$python" "$root/tests/digits/generate.py" --style second --seed 4 --each 1 "$scratch/other"
    fails_with 1 diff -rq "$scratch/one" "$scratch/other"
}

tap_run most_pictures_of_each_class_are_recognised \
    the_generator_repeats_its_pictures
