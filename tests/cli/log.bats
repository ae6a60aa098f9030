#!/usr/bin/env bats
# The log of a run as lines of JSON.
load ../support/program

drawn=$root/data/drawn
log=("$program" --data "$drawn" --train-limit 640 --test-limit 500 --quiet)

@test "the log has the numbers of stdout" {
    need jq
    "${log[@]}" --epochs 3 --log "$scratch/log.jsonl" >"$scratch/out"
    jq -r 'select(.event == "epoch") | [.epoch, .tutorial.loss, .tutorial.accuracy] | @tsv' "$scratch/log.jsonl" |
        while IFS=$(printf '\t') read -r epoch loss accuracy; do
            printf 'Epoch: %d | Loss: %.4f | Train Accuracy: %.2f\n' "$epoch" "$loss" "$accuracy"
        done >"$scratch/expected"
    jq -r 'select(.event == "test").tutorial.accuracy' "$scratch/log.jsonl" |
        xargs printf 'Test Accuracy: %.2f\n' >>"$scratch/expected"
    expect diff "$scratch/out" "$scratch/expected"
}

@test "the first line has the settings and the command" {
    need jq
    "${log[@]}" --epochs 1 --seed 18446744073709551615 --rotate 10 --hflip 0.5 --log "$scratch/log.jsonl"
    expect test "$(sed -n 1p "$scratch/log.jsonl" |
        jq -c '[.event, .epochs, .batch, .lr, .loss, .transforms, .train.count, .test.count]')" = \
        '["run",1,32,0.001,"tutorial",[{"name":"RandomRotation","amount":10},{"name":"RandomHorizontalFlip","amount":0.5}],640,500]'
    expect grep -q '"seed":18446744073709551615,' "$scratch/log.jsonl"
    mapfile -t command < <(sed -n 1p "$scratch/log.jsonl" | jq -r '.command[]')
    cut -d, -f2- "$scratch/log.jsonl" | grep epoch >"$scratch/first"
    "${command[@]}"
    expect test "$(jq -c 'select(.event != "run") | del(.seconds)' "$scratch/log.jsonl" | wc -l)" -eq 2
}

@test "a run that only tests has no training set" {
    need jq
    MNIST_DATA=$drawn OPENBLAS_CORETYPE=Haswell "${log[@]}" --epochs 0 --log "$scratch/log.jsonl"
    expect test "$(jq -r .event "$scratch/log.jsonl" | xargs)" = "run test"
    expect test "$(sed -n 1p "$scratch/log.jsonl" | jq -c '[.train, .variables]')" = \
        "[null,[\"MNIST_DATA=$drawn\",\"OPENBLAS_CORETYPE=Haswell\"]]"
}

@test "exact accuracy is that of the images" {
    need jq
    "${log[@]}" --epochs 1 --log "$scratch/log.jsonl"
    expect jq -e 'select(.event == "test").exact | .accuracy == 100 * .right / .images and .images == 500' \
        "$scratch/log.jsonl"
}

@test "a resumed run continues the log" {
    need jq
    "${log[@]}" --epochs 1 --checkpoint "$scratch/run" --log "$scratch/log.jsonl"
    "${log[@]}" --epochs 2 --resume "$scratch/run" --log "$scratch/log.jsonl"
    expect test "$(jq -r .event "$scratch/log.jsonl" | xargs)" = "run epoch test run epoch test"
    expect test "$(jq -r 'select(.event == "epoch").epoch' "$scratch/log.jsonl" | xargs)" = "0 1"
}

@test "another run begins a new log" {
    need jq
    "${log[@]}" --epochs 2 --log "$scratch/log.jsonl"
    "${log[@]}" --epochs 1 --log "$scratch/log.jsonl"
    expect test "$(jq -r .event "$scratch/log.jsonl" | xargs)" = "run epoch test"
}

