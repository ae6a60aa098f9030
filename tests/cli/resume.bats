#!/usr/bin/env bats
# Saved models and checkpoints: loading, resuming, and the batches that a checkpoint follows. KILLS is
# the number of killed runs in each mode.
load ../support/program

small=(--train-limit 500 --test-limit 100)

# Fails unless the later run printed the last lines of the whole run, at least one.
ends_the_same() { # WHOLE LATER
    local lines
    lines=$(wc -l <"$2")
    expect test "$lines" -ge 1
    tail -n "$lines" "$1" | cmp - "$2"
}

@test "a saved model is tested with the same result" {
    train "$scratch/trained" "${small[@]}" --epochs 2 --save "$scratch/model"
    # whatever the number of threads and the seed
    train "$scratch/loaded" --test-limit 100 --epochs 0 --load "$scratch/model" --threads 1 --seed 9
    ends_the_same "$scratch/trained" "$scratch/loaded"
}

@test "training starts from a saved model" {
    train "$scratch/first" "${small[@]}" --epochs 3 --save "$scratch/model"
    train "$scratch/second" "${small[@]}" --epochs 1 --load "$scratch/model"
    before=$(sed -n 's/^Epoch: 2 | Loss: \([0-9.]*\) .*/\1/p' "$scratch/first")
    after=$(sed -n 's/^Epoch: 0 | Loss: \([0-9.]*\) .*/\1/p' "$scratch/second")
    echo "$before $after"
    awk "BEGIN { exit !($after < $before) }"
}

@test "a resumed run equals an uninterrupted one" {
    for options in "" "--batch 50 --loss logits --seed 3 --rotate 10 --hflip 0.5" "--reproducible --batch 33 --rotate 20"; do
        # shellcheck disable=SC2086 # words
        train "$scratch/whole" "${small[@]}" --epochs 3 $options --save "$scratch/whole.model"
        cp "$scratch/err" "$scratch/whole.err"
        # shellcheck disable=SC2086
        train "$scratch/part" "${small[@]}" --epochs 1 $options --checkpoint "$scratch/checkpoint"
        # it takes the settings from the checkpoint
        train "$scratch/rest" --resume "$scratch/checkpoint" --epochs 3 --save "$scratch/rest.model" --threads 3
        expect test "$(wc -l <"$scratch/rest")" -eq 3
        ends_the_same "$scratch/whole" "$scratch/rest"
        cmp "$scratch/whole.model" "$scratch/rest.model"
        for words in 'Transform: ' 'Epochs: '; do
            diff <(grep "^$words" "$scratch/whole.err") <(grep "^$words" "$scratch/err")
        done
    done
}

