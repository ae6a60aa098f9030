#!/usr/bin/env bats
# The C programs and whole runs under sanitizers.
load ../support/program

# Builds with sanitizers, and runs the C programs. The comparisons with PyTorch are long runs of the same code.
run_sanitized() { # SANITIZERS PROGRAM...
    need clang
    export BUILD=build/${1%%,*} TEST_SKIP='*as_pytorch*'
    make -C "$root" -j2 CC=clang CFLAGS="-O1 -gline-tables-only" ARCH= SANITIZE="$1" all "${@:2}"
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
    whole_runs "$root/$BUILD/mnist-train"
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
