#!/usr/bin/env bats
# The reference trainer, tests/reference/reference_trainer.c, against the fast program.
load ../support/program

setup_file() {
    "${CC:-cc}" -O2 -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror \
        -ffp-contract=off "$root/tests/reference/reference_trainer.c" -lz -lm -o "$BATS_FILE_TMPDIR/reference_trainer"
}

# One loss or accuracy a line, after its name and its line's first word: "Epoch: Loss: 1.8742".
list_numbers() { # FILE
    awk '{ for (i = 2; i < NF; i++)
               if ($i == "Loss:" || $i == "Accuracy:") print $1, $i, $(i + 1) }' "$1"
}

hide_numbers() { # FILE
    sed -E 's/(Loss|Accuracy): [0-9]+\.[0-9]+/\1: #/g' "$1"
}

# Both print the same text for these arguments of the reference. Losses may differ by 0.0003. One image
# of data/drawn counts for at most 0.033 in a training accuracy and 0.13 in the test accuracy; three
# images may differ.
programs_agree() { # EPOCHS SEED TRAIN-LIMIT TEST-LIMIT
    cd "$scratch"
    "$BATS_FILE_TMPDIR/reference_trainer" "$drawn" "$@" >reference
    train program --epochs "$1" --seed "$2" --train-limit "$3" --test-limit "$4" --quiet
    cat reference program
    expect test "$(wc -l <program)" -eq $(($1 + 1))
    diff <(hide_numbers reference) <(hide_numbers program)
    paste -d ' ' <(list_numbers reference) <(list_numbers program) | awk '
        {
            bound = $2 == "Loss:" ? 0.0003 : $1 == "Test" ? 0.4 : 0.1
            difference = $3 > $6 ? $3 - $6 : $6 - $3
            if (difference <= bound + 1e-9) next
            print "differ by more than " bound ": " $0
            wrong = 1
        }
        END { exit wrong || NR < 3 }'
}

@test "reference and program print the same run" {
    programs_agree 1 0 4000 1000
}

@test "another seed and short last batches agree too" {
    programs_agree 2 7 1010 77
}
