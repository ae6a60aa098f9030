#!/usr/bin/env bats
# The real MNIST files: against PyTorch, and the numbers that documents have.
load ../support/program

setup() {
    scratch=$BATS_TEST_TMPDIR
    real_mnist
    data=(--data "$mnist")
    cd "$scratch"
}

# PyTorch prints 1.5949 and 88.39 (tests/golden/runs.h, seed0). Rounding may change single images.
@test "seed 0 prints pytorch's first epoch" {
    train out --epochs 1 --batch 32
    cat out
    awk '/^Epoch: 0 \| Loss: 1\.5949 / { off = $9 - 88.39; found = off <= 0.05 && off >= -0.05 }
         END { exit !found }' out
}

# 0.1307 and 0.3081 are the usual constants of transforms.Normalize for MNIST.
@test "info prints mnist's mean, standard deviation and classes" {
    "$program" "${data[@]}" --info --batch 50 >info
    for line in '  pixels:     mean 0.1307, standard deviation 0.3081' 'Batch: images [50, 1, 28, 28], labels [50]' \
        '  classes:    0: 5923, 1: 6742, 2: 5958, 3: 6131, 4: 5842,' '              5: 5421, 6: 5918, 7: 6265, 8: 5851, 9: 5949' \
        '  classes:    0: 980, 1: 1135, 2: 1032, 3: 1010, 4: 982,' '              5: 892, 6: 958, 7: 1028, 8: 974, 9: 1009'; do
        expect grep -qxF "$line" info
    done
}

@test "five epochs need at most 45 MB of memory" {
    for mode in --reproducible --seed=0; do
        train out --epochs 5 $mode
        sed -n 's/.*; peak memory \([0-9]*\) MB$/\1/p' err >peak
        cat peak
        [ "$(cat peak)" -le 45 ]
    done
}

@test "haswell kernels agree with pytorch on one thread and on three" {
    [ "$(uname -m)" = x86_64 ] || skip "OpenBLAS's Haswell kernels need an x86-64 processor"
    export OPENBLAS_CORETYPE=Haswell
    train one --epochs 1 --threads 1
    expect grep -q 'kernel: Haswell' err
    expect grep -q '^Epoch: 0 | Loss: 1.59[45]' one
    train more --epochs 1 --threads 3
    cmp one more
}

# Also exchanges model files with PyTorch in both directions.
@test "pytorch predicts the same digits" {
    for candidate in python3 /usr/bin/python3; do
        "$candidate" -c 'import torch' 2>/dev/null && torch=$candidate && break
    done
    [ -n "${torch-}" ] || skip "python3-torch is missing"
    train out --epochs 1 --save ours
    "$torch" "$root/tests/pytorch_model.py" "$mnist" ours theirs >digits
    expect test "$(wc -l <digits)" -eq 10000
    for model in ours theirs; do
        "$program" --load $model --predict "$mnist/t10k-images-idx3-ubyte.gz" --digits-only >$model.digits
        different=$(paste digits $model.digits | awk '$1 != $2' | wc -l)
        echo "$model: $different differ"
        expect test "$different" -le 2
    done
}

need_fused_multiply_add() {
    if "$program" --version | grep -q 'software multiply-add'; then
        skip "this processor has no fused multiply-add instructions"
    fi
}

@test "reproducible runs give the committed hashes" {
    need_fused_multiply_add
    MNIST_DATA=$mnist "$root/scripts/check-reproducible.sh" --program "$program" mnist mnist-2000
}

# Prints the block of text after the line with these words, without the seconds of epochs.
documented_lines() { # FILE WORDS
    awk -v words="$2" 'index($0, words) { found = 1 } found && /^Epoch: |^Test / { print } /^Test / { found = 0 }' "$1" |
        without_seconds
}

@test "the documents have the program's lines" {
    need_fused_multiply_add
    train seed0 --reproducible
    documented_lines "$root/README.md" "--reproducible" | diff - seed0
    train seed1422 --reproducible --quiet --seed 1422
    documented_lines "$root/docs/reproducibility.md" "--seed 1422" | diff - seed1422
}
