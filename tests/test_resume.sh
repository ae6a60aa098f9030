#!/bin/bash
# What outlives a run: saved networks, checkpoints, signals, kills.
set -eu
. "$(dirname "$0")/tap.sh"

drawn=$root/data/drawn
interrupted=130 terminated=143

# Trains on the drawn digits; the figures without the seconds go to a file.
train() { # FILE OPTION...
    local out=$1
    shift
    "$program" --data "$drawn" "$@" 2>"$scratch/err" >"$scratch/raw" || {
        local status=$?
        cat "$scratch/err"
        return "$status"
    }
    sed 's/ | [0-9.]* s$//' "$scratch/raw" >"$out"
}

# The later run must have printed the whole run's last lines, at least one.
ends_the_same() { # WHOLE LATER
    lines=$(wc -l <"$2")
    expect test "$lines" -ge 1
    tail -n "$lines" "$1" | cmp - "$2"
}

a_saved_network_tests_as_it_did() {
    train "$scratch/trained" --epochs 2 --save "$scratch/model"
    train "$scratch/loaded" --epochs 0 --load "$scratch/model"
    ends_the_same "$scratch/trained" "$scratch/loaded"
    # and other threads and batches make no difference to its test
    train "$scratch/other" --epochs 0 --load "$scratch/model" --threads 1 --seed 9
    cmp "$scratch/loaded" "$scratch/other"
}

training_goes_on_from_a_saved_network() {
    train "$scratch/first" --epochs 3 --save "$scratch/model"
    train "$scratch/second" --epochs 1 --load "$scratch/model"
    before=$(sed -n 's/^Epoch: 0 | Loss: \([0-9.]*\) .*/\1/p' "$scratch/first")
    after=$(sed -n 's/^Epoch: 0 | Loss: \([0-9.]*\) .*/\1/p' "$scratch/second")
    awk "BEGIN { exit !($after < $before - 0.1) }"
}

