#!/usr/bin/env bats
# The threads under the thread sanitizer: the pool, the data loader, the training loop, whole runs.
load ../support/program

export TSAN_OPTIONS=halt_on_error=1:allocator_may_return_null=1
build=$root/build/thread-sanitizer
export MNIST_TRAIN=$build/mnist-train
names=(test_thread_pool test_data_loader test_sparse_images test_checkpoint test_trainer)

@test "the program builds with the thread sanitizer" {
    make -C "$root" -j2 BUILD="$build" CC=clang CFLAGS="-O1 -g" ARCH= SANITIZE=thread \
        all "${names[@]/#/$build/tests/}"
}

# The comparisons with PyTorch are many, slow runs of the same threads.
@test "c tests are clean" {
    export TEST_LEAVE_OUT=pytorch
    for name in "${names[@]}"; do
        TEST_TIMEOUT=600 CMOCKA_MESSAGE_OUTPUT=TAP "$build/tests/$name"
    done
}

@test "runs with any number of threads are clean" {
    for threads in 1 2 3 4; do
        "$MNIST_TRAIN" --data "$root/data/drawn" --epochs 1 --threads "$threads" --batch 50
    done
    "$MNIST_TRAIN" --data "$root/data/drawn" --epochs 1 --threads 3 --rotate 10 --hflip 0.5 \
        --log "$scratch/log" --report "$scratch/report"
    for threads in 2 3 4; do
        "$MNIST_TRAIN" --data "$root/data/drawn" --epochs 1 --threads "$threads" --batch 50 --reproducible --hflip 0.5
    done
    fails_with 1 "$MNIST_TRAIN" --data "$root/data/drawn" --lr 1e30 --threads 4
    "$MNIST_TRAIN" --data "$root/data/drawn" --epochs 1 --save "$scratch/network"
    "$MNIST_TRAIN" --load "$scratch/network" --predict "$root/data/drawn"
}

@test "saving and resuming are clean" {
    TEST_TIMEOUT=600 KILLS=3 "$root/tests/test_resume.sh"
    TEST_TIMEOUT=600 "$root/tests/test_signals.sh"
}
