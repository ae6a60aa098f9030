#!/usr/bin/env bats
# Signals stop a run after the current batch.
load ../support/program

hung_up=129 interrupted=130 broken_pipe=141 terminated=143

# Sends the signal within an epoch to a run with this checkpoint; the run must end with the status.
stop_by() { # SIGNAL STATUS CHECKPOINT OPTION...
    local signal=$1 status=$2 checkpoint=$3 process
    shift 3
    "$program" --data "$drawn" --epochs 3000 --checkpoint "$checkpoint" "$@" \
        >"$scratch/stopped" 2>"$scratch/err" &
    process=$!
    wait_for_file "$checkpoint" "$process"
    sleep 0.1
    kill -s "$signal" "$process"
    ends_with "$status" "$process"
    cat "$scratch/err"
}

# Fails unless the run that stop_by stopped, resumed for two epochs, equals an uninterrupted one.
can_be_resumed() { # CHECKPOINT
    local epochs
    epochs=$(($(grep -c '^Epoch' "$scratch/stopped") + 2))
    train "$scratch/rest" --resume "$1" --epochs "$epochs"
    train "$scratch/whole" --epochs "$epochs"
    tail -n "$(wc -l <"$scratch/rest")" "$scratch/whole" | cmp - "$scratch/rest"
    expect test "$(wc -l <"$scratch/rest")" -ge 2
}

@test "an interrupt leaves a checkpoint" {
    stop_by INT $interrupted "$scratch/c"
    grep '^Stopped in epoch [0-9]* after [0-9]* of 125 batches' "$scratch/err"
    grep "^Continue with --resume $scratch/c$" "$scratch/err"
    fails_with 1 grep -q '^Test' "$scratch/stopped"
    can_be_resumed "$scratch/c"
}

@test "termination leaves a checkpoint" {
    stop_by TERM $terminated "$scratch/c"
    can_be_resumed "$scratch/c"
}

@test "a hangup stops the run as other signals" {
    stop_by HUP $hung_up "$scratch/c"
    grep '^Stopped in epoch' "$scratch/err"
}

@test "under nohup a hangup is ignored" {
    nohup "$program" --data "$drawn" --epochs 40 --checkpoint "$scratch/c" >"$scratch/out" 2>"$scratch/err" &
    process=$!
    wait_for_file "$scratch/c" "$process"
    kill -s HUP "$process"
    ends_with 0 "$process"
    expect grep -q '^Test Accuracy' "$scratch/out"
}

# Starts a run that blocks in the line of its first epoch, as $process.
block_run() {
    create_full_pipe 0
    "$program" --data "$drawn" --epochs 1000000 --batch 1 --train-limit 2 --test-limit 1 --quiet \
        --checkpoint "$scratch/c" --checkpoint-every 1 >"$scratch/pipe" 2>"$scratch/err" 9>&- &
    process=$!
    wait_for_file "$scratch/c" "$process"
    sleep 0.3
}

# Reads what the blocked run writes, up to its end.
read_pipe() {
    exec 8<"$scratch/pipe" 9>&-
    cat <&8 >"$scratch/lines" &
    reader=$!
    exec 8<&-
}

# Fails unless the run that was blocked ends with the status and has printed its line.
run_ends_with_its_line() { # STATUS
    ends_with "$1" "$process"
    ends_with 0 "$reader"
    tr -d '\0' <"$scratch/lines" | grep '^Epoch: 0 '
}

@test "a signal is obeyed when a slow reader has caught up" {
    block_run
    kill -s TERM "$process"
    sleep 0.1
    read_pipe
    run_ends_with_its_line $terminated
}

@test "a second signal ends the run at once" {
    block_run
    kill -s TERM "$process"
    sleep 0.3
    kill -0 "$process"
    kill -s TERM "$process"
    ends_with $terminated "$process"
}

@test "a reader that leaves ends the run quietly" {
    { "$program" --data "$drawn" --epochs 200 2>"$scratch/err" || echo $? >"$scratch/status"; } | head -n 1
    grep -x $broken_pipe "$scratch/status"
    fails_with 1 grep -q 'mnist-train:' "$scratch/err"
}