@test "a log cut short is continued on a new line" {
    need jq
    "${log[@]}" --epochs 1 --checkpoint "$scratch/run"
    printf '{"event":"epo' >"$scratch/log.jsonl"
    "${log[@]}" --resume "$scratch/run" --log "$scratch/log.jsonl"
    expect test "$(sed 1d "$scratch/log.jsonl" | jq -r .event | xargs)" = "run test"
}

@test "every line is whole when the run is killed" {
    need jq
    local tries=0
    while [ "$tries" -lt 20 ]; do
        "${log[@]}" --epochs 10000 --log "$scratch/log.jsonl" >"$scratch/out" &
        local run=$! end=$((SECONDS + 30))
        # on a busy machine the first epoch may take longer than all of the pauses
        until grep -qs '"epoch"' "$scratch/log.jsonl" || [ "$SECONDS" -ge "$end" ]; do sleep 0.01; done
        sleep "0.0$((tries % 9 + 1))"
        kill -9 "$run"
        wait "$run" || true
        [ ! -e "$scratch/log.jsonl" ] || expect jq -e .event "$scratch/log.jsonl" >>"$scratch/events"
        tries=$((tries + 1))
    done
    expect grep -q epoch "$scratch/events"
}

@test "a signal and an error have a line" {
    need jq
    "${log[@]}" --epochs 1000000 --log "$scratch/log.jsonl" >"$scratch/out" &
    local run=$!
    until grep -q '"event":"epoch"' "$scratch/log.jsonl" 2>/dev/null; do sleep 0.01; done
    kill -TERM "$run"
    fails_with 143 wait "$run"
    expect test "$(tail -n 1 "$scratch/log.jsonl" | jq -c '[.event, .signal]')" = '["stop",15]'
    fails_with 1 "${log[@]}" --lr 1e30 --log "$scratch/log.jsonl" 2>"$scratch/err"
    expect test "mnist-train: $(tail -n 1 "$scratch/log.jsonl" | jq -r .text)" = "$(cat "$scratch/err")"
}

@test "strange names are escaped" {
    need jq
    local directory="$scratch/<b>\"x\\ "$'\n\xff'
    mkdir "$directory"
    cp "$drawn"/*.gz "$directory"
    "$program" --data "$directory" --epochs 1 --train-limit 32 --quiet --log "$scratch/log.jsonl"
    expect test "$(sed -n 1p "$scratch/log.jsonl" | jq -r '.train.images | contains("<b>\"x\\ \n\ufffd")')" = true
}

@test "a log that cannot be written is found before training" {
    fails_with 1 "${log[@]}" --epochs 100000 --log "$scratch/missing/log.jsonl" 2>"$scratch/err"
    expect grep -q "cannot write .*missing/log.jsonl: No such file" "$scratch/err"
    fails_with 1 "${log[@]}" --epochs 100000 --log "$scratch" 2>"$scratch/err"
    expect grep -q ': expected a regular file or a new one, found a directory' "$scratch/err"
}

# 4 blocks of 512 bytes: the first lines fit.
@test "a full disk leaves whole lines and the exit status 1" {
    need jq
    (
        ulimit -f 4
        fails_with 1 "${log[@]}" --epochs 40 --log "$scratch/log.jsonl" >"$scratch/out" 2>"$scratch/err"
    )
    expect grep -q 'log.jsonl: .*File too large' "$scratch/err"
    expect jq -e .event "$scratch/log.jsonl"
    # the run itself went on
    expect grep -q '^Test Accuracy' "$scratch/out"
}

@test "a pipe or stdout can have the log" {
    need jq
    "${log[@]}" --epochs 1 --log >(cat >"$scratch/piped") >"$scratch/out"
    until [ "$(wc -l <"$scratch/piped")" -eq 3 ]; do sleep 0.01; done
    expect jq -e .event "$scratch/piped"
    "${log[@]}" --epochs 1 --log /dev/stdout >"$scratch/both"
    expect test "$(grep -c '^{' "$scratch/both")" -eq 3
    expect test "$(grep -vc '^{' "$scratch/both")" -eq 2
}
