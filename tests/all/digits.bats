#!/usr/bin/env bats
# Pictures of digits that a generator draws (tests/digits): how many --predict recognises.
load ../support/program

# One network for both tests.
setup_file() {
    (real_mnist) >/dev/null || return 0
    real_mnist
    "$program" --data "$mnist" --reproducible --seed 0 --save "$BATS_FILE_TMPDIR/model" >/dev/null 2>&1
}

@test "most pictures of each class are recognised" {
    real_mnist
    "$python" -c 'import PIL' 2>/dev/null || skip "python3-pil is missing"
    "$python" "$root/tests/digits/generate.py" "$scratch/pictures"
    # a directory means its images; a picture without a digit gives status 1 and no line
    for directory in "$scratch"/pictures/*/; do
        "$program" --load "$BATS_FILE_TMPDIR/model" --quiet --predict "$directory" || true
    done >"$scratch/csv"
    awk -v plain=97 -v other=90 -f "$root/tests/digits/accuracy.awk" "$scratch/csv"
}

# Of the first 1,000 test images, 975 are recognised in the file.
@test "mnist's images as pictures give their rows, shifted and scaled ones mostly their digits" {
    real_mnist
    "$python" -c 'import PIL' 2>/dev/null || skip "python3-pil is missing"
    cd "$scratch"
    "$python" "$root/tests/digits/mnist_pictures.py" "$mnist"/t10k-images-idx3-ubyte.gz \
        "$mnist"/t10k-labels-idx1-ubyte.gz pictures
    predict=("$program" --load "$BATS_FILE_TMPDIR/model" --reproducible --quiet --predict)
    "${predict[@]}" "$mnist/t10k-images-idx3-ubyte.gz" | cut -d, -f3- >expected
    for format in pgm png; do
        "${predict[@]}" "pictures/$format" | cut -d, -f3- | cmp expected -
    done
    for kind in shifted scaled; do
        right=$("${predict[@]}" "pictures/$kind" | grep -c "/$kind/\([0-9]\)-[0-9]*.pgm,0,\1,")
        echo "$kind: $right of 1000"
        expect test "$right" -ge 930
    done
}
