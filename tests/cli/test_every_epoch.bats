#!/usr/bin/env bats
# Tests after every epoch, and the network of the best one.
load ../support/program

every=(--train-limit 640 --test-limit 300 --test-every-epoch)
# a rate so large that the accuracy falls again
falling=(--train-limit 320 --test-limit 200 --reproducible --lr 0.05 --epochs 6)

setup() {
    scratch=$BATS_TEST_TMPDIR
    cd "$scratch"
}

tests() { # FILE: prints the tests of the epochs
    sed -En 's/^Epoch: .* \| Test: ([0-9.]+)$/\1/p' "$1"
}

# Prints the first epoch with the best test.
best_epoch() { # FILE
    tests "$1" | awk 'NR == 1 || $1 > best { best = $1; epoch = NR - 1 } END { print epoch }'
}

predictions() { # MODEL
    "$program" --load "$1" --predict "$drawn/t10k-images-idx3-ubyte.gz"
}

@test "the test of an epoch is that of a run which ends there" {
    train out "${every[@]}" --epochs 3
    for epochs in 1 2 3; do
        train part "${every[@]}" --epochs $epochs
        head -n $epochs out | cmp - <(head -n $epochs part)
        right=$(count_right part)
        expect test "$(tests out | sed -n ${epochs}p)" = "$(awk "BEGIN { printf \"%.2f\", $right / 3 }")"
    done
    expect grep -qE "^Epoch: 0 \| Loss: $number \| Train Accuracy: $number \| Test: $number \| $number s$" raw
}

@test "without the option the first epoch is the same and later ones are not" {
    train out "${every[@]}" --epochs 2 --log log
    train other --train-limit 640 --test-limit 300 --epochs 2 --log other.log
    for file in log other.log; do
        sed -nE 's/.*"epoch":0,"tutorial":(\{[^}]*\}),"exact":.*/\1/p' $file >$file.first
        sed -nE 's/.*"epoch":1,"tutorial":(\{[^}]*\}),"exact":.*/\1/p' $file >$file.second
    done
    expect test -s log.first
    cmp log.first other.log.first
    fails_with 1 cmp -s log.second other.log.second
    expect grep -q '"event":"epoch".*"test":{"tutorial":{"accuracy":.*"margin":' log
    fails_with 1 grep -q '"event":"epoch".*"test":' other.log
}

@test "save-best has the network of the first of the best epochs" {
    train out "${falling[@]}" --save-best best --save last
    epoch=$(best_epoch out)
    echo "best epoch: $epoch"
    [ "$epoch" -gt 0 ] && [ "$epoch" -lt 5 ]
    train part "${falling[@]}" --epochs $((epoch + 1)) --test-every-epoch --save expected
    cmp best expected
    fails_with 1 cmp -s <(predictions best) <(predictions last)
    expect grep -q "^Best test: after epoch $epoch, $(count_right part) right$" <("$program" "${data[@]}" \
        "${falling[@]}" --test-every-epoch 2>&1)
    expect grep -aq "\"test_right\":\"$(count_right part) of 200\"" best
}

@test "a resumed run keeps the tests and the better network of an earlier epoch" {
    train whole "${falling[@]}" --save-best best --checkpoint end
    epoch=$(best_epoch whole)
    for epochs in 1 $((epoch + 1)) 5; do
        train part "${falling[@]}" --save-best "best$epochs" --epochs "$epochs" --checkpoint c
        train rest --resume c --epochs 6 --save-best "best$epochs" --checkpoint c
        tail -n $((7 - epochs)) whole | cmp - rest
        cmp best "best$epochs"
        # it is written when there is nothing left to train, too
        train again --resume c --save-best other
        cmp best other
    done
    # one who asks for the best network later gets it too
    train part "${falling[@]}" --test-every-epoch --epochs 5 --checkpoint c
    train rest --resume c --epochs 6 --save-best late
    cmp best late
}

@test "killed runs can be resumed and have the same best network" {
    train whole "${falling[@]}" --epochs 9 --save-best best
    for lines in 1 4; do
        rm -f c killed.best lines
        start "${falling[@]}" --epochs 9 --batch 32 --save-best killed.best --checkpoint c --checkpoint-every 3
        wait_until "$process" test -e c
        read_lines $lines lines
        kill -s KILL "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
        exec 8<&-
        train rest --resume c --save-best killed.best
        tail -n "$(wc -l <rest)" whole | cmp - rest
        cmp best killed.best
    done
}

@test "a run without tests cannot begin them when it is resumed" {
    train out --epochs 1 --train-limit 64 --checkpoint c
    rejects_each 1 <<'END'
--resume c --save-best b => --save-best: expected a run with --test-every-epoch in c, found one without
--resume c --test-every-epoch => --test-every-epoch: expected false, as in c, found true
END
    rejects_each 2 <<'END'
--save-best b --epochs 0 => --save-best cannot be combined with --epochs 0
--save-best b --save b => --save and --save-best name the same file: b
--save-best - => --save-best: expected a file, found '-'
END
    rejects 1 "cannot write none/b: No such file" --save-best none/b
}
