#!/bin/bash
# The whole suite again, under the address and undefined-behaviour sanitizers.
set -eu
. "$(dirname "$0")/../tap.sh"
unset MAKEFLAGS MAKELEVEL

export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# The tests ask for more memory than there is, on purpose.
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1
export SANITIZED=yes
build=$root/build/sanitize
export MNIST_TRAIN=$build/mnist-train

names=()
# A test function for each program of the suite.
for source in "$root"/tests/test_*.c; do
    name=$(basename "$source" .c)
    eval "${name}_is_clean() { CMOCKA_MESSAGE_OUTPUT=TAP '$build/tests/$name'; }"
    names+=("${name}_is_clean")
done
for name in test_program test_resume test_predict test_inspect test_log test_report; do
    eval "${name}_sh_is_clean() { '$root/tests/$name.sh'; }"
    names+=("${name}_sh_is_clean")
done

the_suite_builds_with_sanitizers() {
    make -C "$root" -j2 BUILD="$build" CC=clang CFLAGS="-O1 -g" ARCH= SANITIZE=address,undefined all tests
}

tap_run the_suite_builds_with_sanitizers "${names[@]}"
