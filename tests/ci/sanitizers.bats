#!/usr/bin/env bats
# The C programs and whole runs under sanitizers and valgrind.
load ../support/program

small=(--data "$drawn" --train-limit 320 --test-limit 100)

# Builds and runs tests with sanitizers. The comparisons with PyTorch are long runs of the same code.
run_sanitized() { # SANITIZERS TEST...
    export BUILD=$root/build/${1%%,*} SANITIZED=yes TEST_SKIP='*as_pytorch*'
    make -C "$root" -j2 BUILD="$BUILD" CC=clang CFLAGS="-O1 -g" ARCH= SANITIZE="$1" all tests
    program=$BUILD/mnist-train
    local names=("${@:2}")
    MNIST_TRAIN=$program "$root/tests/run.sh" "${names[@]/#unit/$BUILD/tests/unit}"
}

@test "no test has a memory error or undefined behaviour" {
    need clang
    # some tests ask for more memory than there is
    export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    cd "$root/tests"
    for file in unit/*.c; do
        set -- "$@" "${file%.c}"
    done
    run_sanitized address,undefined tests/cli/predict.bats tests/cli/program.bats "$@"
}

@test "no threads race" {
    need clang
    export TSAN_OPTIONS=halt_on_error=1:allocator_may_return_null=1
    run_sanitized thread unit/thread_pool unit/data_loader unit/checkpoint unit/trainer
    for threads in 2 3 4; do
        for mode in --threads=$threads "--threads=$threads --reproducible"; do
            # shellcheck disable=SC2086 # words
            "$program" "${small[@]}" --epochs 2 --batch 50 --rotate 10 --hflip 0.5 $mode --log "$scratch/log" \
                --report "$scratch/report" --save "$scratch/model" --checkpoint "$scratch/checkpoint" --checkpoint-every 2
        done
    done
    fails_with 1 "$program" --data "$drawn" --lr 1e30 --threads 4
    "$program" --load "$scratch/model" --predict "$drawn"
}

# Runs the program under valgrind, whose words are in $scratch/valgrind.
check() { # ARGUMENT...
    valgrind --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=99 \
        "$root/build/valgrind/mnist-train" "${small[@]}" "$@" >"$scratch/out" 2>"$scratch/valgrind" ||
        { cat "$scratch/valgrind" && return 1; }
}

# Prints the number of allocations of a run.
allocations() { # EPOCHS
    check --epochs "$1"
    sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p' "$scratch/valgrind"
}

@test "valgrind finds no error, no leak, and no allocation in the training step" {
    need valgrind
    export OPENBLAS_NUM_THREADS=1
    # valgrind does not support AVX-512
    make -C "$root" -j2 BUILD="$root/build/valgrind" ARCH= CFLAGS="-O1 -g" all
    check --epochs 1 --rotate 10 --hflip 0.5 --grid "$scratch/grid" --log "$scratch/log" --report "$scratch/report" \
        --save "$scratch/model" --checkpoint "$scratch/checkpoint" --checkpoint-every 3
    check --resume "$scratch/checkpoint" --epochs 2
    check --load "$scratch/model" --predict "$drawn"
    expect test "$(wc -l <"$scratch/out")" -eq 1001
    one=$(allocations 1)
    expect test -n "$one"
    expect test "$one" = "$(allocations 3)"
}
