#!/usr/bin/env bats
# make lint finds nothing, and finds a fault that is put in.
load ../support/program

lint() { # TARGET TOOL
    need "$2"
    make -C "$root" "$1"
}

@test "the sources are formatted" {
    lint lint-format clang-format
}

@test "shellcheck finds nothing" {
    lint lint-shell shellcheck
}

@test "every directory includes what it may" {
    lint lint-layers awk
}

@test "clang tidy finds nothing" {
    lint lint-tidy clang-tidy
}

@test "cppcheck finds nothing" {
    lint lint-cppcheck cppcheck
}

@test "each tool finds a fault" {
    need clang-format clang-tidy cppcheck
    mkdir -p "$scratch/src/base" "$scratch/include" "$scratch/scripts"
    cp "$root/Makefile" "$root/.clang-format" "$root/.clang-tidy" "$root/.cppcheck-suppressions" "$scratch"
    cp "$root/scripts/check-layers.sh" "$scratch/scripts"
    cat >"$scratch/src/base/wrong.c" <<'SOURCE'
#include "nn/network.h"
int  one(void);
int one(void) {
    const int *p = 0;
    return *p;
}
int two(void);
int two(void) {
    const int *p = 0;
    return *p; // NOLINT
}
SOURCE
    mkdir -p "$scratch/include/nn"
    touch "$scratch/include/nn/network.h"
    fails_with 2 make -k -C "$scratch" lint-format lint-layers lint-tidy lint-cppcheck >"$scratch/found" 2>&1
    cat "$scratch/found"
    expect grep -q 'wrong.c:2:4: error: code should be clang-formatted' "$scratch/found"
    expect grep -q 'wrong.c:1: src/base must not include nn/' "$scratch/found"
    expect grep -q 'wrong.c:5:.*\[clang-analyzer-core.NullDereference' "$scratch/found"
    expect grep -q 'wrong.c:10:.*\[nullPointer\]' "$scratch/found"
}
