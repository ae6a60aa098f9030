#!/bin/bash
# The team of threads under the thread sanitizer.
set -eu
. "$(dirname "$0")/../tap.sh"
unset MAKEFLAGS MAKELEVEL

export TSAN_OPTIONS=halt_on_error=1:allocator_may_return_null=1
build=$root/build/thread-sanitizer

the_suite_builds_with_the_thread_sanitizer() {
    make -C "$root" -j2 BUILD="$build" CC=clang CFLAGS="-O1 -g" ARCH= SANITIZE=thread all tests
}

the_team_is_clean() {
    CMOCKA_MESSAGE_OUTPUT=TAP "$build/tests/test_team"
}

batches_are_clean() {
    CMOCKA_MESSAGE_OUTPUT=TAP "$build/tests/test_batches"
}

runs_of_any_number_of_threads_are_clean() {
    for threads in 1 2 3 4; do
        "$build/mnist-train" --data "$root/data/drawn" --epochs 1 --threads "$threads" --batch 50
    done
    "$build/mnist-train" --data "$root/data/drawn" --epochs 1 --threads 3 --rotate 10 --hflip 0.5 \
        --log "$scratch/log" --report "$scratch/report"
    fails_with 1 "$build/mnist-train" --data "$root/data/drawn" --lr 1e30 --threads 4
}

saving_resuming_and_predicting_are_clean() {
    MNIST_TRAIN=$build/mnist-train KILLS=3 "$root/tests/test_resume.sh"
    MNIST_TRAIN=$build/mnist-train "$root/tests/test_predict.sh"
}

tap_run the_suite_builds_with_the_thread_sanitizer \
    the_team_is_clean \
    batches_are_clean \
    runs_of_any_number_of_threads_are_clean \
    saving_resuming_and_predicting_are_clean
