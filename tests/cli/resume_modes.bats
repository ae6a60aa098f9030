#!/usr/bin/env bats
# A checkpoint records the mode and the kernel of its run: what a resumed run keeps, refuses and
# announces.
load ../support/program

# Resumes $scratch/c with other numbers of threads. Fails unless the last lines and the weights are
# those of the uninterrupted run, $scratch/whole and $scratch/whole.model.
resumes_as_the_whole_run() { # OPTION...
    for threads in 1 2 3; do
        train "$scratch/rest" --resume "$scratch/c" --epochs 3 --threads "$threads" --save "$scratch/rest.model" "$@"
        expect grep -q 'kernel: ordered$' "$scratch/err"
        expect test "$(grep -c '^Notice: .*kernel' "$scratch/err")" -eq 0
        tail -n "$(wc -l <"$scratch/rest")" "$scratch/whole" | cmp - "$scratch/rest"
        cmp "$scratch/whole.model" "$scratch/rest.model"
    done
}

@test "a resumed run keeps the reproducible mode" {
    for options in "" "--batch 33 --rotate 20 --hflip 0.5" "--batch 4096"; do
        # shellcheck disable=SC2086 # words
        train "$scratch/whole" --reproducible --train-limit 500 --epochs 3 $options --save "$scratch/whole.model"
        # shellcheck disable=SC2086
        train "$scratch/part" --reproducible --train-limit 500 --epochs 1 $options --checkpoint "$scratch/c"
        resumes_as_the_whole_run
        resumes_as_the_whole_run --reproducible
    done
}

@test "a run of the default mode is not resumed reproducibly" {
    train "$scratch/part" --train-limit 100 --epochs 1 --checkpoint "$scratch/c"
    rejects 1 "--reproducible: expected false, as in $scratch/c, found true" --resume "$scratch/c" --reproducible
}

@test "a killed reproducible run is resumed as the whole run" {
    train "$scratch/whole" --reproducible --epochs 3 --save "$scratch/whole.model"
    "$program" --data "$drawn" --reproducible --epochs 3 --checkpoint "$scratch/c" --checkpoint-every 1 \
        >"$scratch/part" 2>/dev/null &
    wait_for_file "$scratch/c" $!
    kill -s KILL $! 2>/dev/null || true
    wait $! 2>/dev/null || true
    resumes_as_the_whole_run
}

# Prints the kernel's name. OpenBLAS obeys the variable only if it is built with several kernels.
kernel_of() { # CORETYPE
    OPENBLAS_CORETYPE=$1 "$program" --version | sed -n 's/^kernel \([^;]*\);.*/\1/p'
}

@test "another kernel is announced in the default mode alone" {
    first=$(kernel_of Prescott)
    second=$(kernel_of Nehalem)
    [ "$first" != "$second" ] || skip "this BLAS library has one kernel, $first"
    export OPENBLAS_CORETYPE=Prescott
    train "$scratch/part" --train-limit 100 --epochs 1 --checkpoint "$scratch/c"
    train "$scratch/rest" --resume "$scratch/c" --epochs 2
    expect test "$(grep -c '^Notice: .*kernel' "$scratch/err")" -eq 0
    OPENBLAS_CORETYPE=Nehalem train "$scratch/rest" --resume "$scratch/c" --epochs 2
    expect grep -q "^Notice: kernel $second, not $first as before: " "$scratch/err"

    train "$scratch/whole" --reproducible --train-limit 100 --epochs 3 --save "$scratch/whole.model"
    train "$scratch/part" --reproducible --train-limit 100 --epochs 1 --checkpoint "$scratch/c"
    export OPENBLAS_CORETYPE=Nehalem
    resumes_as_the_whole_run
}
