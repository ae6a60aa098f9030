#!/usr/bin/env bats
# Runs with --reproducible give the committed hashes for every compiler, optimisation and target of
# this architecture. other_blas.sh checks other BLAS libraries; scripts/test-other-machines.sh and
# scripts/test-musl.sh check other architectures and another C library.
load ../support/program

builds=$root/build/ci

# Builds with these settings, and compares the hashes of the groups in $groups. Directories of
# warnings.sh with the same settings are built once.
check_build() { # DIRECTORY SETTING...
    local directory=$builds/$1
    shift
    make -C "$root" -j2 BUILD="$directory" "$@" all
    # shellcheck disable=SC2086 # the groups are words
    "$root/scripts/check-reproducible.sh" --program "$directory/mnist-train" ${groups-small overfitted drawn}
}

need_x86_64() {
    [ "$(uname -m)" = x86_64 ] || skip "this processor is not an x86-64 one"
}

@test "gcc at every level gives the committed hashes" {
    need gcc
    groups="small overfitted" check_build plain CC=gcc CFLAGS=-O0 WERROR=1
    check_build gcc-O2-c11 CC=gcc CFLAGS=-O2 STD=c11 WERROR=1
    check_build gcc CC=gcc WERROR=1
}

@test "clang at every level gives the committed hashes" {
    need clang
    groups="small overfitted" check_build clang-O0-c17 CC=clang CFLAGS=-O0 STD=c17 WERROR=1
    check_build clang-O2-c17 CC=clang CFLAGS=-O2 STD=c17 WERROR=1
    check_build clang CC=clang WERROR=1
}

# Each compiler announces the instructions by other macros.
@test "every compiler knows that the processor has fused multiply add" {
    need_x86_64
    need gcc clang
    grep -qw fma /proc/cpuinfo || skip "this processor has no fused multiply-add"
    for build in gcc clang; do
        make -C "$root" -j2 BUILD="$builds/$build" CC="$build" WERROR=1 all
        "$builds/$build/mnist-train" --version >"$scratch/version"
        expect grep -q 'with --reproducible: ordered, fused multiply-add$' "$scratch/version"
    done
}

# The loader chooses among the clones of the hot loops.
@test "a program for any processor gives the committed hashes" {
    need gcc clang
    check_build any CC=gcc ARCH= WERROR=1
    check_build clang-any CC=clang ARCH=
}

@test "a program for avx2 gives the committed hashes" {
    need_x86_64
    grep -qw avx2 /proc/cpuinfo || skip "this processor has no AVX2"
    check_build haswell CC=gcc ARCH=haswell
}

@test "a program for avx512 gives the committed hashes" {
    need_x86_64
    grep -qw avx512vl /proc/cpuinfo || skip "this processor has no AVX-512"
    check_build avx512 CC=clang ARCH=x86-64-v4
}

# Without clones, as under sanitizers, and with glibc's fmaf for processors that cannot do it.
@test "a program without fused multiply add gives the committed hashes" {
    need_x86_64
    export GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2
    groups=small check_build no-fma CC=gcc ARCH=x86-64 CPPFLAGS=-DSANITIZED
    "$builds/no-fma/mnist-train" --version >"$scratch/version"
    expect grep -q 'software multiply-add' "$scratch/version"
}
