#!/usr/bin/env bats
# The C tests and the shell tests of the program, under the address and undefined-behaviour
# sanitizers.
load ../support/program

export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# Some tests ask for more memory than there is.
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1
export SANITIZED=yes KILLS=3
build=$root/build/sanitize
export MNIST_TRAIN=$build/mnist-train

@test "the suite builds with sanitizers" {
    make -C "$root" -j2 BUILD="$build" CC=clang CFLAGS="-O1 -g" ARCH= SANITIZE=address,undefined all tests
}

# One test for each program of the suite.
names=()
for source in "$root"/tests/test_*.c; do
    name=$(basename "$source" .c)
    eval "${name}_is_clean() { TEST_TIMEOUT=600 CMOCKA_MESSAGE_OUTPUT=TAP '$build/tests/$name'; }"
    names+=("${name}_is_clean")
done
for name in test_program test_output_files test_signals test_resume test_predict test_inspect test_log test_report; do
    eval "${name}_sh_is_clean() { TEST_TIMEOUT=600 '$root/tests/$name.sh'; }"
    names+=("${name}_sh_is_clean")
done
