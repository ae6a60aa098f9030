#!/bin/bash
# The number of threads: the same results for each, and no hang where processors are scarce.
set -eu
. "$(dirname "$0")/tap.sh"

drawn=$root/data/drawn

# Prints the run's lines without the seconds.
lines_of() { # THREADS OPTION...
    local threads=$1
    shift
    timeout 120 "$program" --threads "$threads" "$@" 2>"$scratch/err" | sed 's/ | [0-9.]* s$//'
}

# The same run with one to five threads must print the same.
threads_agree() { # OPTION...
    lines_of 1 "$@" >"$scratch/one"
    cat "$scratch/one"
    expect grep -q '^Test Accuracy' "$scratch/one"
    for threads in 2 3 4 5; do
        lines_of "$threads" "$@" >"$scratch/more"
        cmp "$scratch/one" "$scratch/more"
    done
}

every_number_of_threads_prints_the_same_bytes() {
    threads_agree --data "$drawn" --epochs 2
    threads_agree --data "$drawn" --epochs 2 --batch 50 --loss logits --seed 3
    threads_agree --data "$drawn" --epochs 2 --batch 4096
    threads_agree --data "$drawn" --epochs 2 --batch 1 --train-limit 100
}

real_mnist_trains_the_same_with_every_number_of_threads() {
    real_mnist
    threads_agree --data "$mnist" --epochs 2
}

other_kernels_agree_with_pytorch_and_among_threads() {
    real_mnist
    [ "$(uname -m)" = x86_64 ] || tap_skip "OpenBLAS's Haswell kernels need an x86-64 processor"
    export OPENBLAS_CORETYPE=Haswell
    threads_agree --data "$mnist" --epochs 1
    expect grep -q 'kernel: Haswell' "$scratch/err"
    expect grep -q '^Epoch: 0 | Loss: 1.59[45]' "$scratch/one"
}

threads_default_to_the_processors_allowed() {
    "$program" --data "$drawn" --epochs 1 --train-limit 64 >/dev/null 2>"$scratch/err"
    processors=$(nproc)
    [ "$processors" -le 4 ] || processors=4
    expect grep -q "^Threads: $processors," "$scratch/err"
    command -v taskset >/dev/null || tap_skip "taskset is not here"
    taskset -c 0 "$program" --data "$drawn" --epochs 1 --train-limit 64 >/dev/null 2>"$scratch/err"
    expect grep -q '^Threads: 1,' "$scratch/err"
}

more_threads_than_have_work_are_as_many_as_have() {
    lines_of 1024 --data "$drawn" --epochs 1 --train-limit 64 >/dev/null
    expect grep -q '^Threads: 4,' "$scratch/err"
}

four_threads_share_one_processor() {
    command -v taskset >/dev/null || tap_skip "taskset is not here"
    timeout 120 taskset -c 0 "$program" --threads 4 --data "$drawn" --epochs 2 |
        sed 's/ | [0-9.]* s$//' >"$scratch/shared"
    lines_of 1 --data "$drawn" --epochs 2 >"$scratch/one"
    cmp "$scratch/one" "$scratch/shared"
}

# As in a container that may use half a core: both threads are stopped half of the time.
half_a_core_is_enough() {
    group=/sys/fs/cgroup/cpu/mnist-train-$$
    mkdir "$group" 2>/dev/null || tap_skip "no control group with a share of the processor can be made"
    trap 'rmdir "$group"' EXIT
    echo 100000 >"$group/cpu.cfs_period_us"
    echo 50000 >"$group/cpu.cfs_quota_us"
    for threads in 1 2 4; do
        # shellcheck disable=SC2016 # the inner shell's
        timeout 120 sh -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' sh "$group" \
            "$program" --threads "$threads" --data "$drawn" --epochs 2 |
            sed 's/ | [0-9.]* s$//' >"$scratch/half"
        lines_of 1 --data "$drawn" --epochs 2 >"$scratch/one"
        cmp "$scratch/one" "$scratch/half"
    done
}

tap_run every_number_of_threads_prints_the_same_bytes \
    real_mnist_trains_the_same_with_every_number_of_threads \
    other_kernels_agree_with_pytorch_and_among_threads \
    threads_default_to_the_processors_allowed \
    more_threads_than_have_work_are_as_many_as_have \
    four_threads_share_one_processor \
    half_a_core_is_enough
