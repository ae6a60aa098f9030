#!/usr/bin/env bats
# Signals stop a run after the current batch. No test depends on when a signal arrives.
load ../support/program

hung_up=129 interrupted=130 broken_pipe=141 terminated=143 out_of_time=152
endless=(--epochs 1000000 --train-limit 320 --test-limit 100)

# Starts a run, sends the signal after the line of its first epoch, and reads its other lines. The run
# must end with the status.
stop_by() { # SIGNAL STATUS OPTION...
    local signal=$1 status=$2
    shift 2
    start "${endless[@]}" "$@"
    read_lines 1 "$scratch/stopped"
    kill -s "$signal" "$process"
    cat <&8 >>"$scratch/stopped"
    ends_with "$status" "$process"
}

@test "a signal leaves a checkpoint that continues the run" {
    stop_by INT $interrupted --checkpoint "$scratch/c"
    fails_with 1 grep -q '^Test' "$scratch/stopped"
    grep '^Stopped in epoch [0-9]* after [0-9]* of 10 batches' "$scratch/err"
    grep '^Continue with --resume ' "$scratch/err"
    local epochs
    epochs=$(($(wc -l <"$scratch/stopped") + 2))
    train "$scratch/rest" --resume "$scratch/c" --epochs "$epochs"
    train "$scratch/whole" "${endless[@]}" --epochs "$epochs"
    expect test "$(wc -l <"$scratch/rest")" -ge 2
    tail -n "$(wc -l <"$scratch/rest")" "$scratch/whole" | cmp - "$scratch/rest"
}

@test "termination, a hangup and the end of the processor time stop a run as an interrupt does" {
    for ending in TERM:$terminated HUP:$hung_up XCPU:$out_of_time; do
        signal=${ending%:*}
        stop_by "$signal" "${ending#*:}" --checkpoint "$scratch/$signal"
        grep '^Stopped in epoch' "$scratch/err"
        expect test -s "$scratch/$signal"
    done
}

# The pipe holds less than 2,000 lines, so the last of them were printed after the hangup.
@test "under nohup a hangup is ignored" {
    (
        trap '' HUP
        start "${endless[@]}"
        read_lines 1 "$scratch/out"
        kill -s HUP "$process"
        head -n 2000 <&8 | tail -n 1 | grep '^Epoch: '
        kill -s KILL "$process"
    )
}

@test "a signal is obeyed when a slow reader has caught up" {
    start_blocked 0 --train-limit 2
    kill -s TERM "$process"
    exec 8<"$scratch/pipe" 9>&-
    tr -d '\0' <&8 >"$scratch/lines"
    ends_with $terminated "$process"
    expect grep -q '^Epoch: 0 ' "$scratch/lines"
}

# Whether the program has got SIGTERM, whose second one then has its default action.
has_terminated_once() {
    local mask
    mask=$(sed -n 's/^SigCgt:\t//p' "/proc/$process/status")
    [ $((0x$mask >> 14 & 1)) -eq 0 ]
}

@test "a second signal ends the run at once" {
    start_blocked 0 --train-limit 2
    fails_with 1 has_terminated_once
    kill -s TERM "$process"
    wait_until "$process" has_terminated_once
    wait_until "$process" is_blocked
    kill -s TERM "$process"
    ends_with $terminated "$process"
}

@test "a reader that leaves ends the run quietly" {
    { "$program" "${data[@]}" "${endless[@]}" 2>"$scratch/err" || echo $? >"$scratch/status"; } | head -n 1
    grep -x $broken_pipe "$scratch/status"
    fails_with 1 grep -q 'mnist-train:' "$scratch/err"
}
