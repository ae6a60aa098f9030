#!/usr/bin/env bats
# Saved models and checkpoints: loading, resuming, and the batches that a checkpoint follows.
# With names of tests as arguments, only these run. KILLS: the number of killed runs.
load ../support/program

# Fails unless the later run printed the last lines of the whole run, at least one.
ends_the_same() { # WHOLE LATER
    lines=$(wc -l <"$2")
    expect test "$lines" -ge 1
    tail -n "$lines" "$1" | cmp - "$2"
}

@test "a saved model is tested with the same result" {
    train "$scratch/trained" --epochs 2 --save "$scratch/model"
    train "$scratch/loaded" --epochs 0 --load "$scratch/model"
    ends_the_same "$scratch/trained" "$scratch/loaded"
    # whatever the number of threads and the seed
    train "$scratch/other" --epochs 0 --load "$scratch/model" --threads 1 --seed 9
    cmp "$scratch/loaded" "$scratch/other"
}

@test "training starts from a saved model" {
    train "$scratch/first" --epochs 3 --save "$scratch/model"
    train "$scratch/second" --epochs 1 --load "$scratch/model"
    before=$(sed -n 's/^Epoch: 0 | Loss: \([0-9.]*\) .*/\1/p' "$scratch/first")
    after=$(sed -n 's/^Epoch: 0 | Loss: \([0-9.]*\) .*/\1/p' "$scratch/second")
    awk "BEGIN { exit !($after < $before - 0.1) }"
}

@test "a resumed run equals an uninterrupted one" {
    for options in "" "--batch 50 --loss logits --seed 3 --train-limit 1010" "--batch 4096"; do
        # shellcheck disable=SC2086 # words
        train "$scratch/whole" --epochs 4 $options --save "$scratch/whole.model"
        # shellcheck disable=SC2086
        train "$scratch/part" --epochs 2 $options --checkpoint "$scratch/checkpoint"
        train "$scratch/rest" --resume "$scratch/checkpoint" --epochs 4 --save "$scratch/rest.model" --threads 1
        expect test "$(wc -l <"$scratch/rest")" -eq 3
        ends_the_same "$scratch/whole" "$scratch/rest"
        cmp "$scratch/whole.model" "$scratch/rest.model"
    done
}

@test "a resumed run keeps its transforms" {
    changes="--rotate 10 --hflip 0.5"
    # shellcheck disable=SC2086 # words
    train "$scratch/whole" --epochs 2 --train-limit 640 $changes
    expect test "$(grep -c '^Transform: Random' "$scratch/err")" -eq 2
    # shellcheck disable=SC2086
    train "$scratch/part" --epochs 1 --train-limit 640 $changes --checkpoint "$scratch/c"
    train "$scratch/rest" --resume "$scratch/c" --epochs 2 --threads 1
    ends_the_same "$scratch/whole" "$scratch/rest"
    # shellcheck disable=SC2086
    train "$scratch/rest" --resume "$scratch/c" --epochs 2 $changes
    rejects 1 'expected RandomRotation(10), RandomHorizontalFlip(0.5), as in' \
        --resume "$scratch/c" --hflip 0.5 --rotate 10
}

@test "a resumed run keeps its limits of the data" {
    train "$scratch/whole" --epochs 2 --train-limit 320 --test-limit 100
    train "$scratch/part" --epochs 1 --train-limit 320 --test-limit 100 --checkpoint "$scratch/c"
    train "$scratch/rest" --resume "$scratch/c" --epochs 2
    ends_the_same "$scratch/whole" "$scratch/rest"
    rejects 1 "--test-limit: expected 100, as in $scratch/c, found 50" --resume "$scratch/c" --test-limit 50
    rejects 1 "expected the 100 images that $scratch/c was tested on, found others" \
        --resume "$scratch/c" --test-limit 200
    # a limit above the number of images selects all of them, both times
    train "$scratch/part" --epochs 1 --train-limit 100000 --checkpoint "$scratch/c"
    train "$scratch/rest" --epochs 1 --train-limit 100000 --resume "$scratch/c"
}

@test "a run with nothing left to train writes its checkpoint" {
    train "$scratch/part" --epochs 1 --train-limit 64 --checkpoint "$scratch/c"
    train "$scratch/rest" --resume "$scratch/c" --checkpoint "$scratch/d"
    train "$scratch/again" --resume "$scratch/d"
    cmp "$scratch/rest" "$scratch/again"
}

# Prints the place in the run, "0 of epoch 1" for the first batch of epoch 1, or nothing.
next_batch() { # CHECKPOINT
    grep -aoE '"next_batch":"[0-9]+ of epoch [0-9]+"' "$1" 2>/dev/null | cut -d '"' -f 4
}

# Runs with batches of one image until the run blocks at the end of epoch 0, or of a later one if
# some lines fit the pipe, and kills it. The last checkpoint must precede this batch.
last_checkpoint_is() { # LINES NEXT-BATCH OPTION...
    local end=$((SECONDS + 60)) lines=$1 expected=$2 process
    shift 2
    create_full_pipe "$lines"
    "$program" --data "$drawn" --batch 1 --test-limit 1 --epochs 9 --quiet "$@" >"$scratch/pipe" &
    process=$!
    until [ "$(next_batch "$scratch/c")" = "$expected" ] || [ "$SECONDS" -ge "$end" ]; do sleep 0.02; done
    sleep 0.3 # a later checkpoint would be wrong
    kill -s KILL "$process"
    wait "$process" 2>/dev/null || true
    echo "expected '$expected', found '$(next_batch "$scratch/c")': $*"
    [ "$(next_batch "$scratch/c")" = "$expected" ]
}