@test "settings and data other than the checkpoint's are rejected by name" {
    cd "$scratch"
    train part "${small[@]}" --epochs 2 --seed -1 --rotate 10 --hflip 0.5 --checkpoint c
    transforms="--rotate, --vflip, --hflip: expected RandomRotation(10), RandomHorizontalFlip(0.5), as in c, found"
    rejects_each 1 <<END
--resume c --batch 64 => --batch: expected 32, as in c, found 64
--resume c --loss logits => --loss: expected tutorial, as in c, found logits
--resume c --lr 0.002 => --lr: expected 0.001, as in c, found 0.002
--resume c --seed 18446744073709551614 => --seed: expected 18446744073709551615, as in c, found 18446744073709551614
--resume c --train-limit 499 => --train-limit: expected 500, as in c, found 499
--resume c --test-limit 50 => --test-limit: expected 100, as in c, found 50
--resume c --test-limit 200 => expected the 100 images that c was tested on, found others
--resume c --epochs 1 => --epochs: expected at least 2, the epochs begun in c, found 1
--resume c --hflip 0.5 --rotate 10 => $transforms RandomHorizontalFlip(0.5), RandomRotation(10)
--resume c --rotate 10 => $transforms RandomRotation(10)
--resume c --reproducible => --reproducible: expected false, as in c, found true
END
    # the same settings and more epochs are accepted
    train rest --resume c --batch 32 --seed -1 --lr 1e-3 --rotate 10 --hflip 0.5 --epochs 3
    mkdir data
    cp "$drawn"/*.gz data
    gzip -d data/train-labels-idx1-ubyte.gz
    printf '\001' | dd of=data/train-labels-idx1-ubyte bs=1 seek=100 conv=notrunc status=none
    rejects 1 "expected the 500 images that c was trained on, found others" --resume c --data data
}

@test "a limit above the number of images selects all of them, both times" {
    train "$scratch/part" --epochs 1 --train-limit 100000 --checkpoint "$scratch/c"
    train "$scratch/rest" --epochs 1 --train-limit 100000 --resume "$scratch/c" --checkpoint "$scratch/d"
    # with nothing left to train, the checkpoint is written all the same
    train "$scratch/again" --resume "$scratch/d"
    cmp "$scratch/rest" "$scratch/again"
}

# Prints the place in the run, "0 of epoch 1" for the first batch of epoch 1, or nothing.
next_batch() { # CHECKPOINT
    grep -aoE '"next_batch":"[0-9]+ of epoch [0-9]+"' "$1" | cut -d '"' -f 4
}

# Kills a run that is blocked in the line after epoch 0, or of a later one if some lines fit the pipe.
# Its last checkpoint must precede this batch.
last_checkpoint_is() { # LINES NEXT-BATCH OPTION...
    local room=$1 expected=$2
    shift 2
    rm -f "$scratch/c"
    start_blocked "$room" --checkpoint "$scratch/c" "$@"
    kill -s KILL "$process"
    wait "$process" 2>/dev/null || true
    echo "expected '$expected', found '$(next_batch "$scratch/c")': $*"
    [ "$(next_batch "$scratch/c")" = "$expected" ]
}

@test "checkpoints follow every third batch and the last of an epoch" {
    last_checkpoint_is 0 "3 of epoch 0" --train-limit 4 --checkpoint-every 3
    last_checkpoint_is 0 "3 of epoch 0" --train-limit 6 --checkpoint-every 3
    last_checkpoint_is 2 "0 of epoch 2" --train-limit 3 --checkpoint-every 3
    last_checkpoint_is 2 "6 of epoch 2" --train-limit 7 --checkpoint-every 3
    # without an interval after epochs only
    last_checkpoint_is 2 "0 of epoch 2" --train-limit 5
}

@test "a resumed run writes checkpoints after the same batches" {
    last_checkpoint_is 1 "4 of epoch 1" --train-limit 8 --checkpoint-every 4
    cp "$scratch/c" "$scratch/part"
    # the epoch that was begun, and the next one
    last_checkpoint_is 0 "6 of epoch 1" --resume "$scratch/part" --checkpoint-every 3
    last_checkpoint_is 1 "6 of epoch 2" --resume "$scratch/part" --checkpoint-every 3
}

# Each run writes a checkpoint after each fifth batch and is killed after a random line, during a batch
# or a write, whatever is going on. It is resumed with another number of threads.
killed_runs_end_the_same() { # OPTION...
    local epochs=10 kill
    train "$scratch/whole" "${small[@]}" "$@" --epochs $epochs
    for ((kill = 0; kill < ${KILLS:-2}; kill++)); do
        rm -rf "$scratch/run" "$scratch/lines"
        mkdir "$scratch/run"
        start "${small[@]}" "$@" --epochs $epochs --checkpoint "$scratch/run/c" --checkpoint-every 5 \
            --threads $((RANDOM % 4 + 1))
        wait_until "$process" test -e "$scratch/run/c"
        read_lines $((RANDOM % epochs)) "$scratch/lines"
        kill -s KILL "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
        exec 8<&-
        train "$scratch/rest" --resume "$scratch/run/c" --threads $((RANDOM % 4 + 1))
        ends_the_same "$scratch/whole" "$scratch/rest"
    done
}

@test "killed runs can be resumed and end the same" {
    killed_runs_end_the_same
}

@test "killed reproducible runs can be resumed and end the same" {
    killed_runs_end_the_same --reproducible --hflip 0.5
}

@test "damaged and other files are rejected as models and checkpoints" {
    cd "$scratch"
    train part --epochs 1 --train-limit 100 --save m --checkpoint c
    head -c 1000 m >short
    cp m nan
    printf '\377\377\377\377' | dd of=nan bs=1 seek=$(($(wc -c <m) - 8)) conv=notrunc status=none
    rejects_each 1 <<'END'
--load short => short:
--resume m => found another safetensors file
--load none => cannot open none: No such file
--load nan => tensor d2.bias: expected finite numbers
END
}

# Prints the kernel's name. OpenBLAS obeys the variable only if it is built with several kernels.
kernel_of() { # CORETYPE
    OPENBLAS_CORETYPE=$1 "$program" --version | sed -n 's/^kernel \([^;]*\);.*/\1/p'
}

@test "another kernel is announced in the default mode alone" {
    first=$(kernel_of Prescott)
    second=$(kernel_of Nehalem)
    [ "$first" != "$second" ] || skip "this BLAS library has one kernel, $first"
    cd "$scratch"
    export OPENBLAS_CORETYPE=Prescott
    train part --train-limit 100 --epochs 1 --checkpoint c
    train part --train-limit 100 --epochs 1 --reproducible --checkpoint r
    train rest --resume c --epochs 2
    fails_with 1 grep '^Notice: .*kernel' err
    export OPENBLAS_CORETYPE=Nehalem
    train rest --resume c --epochs 2
    expect grep -q "^Notice: kernel $second, not $first as before: " err
    train rest --resume r --epochs 2
    expect grep -q 'kernel: ordered$' err
    fails_with 1 grep '^Notice: .*kernel' err
}
