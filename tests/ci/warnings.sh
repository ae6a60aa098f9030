#!/bin/bash
# Every warning is an error, under gcc and clang; and both compilers' programs print the same.
set -eu
. "$(dirname "$0")/../tap.sh"
unset MAKEFLAGS MAKELEVEL

builds=$root/build/ci

gcc_builds_all_without_a_warning() {
    make -C "$root" -j2 BUILD="$builds/gcc" CC=gcc WERROR=1 all tests "$builds/gcc/tests/bench_step"
}

clang_builds_all_without_a_warning() {
    make -C "$root" -j2 BUILD="$builds/clang" CC=clang WERROR=1 all tests "$builds/clang/tests/bench_step"
}

the_plain_architecture_builds_too() {
    make -C "$root" -j2 BUILD="$builds/plain" CC=gcc ARCH= CFLAGS=-O0 WERROR=1 all
}

every_compiler_and_level_gives_the_same_bits() {
    for compiler in gcc clang plain; do
        "$builds/$compiler/mnist-train" --data "$root/data/drawn" --epochs 2 2>/dev/null |
            sed 's/ | [0-9.]* s$//' >"$scratch/$compiler"
    done
    cat "$scratch/gcc"
    cmp "$scratch/gcc" "$scratch/clang"
    cmp "$scratch/gcc" "$scratch/plain"
}

tap_run gcc_builds_all_without_a_warning \
    clang_builds_all_without_a_warning \
    the_plain_architecture_builds_too \
    every_compiler_and_level_gives_the_same_bits
