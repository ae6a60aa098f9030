#!/usr/bin/env bats
# The C programs and whole runs under sanitizers and valgrind.
load ../support/program

# Trains with every output, resumes, predicts and inspects.
whole_runs() { # COMMAND...
    local small=(--data "$drawn" --train-limit 320 --test-limit 100)
    cd "$scratch"
    "$@" "${small[@]}" --epochs 1 --rotate 10 --hflip 0.5 --grid grid --log log --report report --save model \
        --checkpoint checkpoint --checkpoint-every 3
    "$@" "${small[@]}" --resume checkpoint --epochs 2
    "$@" "${small[@]}" --epochs 2 --reproducible --threads 2 --batch 50
    "$@" --load model --predict "$drawn/t10k-images-idx3-ubyte.gz" >predictions
    expect test "$(wc -l <predictions)" -eq 1001
    "$@" --data "$drawn" --info --show 1 --rotate 20
}

# Builds with sanitizers, and runs the C programs and whole runs. The comparisons with PyTorch are long runs of
# the same code.
run_sanitized() { # SANITIZERS PROGRAM...
    need clang
    export BUILD=build/${1%%,*} SANITIZED=yes TEST_SKIP='*as_pytorch*'
    make -C "$root" -j2 CC=clang CFLAGS="-O1 -gline-tables-only" ARCH= SANITIZE="$1" all "${@:2}"
    whole_runs "$root/$BUILD/mnist-train"
    "$root/tests/run.sh" "${@:2}"
}

@test "no test has a memory error or undefined behaviour" {
    # some tests ask for more memory than there is
    export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    cd "$root/tests/unit"
    programs=()
    for file in *.c; do
        programs+=("build/address/tests/unit/${file%.c}")
    done
    run_sanitized address,undefined "${programs[@]}"
}

@test "no threads race" {
    export TSAN_OPTIONS=halt_on_error=1:allocator_may_return_null=1
    run_sanitized thread build/thread/tests/unit/{thread_pool,data_loader,checkpoint,trainer}
    for threads in 2 3 4; do
        for mode in --loss=tutorial --reproducible; do
            "$root/$BUILD/mnist-train" --data "$drawn" --epochs 1 --rotate 10 --threads "$threads" "$mode"
        done
    done
    fails_with 1 "$root/$BUILD/mnist-train" --data "$drawn" --lr 1e30 --threads 4
}

checked() { # ARGUMENT...
    valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=99 \
        "$root/build/valgrind/mnist-train" "$@"
}

# Prints the number of allocations of a run.
allocations() { # EPOCHS
    valgrind "$root/build/valgrind/mnist-train" --data "$drawn" --train-limit 320 --test-limit 100 --epochs "$1" 2>&1 |
        sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p'
}

@test "valgrind finds no error, no leak, and no allocation in the training step" {
    need valgrind
    # valgrind does not support AVX-512
    make -C "$root" -j2 BUILD=build/valgrind ARCH= CFLAGS="-O1 -g" all
    whole_runs checked
    one=$(allocations 1)
    expect test -n "$one"
    expect test "$one" = "$(allocations 3)"
}
