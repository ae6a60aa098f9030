#!/usr/bin/env bats
# Builds by gcc and clang, for this processor, for others and as distributions build: no warning, and the
# committed hashes from every one.
load ../support/program

builds=$root/build/ci

# Leaves the lines of a run in the default mode in $scratch/NAME, and its weights in $scratch/NAME.weights.
run_as() { # NAME PROGRAM
    "$2" --data "$drawn" --epochs 1 --save "$scratch/$1.weights" 2>/dev/null | without_seconds >"$scratch/$1"
    cat "$scratch/$1"
}

# Warnings are errors. With scripts/test.sh --ci they are in build/ too, which has the tests by the system's compiler.
build_as() { # NAME TARGETS SETTING...
    # shellcheck disable=SC2086 # words
    make -C "$root" -j2 BUILD="$builds/$1" WERROR=1 $2 "${@:3}"
}

# Compares the hashes of reproducible runs of a build, and runs it in the default mode.
check_build() { # NAME [GROUP]
    "$root/scripts/check-reproducible.sh" --program "$builds/$1/mnist-train" small "${@:2}" drawn
    run_as "$1" "$builds/$1/mnist-train"
}

@test "every compiler and level of optimisation gives the same bits" {
    need gcc clang
    build_as clang all CC=clang STD=c17 # environment.bats builds the tests
    build_as gcc-O0 "all bench-programs" CC=gcc CFLAGS=-O0
    check_build clang overfitted
    check_build gcc-O0
    run_as default "$program" # which the first tier has checked
    for build in clang gcc-O0; do
        cmp "$scratch/default" "$scratch/$build"
        cmp "$scratch/default.weights" "$scratch/$build.weights"
    done
    # each compiler announces the instruction by other macros
    if grep -qw fma /proc/cpuinfo; then
        "$builds/clang/mnist-train" --version | grep 'with --reproducible: ordered, fused multiply-add$'
        "$builds/gcc-O0/mnist-train" --version | grep 'with --reproducible: ordered, fused multiply-add$'
    fi
}

build_package() {
    need gcc dpkg-buildflags
    export DEB_BUILD_MAINT_OPTIONS=hardening=+all
    build_as package all CC=gcc ARCH= LDFLAGS="$(dpkg-buildflags --get LDFLAGS)" \
        CFLAGS="$(dpkg-buildflags --get CFLAGS)" CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"
}

# The program finds out which instruction sets the processor has.
@test "programs for any processor and for avx2 build as packages of distributions do" {
    need clang
    build_package
    check_build package
    [ "$(uname -m)" = x86_64 ] || skip "the target is x86-64"
    grep -qw avx2 /proc/cpuinfo || skip "this processor has no avx2"
    build_as haswell all CC=clang ARCH=haswell CFLAGS=-O2 CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
    check_build haswell
    losses_agree "$scratch/package" "$scratch/haswell"
}

checked() { # ARGUMENT...
    valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=99 \
        "$builds/package/mnist-train" "$@"
}

# Prints the number of allocations of a run.
allocations() { # EPOCHS
    valgrind "$builds/package/mnist-train" --data "$drawn" --train-limit 320 --test-limit 100 --epochs "$1" 2>&1 |
        sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p'
}

# A program for any processor: valgrind does not know AVX-512.
@test "valgrind finds no error, no leak, and no allocation in the training step" {
    need valgrind
    build_package
    whole_runs checked
    one=$(allocations 1)
    expect test -n "$one"
    expect test "$one" = "$(allocations 3)"
}
