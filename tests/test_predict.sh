#!/bin/bash
# --predict: predictions for IDX and PGM files.
set -eu
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/support/runs.sh"

train_model() {
    "$program" --data "$drawn" --epochs 3 --save "$scratch/model" >"$scratch/trained" 2>/dev/null
}

predictions_for_the_test_set_agree_with_the_test() {
    train_model
    "$program" --load "$scratch/model" --predict "$drawn/t10k-images-idx3-ubyte.gz" \
        --labels "$drawn/t10k-labels-idx1-ubyte.gz" >"$scratch/csv" 2>"$scratch/err"
    cat "$scratch/err"
    right=$(sed -n 's/^Test Accuracy: .* exact: \([0-9]*\) of 1000 right.*/\1/p' "$scratch/trained")
    expect grep -q "^Accuracy: $right of 1000 right" "$scratch/err"
    expect test "$(head -n 1 "$scratch/csv")" = index,digit,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9
    # the digit has the highest probability, and the probabilities sum to 1
    awk -F, 'NR > 1 { sum = 0; best = 3; for (i = 3; i <= 12; i++) { sum += $i; if ($i > $best) best = i }
                      if ($best - $($2 + 3) > 0 || sum < 0.9999 || sum > 1.0001 || $1 != NR - 2) wrong = 1 }
             END { exit wrong || NR != 1001 }' "$scratch/csv"
    # the confusion matrix counts all images, the correct ones on its diagonal
    awk -v right="$right" '/^  [0-9] / { for (i = 2; i <= 11; i++) all += $i; diagonal += $($1 + 2) }
                           END { exit all != 1000 || diagonal != right }' "$scratch/err"
}

stdin_and_raw_files_give_the_same_predictions() {
    train_model
    gzip -dc "$drawn/t10k-images-idx3-ubyte.gz" >"$scratch/raw"
    "$program" --load "$scratch/model" --predict "$scratch/raw" >"$scratch/a"
    "$program" --load "$scratch/model" --predict - <"$drawn/t10k-images-idx3-ubyte.gz" >"$scratch/b"
    cmp "$scratch/a" "$scratch/b"
    expect test "$(wc -l <"$scratch/a")" -eq 1001
}

# The first images of the test set, enlarged seven times, dark on grey.
pgm_images_are_classified() {
    train_model
    right=0
    for i in 0 1 2 3 4 5 6 7 8 9; do
        expected=$(gzip -dc "$drawn/t10k-labels-idx1-ubyte.gz" | od -An -tu1 -j $((8 + i)) -N 1)
        {
            echo "P2 # a digit"
            echo "196 196 255"
            gzip -dc "$drawn/t10k-images-idx3-ubyte.gz" | od -An -v -tu1 -w28 -j $((16 + 784 * i)) -N 784 |
                awk '{ line = ""; for (x = 1; x <= 28; x++) for (k = 0; k < 7; k++) line = line " " 230 - int($x * 0.8)
                       for (k = 0; k < 7; k++) print line }'
        } >"$scratch/picture.pgm"
        "$program" --load "$scratch/model" --predict "$scratch/picture.pgm" >"$scratch/csv" 2>"$scratch/err"
        expect grep -q "picture.pgm: dark on light, inverted" "$scratch/err"
        expect test "$(wc -l <"$scratch/csv")" -eq 2
        [ "$(sed -n 2p "$scratch/csv" | cut -d, -f2)" -ne "$expected" ] || right=$((right + 1))
    done
    echo "$right of 10 right"
    expect test "$right" -ge 8
}

wrong_files_and_options_are_rejected() {
    train_model
    images=$drawn/t10k-images-idx3-ubyte.gz
    rejects 2 "--predict needs --load" --predict "$images"
    rejects 1 "cannot open $scratch/none: No such file" --load "$scratch/none" --predict "$images"
    rejects 1 "cannot open $scratch/none: No such file" --load "$scratch/model" --predict "$scratch/none"
    rejects 1 "expected images (IDX magic 00000803)" --load "$scratch/model" --predict "$drawn/t10k-labels-idx1-ubyte.gz"
    rejects 1 "expected 1000 labels" --load "$scratch/model" --predict "$images" --labels "$drawn/train-labels-idx1-ubyte.gz"
    printf 'P5 9 9 255\nxxx' >"$scratch/cut.pgm"
    rejects 1 "cut.pgm: expected 81 values" --load "$scratch/model" --predict "$scratch/cut.pgm"
    printf 'P2 2 2 255\n7 7 7 7' >"$scratch/blank.pgm"
    rejects 1 "blank.pgm: expected a digit, found a blank image" --load "$scratch/model" --predict "$scratch/blank.pgm"
}

# Also exchanges model files with PyTorch in both directions.
pytorch_predicts_the_same_digits() {
    real_mnist
    python=
    for candidate in python3 /usr/bin/python3; do
        "$candidate" -c 'import torch' 2>/dev/null && python=$candidate && break
    done
    [ -n "$python" ] || tap_skip "python3-torch is missing"
    "$program" --data "$mnist" --epochs 1 --save "$scratch/ours" >/dev/null
    "$python" "$root/tests/pytorch_model.py" "$mnist" "$scratch/ours" "$scratch/theirs" >"$scratch/digits"
    for model in ours theirs; do
        "$program" --load "$scratch/$model" --predict "$mnist/t10k-images-idx3-ubyte.gz" |
            tail -n +2 | cut -d, -f2 >"$scratch/$model.digits"
        different=$(paste "$scratch/digits" "$scratch/$model.digits" | awk '$1 != $2' | wc -l)
        echo "$model: $different of $(wc -l <"$scratch/digits") differ"
        expect test "$(wc -l <"$scratch/digits")" -eq 10000
        expect test "$different" -le 2
    done
}

tap_run predictions_for_the_test_set_agree_with_the_test \
    stdin_and_raw_files_give_the_same_predictions \
    pgm_images_are_classified \
    wrong_files_and_options_are_rejected \
    pytorch_predicts_the_same_digits