@test "checkpoints follow every third batch and the last of an epoch" {
    # columns: batches of an epoch, lines, expected
    while read -r batches lines expected; do
        rm -f "$scratch/c"
        last_checkpoint_is "$lines" "$expected" --train-limit "$batches" --checkpoint "$scratch/c" \
            --checkpoint-every 3
    done <<'END'
4 0 3 of epoch 0
6 0 3 of epoch 0
8 0 6 of epoch 0
2 2 0 of epoch 2
3 2 0 of epoch 2
5 2 3 of epoch 2
7 2 6 of epoch 2
END
}

@test "without an interval checkpoints follow epochs only" {
    last_checkpoint_is 2 "0 of epoch 2" --train-limit 5 --checkpoint "$scratch/c"
}

@test "a resumed run writes checkpoints after the same batches" {
    last_checkpoint_is 1 "4 of epoch 1" --train-limit 8 --checkpoint "$scratch/c" --checkpoint-every 4
    cp "$scratch/c" "$scratch/part"
    # the epoch that was begun, and the next one
    last_checkpoint_is 0 "6 of epoch 1" --resume "$scratch/part" --checkpoint "$scratch/c" --checkpoint-every 3
    last_checkpoint_is 1 "6 of epoch 2" --resume "$scratch/part" --checkpoint "$scratch/c" --checkpoint-every 3
    last_checkpoint_is 0 "5 of epoch 1" --resume "$scratch/part" --checkpoint "$scratch/c" --checkpoint-every 5
}

# Kills runs that write checkpoints all the time, and resumes them with another number of threads.
@test "killed runs can be resumed and end the same" {
    kills=${KILLS:-20}
    epochs=12
    resumed=0
    train "$scratch/whole" --epochs $epochs
    for ((kill = 0; kill < kills; kill++)); do
        rm -f "$scratch"/checkpoint*
        "$program" --data "$drawn" --epochs $epochs --checkpoint "$scratch/checkpoint" \
            --checkpoint-every 50 --threads $((RANDOM % 4 + 1)) >"$scratch/part" 2>/dev/null &
        process=$!
        # most of them after their first checkpoint
        [ $((kill % 4)) -eq 0 ] || wait_for_file "$scratch/checkpoint" "$process"
        sleep "0.0$((RANDOM % 90 + 10))$((RANDOM % 10))"
        kill -s KILL "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
        [ -e "$scratch/checkpoint" ] || continue
        resumed=$((resumed + 1))
        train "$scratch/rest" --resume "$scratch/checkpoint" --threads $((RANDOM % 4 + 1))
        ends_the_same "$scratch/whole" "$scratch/rest"
    done
    echo "$resumed of $kills had a checkpoint"
    expect test "$resumed" -ge $((kills / 2))
}

@test "other settings are rejected by name" {
    train "$scratch/part" --epochs 1 --checkpoint "$scratch/c"
    resume_rejects() { # WORDS OPTION...
        local words=$1
        shift
        rejects 1 "$words" --resume "$scratch/c" "$@"
    }
    resume_rejects "--batch: expected 32, as in $scratch/c, found 64" --batch 64
    resume_rejects "--loss: expected tutorial, as in $scratch/c, found logits" --loss logits
    resume_rejects "--lr: expected 0.001" --lr 0.002
    resume_rejects "--seed: expected 0, as in $scratch/c, found 1" --seed 1
    resume_rejects "--train-limit: expected 4000, as in $scratch/c, found 100" --train-limit 100
    resume_rejects "--epochs: expected at least 1" --epochs 0
    resume_rejects "--rotate, --vflip, --hflip: expected none, as in $scratch/c, found RandomRotation(5)" --rotate 5
    # the same settings and more epochs are accepted
    train "$scratch/rest" --resume "$scratch/c" --batch 32 --seed 0 --lr 1e-3 --epochs 2
}

@test "other data is rejected" {
    train "$scratch/part" --epochs 1 --checkpoint "$scratch/c"
    mkdir "$scratch/data"
    cp "$drawn"/*.gz "$scratch/data"
    gzip -d "$scratch/data/train-labels-idx1-ubyte.gz"
    printf '\001' | dd of="$scratch/data/train-labels-idx1-ubyte" bs=1 seek=100 conv=notrunc status=none
    rejects 1 "expected the 4000 images that $scratch/c was trained on, found others" \
        --resume "$scratch/c" --data "$scratch/data"
}

@test "damaged models and checkpoints are rejected" {
    train "$scratch/part" --epochs 1 --train-limit 100 --save "$scratch/m" --checkpoint "$scratch/c"
    head -c 1000 "$scratch/m" >"$scratch/cut"
    rejects 1 "$scratch/cut:" --load "$scratch/cut"
    rejects 1 "found another safetensors file" --resume "$scratch/m"
    rejects 1 "found tensor " --load "$scratch/c"
    rejects 1 "cannot open $scratch/none: No such file" --load "$scratch/none"
    cp "$scratch/m" "$scratch/nan"
    printf '\377\377\377\377' | dd of="$scratch/nan" bs=1 seek=$(($(stat -c %s "$scratch/m") - 8)) conv=notrunc status=none
    rejects 1 "tensor d2.bias: expected finite numbers" --load "$scratch/nan"
}
