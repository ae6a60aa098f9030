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

# Builds without a warning, and compares the hashes of reproducible runs.
check_build() { # NAME TARGETS SETTING...
    local built=$builds/$1/mnist-train
    # shellcheck disable=SC2086 # words
    make -C "$root" -j2 BUILD="$builds/$1" WERROR=1 $2 "${@:3}"
    "$root/scripts/check-reproducible.sh" --program "$built" small overfitted drawn
    run_as "$1" "$built"
}

@test "every compiler and level of optimisation gives the same bits" {
    need gcc clang
    run_as gcc "$program"
    check_build clang all CC=clang STD=c17 # environment.bats builds the tests
    check_build gcc-O0 "all tests bench-programs" CC=gcc CFLAGS=-O0
    for build in clang gcc-O0; do
        cmp "$scratch/gcc" "$scratch/$build"
        cmp "$scratch/gcc.weights" "$scratch/$build.weights"
    done
    # each compiler announces the instruction by other macros
    if grep -qw fma /proc/cpuinfo; then
        "$builds/clang/mnist-train" --version | grep 'with --reproducible: ordered, fused multiply-add$'
        "$program" --version | grep 'with --reproducible: ordered, fused multiply-add$'
    fi
}

# The program finds out which instruction sets the processor has.
@test "programs for any processor and for avx2 build as packages of distributions do" {
    need gcc clang dpkg-buildflags
    export DEB_BUILD_MAINT_OPTIONS=hardening=+all
    check_build package all CC=gcc ARCH= LDFLAGS="$(dpkg-buildflags --get LDFLAGS)" \
        CFLAGS="$(dpkg-buildflags --get CFLAGS)" CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"
    [ "$(uname -m)" = x86_64 ] || skip "the target is x86-64"
    grep -qw avx2 /proc/cpuinfo || skip "this processor has no avx2"
    check_build haswell all CC=clang ARCH=haswell CFLAGS=-O2 CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
    losses_agree "$scratch/package" "$scratch/haswell"
}
