#!/bin/bash
# clang-tidy and cppcheck find nothing, under .clang-tidy and .cppcheck-suppressions.
set -eu
. "$(dirname "$0")/../tap.sh"
unset MAKEFLAGS MAKELEVEL

clang_tidy_and_cppcheck_find_nothing() {
    for tool in clang-tidy cppcheck; do
        command -v "$tool" >/dev/null || tap_skip "$tool is not here"
    done
    make -C "$root" lint
}

# Were they told to look at nothing, they would find nothing.
they_do_find_what_is_wrong() {
    for tool in clang-tidy cppcheck; do
        command -v "$tool" >/dev/null || tap_skip "$tool is not here"
    done
    mkdir "$scratch/src"
    cp -r "$root/Makefile" "$root/include" "$root/.clang-tidy" "$root/.cppcheck-suppressions" "$scratch"
    printf 'int first(void);\nint first(void) {\n    int a[2] = {0};\n    return a[2];\n}\n' >"$scratch/src/wrong.c"
    fails_with 2 make -C "$scratch" lint >"$scratch/found" 2>&1
    cat "$scratch/found"
}

tap_run clang_tidy_and_cppcheck_find_nothing they_do_find_what_is_wrong
