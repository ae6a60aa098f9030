#!/usr/bin/env bats
# The number of threads does not change the results, and threads share scarce processors.
load ../support/program

drawn=$root/data/drawn

# Prints the run's lines without the seconds.
lines_of() { # THREADS OPTION...
    local threads=$1
    shift
    timeout 120 "$program" --threads "$threads" "$@" 2>"$scratch/err" | sed 's/ | [0-9.]* s$//'
}

# Fails unless the run prints the same with one to five threads.
threads_agree() { # OPTION...
    lines_of 1 "$@" >"$scratch/one"
    cat "$scratch/one"
    expect grep -q '^Test Accuracy' "$scratch/one"
    for threads in 2 3 4 5; do
        lines_of "$threads" "$@" >"$scratch/more"
        cmp "$scratch/one" "$scratch/more"
    done
}

@test "every number of threads prints the same bytes" {
    threads_agree --data "$drawn" --epochs 2
    threads_agree --data "$drawn" --epochs 2 --batch 50 --loss logits --seed 3
    threads_agree --data "$drawn" --epochs 2 --batch 4096
    threads_agree --data "$drawn" --epochs 2 --batch 1 --train-limit 100
}

@test "real mnist trains the same with every number of threads" {
    real_mnist
    threads_agree --data "$mnist" --epochs 2
}

@test "haswell kernels agree with pytorch for every number of threads" {
    real_mnist
    [ "$(uname -m)" = x86_64 ] || skip "OpenBLAS's Haswell kernels need an x86-64 processor"
    export OPENBLAS_CORETYPE=Haswell
    threads_agree --data "$mnist" --epochs 1
    expect grep -q 'kernel: Haswell' "$scratch/err"
    expect grep -q '^Epoch: 0 | Loss: 1.59[45]' "$scratch/one"
}

@test "the default is the number of available processors" {
    "$program" --data "$drawn" --epochs 1 --train-limit 64 >/dev/null 2>"$scratch/err"
    processors=$(nproc)
    [ "$processors" -le 4 ] || processors=4
    expect grep -q "^Threads: $processors," "$scratch/err"
    command -v taskset >/dev/null || skip "taskset is missing"
    taskset -c 0 "$program" --data "$drawn" --epochs 1 --train-limit 64 >/dev/null 2>"$scratch/err"
    expect grep -q '^Threads: 1,' "$scratch/err"
}

@test "at most four threads are used" {
    lines_of 1024 --data "$drawn" --epochs 1 --train-limit 64 >/dev/null
    expect grep -q '^Threads: 4,' "$scratch/err"
}

@test "four threads share one processor" {
    command -v taskset >/dev/null || skip "taskset is missing"
    timeout 120 taskset -c 0 "$program" --threads 4 --data "$drawn" --epochs 2 |
        sed 's/ | [0-9.]* s$//' >"$scratch/shared"
    lines_of 1 --data "$drawn" --epochs 2 >"$scratch/one"
    cmp "$scratch/one" "$scratch/shared"
}

# As in a container with a quota of half a core: all threads are stopped half of the time.
@test "a quota of half a core is enough" {
    group=/sys/fs/cgroup/cpu/mnist-train-$$
    mkdir "$group" 2>/dev/null || skip "cannot create a control group with a CPU quota"
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
