#!/usr/bin/env bats
# Builds by gcc and clang without a warning, at every level of optimisation, and the same results from
# each of them.
load ../support/program

builds=$root/build/ci

@test "gcc builds all without a warning" {
    make -C "$root" -j2 BUILD="$builds/gcc" CC=gcc WERROR=1 all docs tests bench-programs
}

@test "clang builds all without a warning" {
    make -C "$root" -j2 BUILD="$builds/clang" CC=clang WERROR=1 all docs tests bench-programs
}

@test "builds without optimisation and for any processor have no warning" {
    make -C "$root" -j2 BUILD="$builds/plain" CC=gcc CFLAGS=-O0 WERROR=1 all
    make -C "$root" -j2 BUILD="$builds/any" CC=gcc ARCH= WERROR=1 all
}

# Each level and each standard once, and the compilers in turn.
@test "builds at other levels and in c17 have no warning" {
    for build in gcc-O1-c17 clang-O0-c17 gcc-O2-c11 clang-O2-c17 clang-O1-c11; do
        IFS=- read -r compiler level standard <<<"$build"
        make -C "$root" -j2 BUILD="$builds/$build" CC="$compiler" CFLAGS="-$level" STD="$standard" WERROR=1 all
    done
}

# Leaves the lines of a run, without the seconds, in $scratch/BUILD, and the weights in $scratch/BUILD.weights.
lines_of() { # BUILD
    "$builds/$1/mnist-train" --data "$root/data/drawn" --epochs 2 --save "$scratch/$1.weights" 2>/dev/null |
        sed 's/ | [0-9.]* s$//' >"$scratch/$1"
}

# Compares the lines and the weights with those of gcc.
same_as_gcc() { # BUILD
    lines_of "$1"
    cmp "$scratch/gcc" "$scratch/$1"
    cmp "$scratch/gcc.weights" "$scratch/$1.weights"
}

@test "every compiler and level gives the same bits" {
    lines_of gcc
    cat "$scratch/gcc"
    for build in clang plain gcc-O1-c17 clang-O0-c17 gcc-O2-c11 clang-O2-c17 clang-O1-c11; do
        same_as_gcc "$build"
    done
}

@test "a program for any processor agrees to the last digits" {
    lines_of gcc
    lines_of any
    paste "$scratch/gcc" "$scratch/any"
    expect losses_agree "$scratch/gcc" "$scratch/any"
}
