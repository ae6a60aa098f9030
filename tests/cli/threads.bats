#!/usr/bin/env bats
# The number of threads does not change the results, and threads share scarce processors.
load ../support/program

small=(--epochs 2 --train-limit 1010)

# tests/unit/trainer.c and train_loop.c have more threads, batches and transforms.
@test "every number of threads prints the same bytes" {
    train "$scratch/one" "${small[@]}" --batch 50 --rotate 20 --threads 1
    for threads in 2 4; do
        train "$scratch/more" "${small[@]}" --batch 50 --rotate 20 --threads "$threads"
        cmp "$scratch/one" "$scratch/more"
    done
}

@test "the default is the number of available processors, at most four" {
    train "$scratch/out" "${small[@]}"
    processors=$(nproc)
    expect grep -q "^Threads: $((processors < 4 ? processors : 4))," "$scratch/err"
    train "$scratch/out" "${small[@]}" --threads 1024
    expect grep -q '^Threads: 4,' "$scratch/err"
}

@test "four threads share one processor" {
    need taskset
    taskset -c 0 "$program" "${data[@]}" "${small[@]}" --threads 4 2>"$scratch/err" | without_seconds >"$scratch/shared"
    expect grep -q '^Threads: 4,' "$scratch/err"
    train "$scratch/one" "${small[@]}" --threads 1
    cmp "$scratch/one" "$scratch/shared"
    taskset -c 0 "$program" "${data[@]}" "${small[@]}" 2>"$scratch/err" >"$scratch/out"
    expect grep -q '^Threads: 1,' "$scratch/err"
}