a_checkpoint_goes_on_as_if_nothing_had_happened() {
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

# Stops behind a batch in the middle of an epoch, by a signal.
stop_by() { # SIGNAL STATUS CHECKPOINT OPTION...
    local signal=$1 wanted=$2 checkpoint=$3 status=0
    shift 3
    "$program" --data "$drawn" --epochs 3000 --checkpoint "$checkpoint" "$@" \
        >"$scratch/stopped" 2>"$scratch/err" &
    local process=$!
    until [ -e "$checkpoint" ]; do sleep 0.01; done
    sleep 0.1
    kill -s "$signal" "$process"
    wait "$process" || status=$?
    cat "$scratch/err"
    expect test "$status" -eq "$wanted"
}

signals_leave_a_checkpoint_and_their_status() {
    for signal in INT TERM; do
        rm -f "$scratch/checkpoint"
        [ "$signal" = INT ] && wanted=$interrupted || wanted=$terminated
        stop_by "$signal" "$wanted" "$scratch/checkpoint"
        grep '^Stopped in epoch [0-9]* after [0-9]* of 125 batches.*; continue with --resume ' "$scratch/err"
        fails_with 1 grep -q '^Test' "$scratch/stopped"
        epochs=$(($(grep -c '^Epoch' "$scratch/stopped") + 2))
        train "$scratch/rest" --resume "$scratch/checkpoint" --epochs "$epochs"
        train "$scratch/whole" --epochs "$epochs"
        ends_the_same "$scratch/whole" "$scratch/rest"
    done
}

# Kills a run that writes checkpoints all the time, again and again, and goes on from what is there.
killed_runs_go_on_and_end_the_same() {
    kills=${KILLS:-20}
    epochs=12
    resumed=0
    train "$scratch/whole" --epochs $epochs
    for ((kill = 0; kill < kills; kill++)); do
        rm -f "$scratch"/checkpoint*
        "$program" --data "$drawn" --epochs $epochs --checkpoint "$scratch/checkpoint" \
            --checkpoint-every 50 >"$scratch/part" 2>/dev/null &
        process=$!
        # most of them where there is something to go on from already
        [ $((kill % 4)) -eq 0 ] || until [ -e "$scratch/checkpoint" ]; do sleep 0.002; done
        sleep "0.0$((RANDOM % 90 + 10))$((RANDOM % 10))"
        kill -s KILL "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
        [ -e "$scratch/checkpoint" ] || continue
        resumed=$((resumed + 1))
        train "$scratch/rest" --resume "$scratch/checkpoint"
        ends_the_same "$scratch/whole" "$scratch/rest"
    done
    echo "$resumed of $kills had a checkpoint"
    expect test "$resumed" -ge $((kills / 2))
}

other_settings_are_refused_by_name() {
    train "$scratch/part" --epochs 1 --checkpoint "$scratch/c"
    refused() { # WORDS OPTION...
        local words=$1
        shift
        fails_with 1 "$program" --data "$drawn" --resume "$scratch/c" "$@" >"$scratch/out" 2>"$scratch/err"
        cat "$scratch/err"
        expect test ! -s "$scratch/out"
        expect test "$(wc -l <"$scratch/err")" -eq 1
        expect grep -qF -- "$words" "$scratch/err"
    }
    refused "--batch: expected 32, as in $scratch/c, found 64" --batch 64
    refused "--loss: expected tutorial" --loss logits
    refused "--lr: expected 0.001" --lr 0.002
    refused "--seed: expected 0" --seed 1
    refused "--train-limit: expected 4000" --train-limit 100
    refused "--epochs: expected at least 1" --epochs 0
    refused "--rotate, --vflip, --hflip: expected none, as in $scratch/c, found RandomRotation(5)" --rotate 5
    mkdir "$scratch/data"
    cp "$drawn"/*.gz "$scratch/data"
    gzip -d "$scratch/data/train-labels-idx1-ubyte.gz"
    printf '\001' | dd of="$scratch/data/train-labels-idx1-ubyte" bs=1 seek=100 conv=notrunc status=none
    refused "expected the 4000 images that $scratch/c was trained on, found others" --data "$scratch/data"
    # the same ones, and more epochs, are welcome
    train "$scratch/rest" --resume "$scratch/c" --batch 32 --seed 0 --lr 1e-3 --epochs 2
}

damaged_models_and_checkpoints_are_refused() {
    train "$scratch/part" --epochs 1 --train-limit 100 --save "$scratch/m" --checkpoint "$scratch/c"
    refused() { # WORDS OPTION...
        local words=$1
        shift
        fails_with 1 "$program" --data "$drawn" "$@" >"$scratch/out" 2>"$scratch/err"
        cat "$scratch/err"
        expect test "$(wc -l <"$scratch/err")" -eq 1
        expect grep -qF -- "$words" "$scratch/err"
    }
    head -c 1000 "$scratch/m" >"$scratch/cut"
    refused "$scratch/cut:" --load "$scratch/cut"
    refused "found another safetensors file" --resume "$scratch/m"
    refused "found tensor " --load "$scratch/c"
    refused "cannot open $scratch/none: No such file" --load "$scratch/none"
    cp "$scratch/m" "$scratch/nan"
    printf '\377\377\377\377' | dd of="$scratch/nan" bs=1 seek=$(($(stat -c %s "$scratch/m") - 8)) conv=notrunc status=none
    refused "tensor d2.bias: expected finite numbers" --load "$scratch/nan"
}

what_cannot_be_written_is_found_out_before_training() {
    refused() { # WORDS OPTION...
        local words=$1
        shift
        fails_with 1 "$program" --data "$drawn" "$@" >"$scratch/out" 2>"$scratch/err"
        cat "$scratch/err"
        expect test ! -s "$scratch/out"
        expect test "$(wc -l <"$scratch/err")" -eq 1
        expect grep -qF -- "$words" "$scratch/err"
    }
    mkdir "$scratch/folder"
    for option in --save --checkpoint; do
        refused "cannot write $scratch/none/m: No such file" $option "$scratch/none/m"
        refused "$scratch/folder: expected a regular file or a new one, found a directory" $option "$scratch/folder"
        refused "/dev/null: expected a regular file or a new one" $option /dev/null
    done
    expect test -c /dev/null
}

a_full_disk_leaves_the_old_file() {
    train "$scratch/part" --epochs 1 --train-limit 100 --save "$scratch/m"
    sum=$(sha256sum <"$scratch/m")
    # 200 KB a file: a limit is a full disk that needs no disk
    status=0
    (
        ulimit -f 200
        exec "$program" --data "$drawn" --epochs 1 --train-limit 200 --save "$scratch/m"
    ) >"$scratch/out" 2>"$scratch/err" || status=$?
    cat "$scratch/err"
    expect test "$status" -eq 1
    expect grep -q "$scratch/m: File too large" "$scratch/err"
    expect test "$sum" = "$(sha256sum <"$scratch/m")"
    expect test "$(find "$scratch" -name 'm*' | wc -l)" -eq 1
}

transforms_belong_to_the_run() {
    changes="--rotate 10 --hflip 0.5"
    # shellcheck disable=SC2086 # words
    train "$scratch/whole" --epochs 2 --train-limit 640 $changes
    expect grep -qx 'Transforms: RandomRotation(10), RandomHorizontalFlip(0.5)' "$scratch/err"
    # shellcheck disable=SC2086
    train "$scratch/part" --epochs 1 --train-limit 640 $changes --checkpoint "$scratch/c"
    train "$scratch/rest" --resume "$scratch/c" --epochs 2 --threads 1
    ends_the_same "$scratch/whole" "$scratch/rest"
    # shellcheck disable=SC2086
    train "$scratch/rest" --resume "$scratch/c" --epochs 2 $changes
    fails_with 1 train "$scratch/rest" --resume "$scratch/c" --hflip 0.5 --rotate 10
    expect grep -qF 'expected RandomRotation(10), RandomHorizontalFlip(0.5), as in' "$scratch/err"
}

what_stdout_goes_to_is_not_replaced() {
    fails_with 1 "$program" --data "$drawn" --epochs 1 --quiet --save /dev/stdout >"$scratch/out" 2>"$scratch/err"
    expect grep -q '/dev/stdout: expected a separate file, found the output of stdout or stderr' "$scratch/err"
    expect test ! -s "$scratch/out"
}

# As in /tmp: another's file can be written to, but not replaced.
anothers_file_in_a_sticky_folder_is_found_out_before_training() {
    [ "$(id -u)" -eq 0 ] || tap_skip "only root can be another"
    command -v setpriv >/dev/null || tap_skip "setpriv is not here"
    chmod 755 "$(dirname "$scratch")" "$scratch"
    mkdir "$scratch/shared"
    chmod 1777 "$scratch/shared"
    echo old >"$scratch/shared/m"
    chmod 666 "$scratch/shared/m"
    cp -r "$drawn" "$scratch/drawn"
    chmod -R a+rX "$scratch/drawn"
    status=0
    setpriv --reuid=65534 --regid=65534 --clear-groups "$program" --data "$scratch/drawn" --epochs 1000000 \
        --save "$scratch/shared/m" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" -ne 126 ] || tap_skip "the program's folder is root's own"
    cat "$scratch/err"
    expect test "$status" -eq 1
    expect grep -q 'shared/m: Operation not permitted' "$scratch/err"
    expect test "$(cat "$scratch/shared/m")" = old
}

# Else what is printed would go into the next file that is opened.
files_stay_clean_when_stdout_or_stderr_are_closed() {
    fails_with 1 "$program" --data "$drawn" --epochs 4 --train-limit 640 --quiet --checkpoint "$scratch/c" \
        --checkpoint-every 1 --log "$scratch/log" >&- 2>"$scratch/err"
    expect grep -q 'cannot write stdout: ' "$scratch/err"
    fails_with 1 grep -v '^{' "$scratch/log"
    train "$scratch/rest" --resume "$scratch/c" --epochs 5
    "$program" --data "$drawn" --epochs 1 --train-limit 640 --log "$scratch/log" >"$scratch/out" 2>&-
    fails_with 1 grep -v '^{' "$scratch/log"
    expect test "$(wc -l <"$scratch/out")" -eq 2
}

weights_that_are_no_numbers_replace_nothing() {
    train "$scratch/part" --epochs 1 --train-limit 64 --save "$scratch/m" --checkpoint "$scratch/c"
    sums=$(cat "$scratch/m" "$scratch/c" | sha256sum)
    for option in "--save $scratch/m" "--checkpoint $scratch/c"; do
        # shellcheck disable=SC2086 # words
        fails_with 1 train "$scratch/out" --epochs 1 --train-limit 32 --lr 1e38 $option
        expect grep -qE "$scratch/[mc]: tensor .*: expected finite numbers" "$scratch/err"
    done
    expect test "$sums" = "$(cat "$scratch/m" "$scratch/c" | sha256sum)"
}

a_limit_of_the_data_belongs_to_the_run() {
    train "$scratch/whole" --epochs 2 --train-limit 320 --test-limit 100
    train "$scratch/part" --epochs 1 --train-limit 320 --test-limit 100 --checkpoint "$scratch/c"
    train "$scratch/rest" --resume "$scratch/c" --epochs 2
    ends_the_same "$scratch/whole" "$scratch/rest"
    fails_with 1 train "$scratch/rest" --resume "$scratch/c" --test-limit 50
    expect grep -q -- "--test-limit: expected 100, as in $scratch/c, found 50" "$scratch/err"
    fails_with 1 train "$scratch/rest" --resume "$scratch/c" --test-limit 200
    expect grep -q "expected the 100 images that $scratch/c was tested on, found others" "$scratch/err"
    # more than there are is all of them, both times
    train "$scratch/part" --epochs 1 --train-limit 100000 --checkpoint "$scratch/c"
    train "$scratch/rest" --epochs 1 --train-limit 100000 --resume "$scratch/c"
}

one_file_is_not_written_twice() {
    cd "$scratch"
    touch real
    ln -s real link
    train out --epochs 1 --train-limit 64 --checkpoint run
    for options in "--save a --checkpoint ./a" "--save link --log real" "--save b --report $scratch/b" \
        "--resume run --save ./run"; do
        # shellcheck disable=SC2086 # words
        fails_with 1 train out $options
        expect grep -qE 'mnist-train: --[a-z]+: expected another file than --[a-z]+.s, found' err
    done
    train out --resume run --checkpoint run --epochs 2
}

a_run_with_nothing_left_to_train_writes_its_checkpoint() {
    train "$scratch/part" --epochs 1 --train-limit 64 --checkpoint "$scratch/c"
    train "$scratch/rest" --resume "$scratch/c" --checkpoint "$scratch/d"
    train "$scratch/again" --resume "$scratch/d"
    cmp "$scratch/rest" "$scratch/again"
    fails_with 2 train "$scratch/out" --epochs 0 --checkpoint "$scratch/e"
}

# More than a pipe holds.
a_signal_is_obeyed_while_stdout_waits_for_its_reader() {
    mkfifo "$scratch/pipe"
    (sleep 1.5 && cat) <"$scratch/pipe" >"$scratch/lines" &
    reader=$!
    "$program" --data "$drawn" --epochs 1000000 --train-limit 1 --test-limit 1 >"$scratch/pipe" 2>"$scratch/err" &
    process=$!
    sleep 1
    kill -s TERM "$process"
    status=0
    wait "$process" || status=$?
    wait "$reader"
    cat "$scratch/err"
    expect test "$status" -eq "$terminated"
    # shellcheck disable=SC2016 # awk's fields
    expect awk '{ if ($2 != NR - 1) wrong = 1 } END { exit wrong || NR < 100 }' "$scratch/lines"
}

a_lost_terminal_is_a_signal_like_others_but_for_nohup() {
    stop_by HUP 129 "$scratch/checkpoint"
    expect grep -q '^Stopped in epoch' "$scratch/err"
    nohup "$program" --data "$drawn" --epochs 150 --checkpoint "$scratch/other" >"$scratch/out" 2>"$scratch/err" &
    process=$!
    until [ -e "$scratch/other" ]; do sleep 0.01; done
    kill -s HUP "$process"
    wait "$process"
    expect grep -q '^Test Accuracy' "$scratch/out"
}

a_reader_that_leaves_ends_it_quietly() {
    status=0
    { "$program" --data "$drawn" --epochs 200 2>"$scratch/err" || echo $? >"$scratch/status"; } | head -n 1
    grep -x 141 "$scratch/status"
    fails_with 1 grep -q 'mnist-train:' "$scratch/err"
}

mapfile -t tests < <(sed -n 's/^\([a-z0-9_]*\)() {$/\1/p' "$0" | grep -vxE 'train|ends_the_same|stop_by')
tap_run "${tests[@]}"
