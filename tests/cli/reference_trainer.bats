#!/usr/bin/env bats
# The reference trainer, tests/reference/reference_trainer.c, against the fast program and PyTorch.
load ../support/program

drawn=$root/data/drawn

build_reference() { # sets reference
    reference=$scratch/reference_trainer
    "${CC:-cc}" -O2 -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror \
        -ffp-contract=off "$root/tests/reference/reference_trainer.c" -lz -lm -o "$reference"
}

# One loss or accuracy a line, after its name and its line's first word: "Epoch: Loss: 1.8742".
list_numbers() { # FILE
    awk '{ for (i = 2; i < NF; i++)
               if ($i == "Loss:" || $i == "Accuracy:") print $1, $i, $(i + 1) }' "$1"
}

hide_numbers() { # FILE
    sed -E 's/(Loss|Accuracy): [0-9]+\.[0-9]+/\1: #/g' "$1"
}

# Both outputs have the same text. Losses may differ by 0.0003. One image of data/drawn counts for at
# most 0.033 in a training accuracy and 0.13 in the test accuracy; three images may differ.
outputs_agree() { # FILE FILE
    cat "$1" "$2"
    diff <(hide_numbers "$1") <(hide_numbers "$2")
    paste -d ' ' <(list_numbers "$1") <(list_numbers "$2") | awk '
        {
            bound = $2 == "Loss:" ? 0.0003 : $1 == "Test" ? 0.4 : 0.1
            difference = $3 > $6 ? $3 - $6 : $6 - $3
            if (difference <= bound + 1e-9) next
            print "differ by more than " bound ": " $0
            wrong = 1
        }
        END { exit wrong || NR < 3 }'
}

# The values of a field in a run of a header in tests/golden, one a line.
golden() { # HEADER RUN FIELD
    tr -s '{}=, \n' '\n' <"$root/tests/golden/$1" | awk -v run="\"$2\"" -v wanted=".$3" '
        /^\.[a-z]/ { field = $0; next }
        field == ".name" { in_run = $0 == run }
        in_run && field == wanted'
}

# Two columns: 1e-5 apart at most, or as given.
columns_agree() { # ROWS [BOUND], on standard input
    awk -v rows="$1" -v bound="${2:-1e-5}" '
        {
            difference = $1 > $2 ? $1 - $2 : $2 - $1
            if (NF == 2 && difference <= bound) next
            print "line " NR ": differ by more than " bound ": " $0
            wrong = 1
        }
        END { if (NR != rows) print "expected " rows " lines, found " NR; exit wrong || NR != rows }'
}

@test "reference and program print the same run" {
    build_reference
    "$reference" "$drawn" 2 >"$scratch/reference.out"
    "$program" --data "$drawn" --epochs 2 --quiet >"$scratch/program.out"
    expect test "$(wc -l <"$scratch/program.out")" -eq 3
    outputs_agree "$scratch/reference.out" "$scratch/program.out"
}

@test "another seed and short last batches agree too" {
    build_reference
    "$reference" "$drawn" 3 7 1010 77 >"$scratch/reference.out"
    "$program" --data "$drawn" --epochs 3 --seed 7 --train-limit 1010 --test-limit 77 --quiet \
        >"$scratch/program.out"
    expect test "$(wc -l <"$scratch/program.out")" -eq 4
    outputs_agree "$scratch/reference.out" "$scratch/program.out"
}

@test "steps and epoch agree with pytorch on mnist" {
    real_mnist
    build_reference
    "$reference" "$mnist" 1 0 0 0 50 >"$scratch/out"
    sed -n 's/^step [0-9]* loss //p' "$scratch/out" >"$scratch/steps"
    golden runs.h seed0 step_loss | head -n 50 | paste -d ' ' "$scratch/steps" - | columns_agree 50
    sed -n 's/^Epoch: 0 | Loss: \([0-9.]*\) .*/\1/p' "$scratch/out" >"$scratch/epoch"
    golden runs.h seed0 tutorial_loss | head -n 1 | paste -d ' ' "$scratch/epoch" - |
        columns_agree 1 0.0002
}

@test "gzip is optional" {
    build_reference
    mkdir "$scratch/raw"
    for file in "$drawn"/*.gz; do
        gzip -dc "$file" >"$scratch/raw/$(basename "$file" .gz)"
    done
    "$reference" "$drawn" 1 0 320 320 10 >"$scratch/gzip.out"
    "$reference" "$scratch/raw" 1 0 320 320 10 >"$scratch/raw.out"
    expect test "$(wc -l <"$scratch/raw.out")" -eq 12
    expect cmp "$scratch/gzip.out" "$scratch/raw.out"
}

# One line on stderr with the text, none on stdout, status 1.
is_refused() { # DIR TEXT
    fails_with 1 "$reference" "$1" >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/err"
    expect test ! -s "$scratch/out"
    expect test "$(wc -l <"$scratch/err")" -eq 1
    expect grep -qF "$2" "$scratch/err"
}

@test "a file cut short is refused" {
    build_reference
    for file in "$drawn"/*.gz; do
        name=$(basename "$file")
        rm -rf "$scratch/short"
        mkdir "$scratch/short"
        cp "$drawn"/*.gz "$scratch/short"
        truncate -s 300 "$scratch/short/$name"
        is_refused "$scratch/short" "/short/$name: expected magic 0000080"
        gzip -dc "$file" | head -c 999 >"$scratch/short/${name%.gz}"
        is_refused "$scratch/short" "/short/${name%.gz}: expected magic 0000080"
    done
}

@test "labels that do not fit are refused" {
    build_reference
    cp -r "$drawn" "$scratch/other"
    cp "$drawn/train-labels-idx1-ubyte.gz" "$scratch/other/t10k-labels-idx1-ubyte.gz"
    is_refused "$scratch/other" "expected 1000 t10k labels"
    { gzip -dc "$drawn/t10k-labels-idx1-ubyte.gz" | head -c 1007 && printf '\012'; } \
        >"$scratch/other/t10k-labels-idx1-ubyte"
    is_refused "$scratch/other" "expected 1000 t10k labels"
}

@test "a missing directory is refused" {
    build_reference
    is_refused "$scratch/missing" "cannot open $scratch/missing/"
}

@test "wrong arguments end with status 2" {
    build_reference
    for arguments in "" "$drawn x" "$drawn 1x" "$drawn -1" "$drawn 1 99999999999999999999" \
        "$drawn 1 0 0 0 0 0"; do
        # shellcheck disable=SC2086 # several words
        fails_with 2 "$reference" $arguments 2>"$scratch/err"
        expect grep -q '^usage: reference_trainer DIR' "$scratch/err"
    done
}
