#!/bin/bash
# The Makefile, as those who build with it see it.
set -eu
. "$(dirname "$0")/tap.sh"

# The headers and sources alone: quick to build, and the checkout stays as it is.
copy_sources() {
    mkdir "$scratch/copy"
    cp -r "$root/Makefile" "$root/src" "$root/include" "$scratch/copy"
    cd "$scratch/copy"
    unset MAKEFLAGS MAKELEVEL
}

a_missing_cblas_h_is_named_with_its_package() {
    copy_sources
    fails_with 2 make CPPFLAGS=-nostdinc >"$scratch/out" 2>&1
    cat "$scratch/out"
    expect grep -q 'cblas.h: expected .* libopenblas-dev' "$scratch/out"
}

the_users_compiler_and_flags_are_used() {
    copy_sources
    make -n V=1 CC=my-cc CFLAGS=-my-cflag CPPFLAGS=-my-cppflag LDFLAGS=-my-ldflag LDLIBS=-my-lib \
        >"$scratch/out"
    expect grep -q '^my-cc .*-my-cppflag -my-cflag .*-c ' "$scratch/out"
    expect grep -q '^my-cc .*-my-ldflag -o build/mnist-train .*-my-lib' "$scratch/out"
    fails_with 1 grep -qE '^(cc|gcc|clang) ' "$scratch/out"
}

objects_follow_their_headers_and_nothing_else() {
    copy_sources
    make CFLAGS=-O0 >"$scratch/out"
    make CFLAGS=-O0 >"$scratch/out"
    fails_with 1 grep -q "^CC " "$scratch/out"
    sleep 1 # the clock of some file systems
    touch include/nn/adam.h
    make CFLAGS=-O0 >"$scratch/out"
    expect grep -q 'src/nn/adam.c' "$scratch/out"
    expect grep -q 'src/train/trainer.c' "$scratch/out"
    fails_with 1 grep -q 'src/io/idx.c' "$scratch/out"
    make CFLAGS=-O1 >"$scratch/out" # other flags: all anew
    expect grep -q 'src/io/idx.c' "$scratch/out"
}

clean_leaves_what_was_there_before() {
    copy_sources
    make CFLAGS=-O0 >/dev/null
    make clean >/dev/null
    expect test "$(find . -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort | tr '\n' ' ')" = "Makefile include src "
    make help | grep 'make check'
}

tap_run a_missing_cblas_h_is_named_with_its_package \
    the_users_compiler_and_flags_are_used \
    objects_follow_their_headers_and_nothing_else \
    clean_leaves_what_was_there_before
