#!/usr/bin/env bats
# gcc vectorises the hot loops for AVX2 and for AVX-512. A loop that it does not vectorise is several
# times as slow and gives the same results, so that no other test would fail.
load ../support/program
cd "$root"

# FILE FUNCTION...: at least one loop of each must be vectorised.
hot_loops='
src/base/random.c temper refill random_bernoulli
src/data/sparse_images.c count_nonzero encode_images
src/nn/adam_kernel.c update_all update_row
src/nn/layers.c bias_backward relu_forward dropout_forward relu_dropout_backward exp_and_sums softmax_forward softmax_backward softmax_cross_entropy
src/nn/network.c flush_tiny_gradients
'

# The flags that the Makefile compiles with for this processor, as words.
compile_flags() { # ARCH
    make -n V=1 -B BUILD="$scratch/build" CC=gcc ARCH="$1" "$scratch/build/nn/layers.o" |
        sed -n '/ -MMD /{ s/ -MMD .*//; s/^.*gcc \(-std=.*\)/\1/p; q; }'
}

# Prints FUNCTION for each function of the file in which gcc vectorises a loop.
vectorised_functions() { # FILE FLAGS
    eval "gcc $2 -fopt-info-vec-optimized -c -o '$scratch/object.o' '$1'" 2>&1 |
        sed -n 's/^[^:]*:\([0-9]*\):.*loop vectorized.*/\1/p' | sort -un >"$scratch/lines"
    # a function starts in column 1 and ends with a brace in column 1
    awk -v lines="$scratch/lines" '
        BEGIN { while ((getline line <lines) > 0) vectorised[line] = 1 }
        /^[A-Za-z].*\(/ && match($0, /[a-z_0-9]+\(/) { name = substr($0, RSTART, RLENGTH - 1) }
        FNR in vectorised && name { print name }
        /^}/ { name = "" }' "$1" | sort -u
}

missing_loops() { # FLAGS
    while read -r file functions; do
        [ -n "$file" ] || continue
        vectorised_functions "$file" "$1" >"$scratch/found"
        for function in $functions; do
            grep -qx "$function" "$scratch/found" || echo "$file: $function"
        done
    done <<<"$hot_loops"
}

hot_loops_are_vectorised() { # ARCH
    [ "$(uname -m)" = x86_64 ] || skip "the targets are x86-64"
    flags=$(compile_flags "$1")
    echo "$flags"
    missing_loops "$flags" >"$scratch/missing"
    cat "$scratch/missing"
    expect test ! -s "$scratch/missing"
}

@test "hot loops are vectorised for avx2" {
    hot_loops_are_vectorised haswell
}

@test "hot loops are vectorised for avx512" {
    hot_loops_are_vectorised x86-64-v4
}

# The flag without which gcc kept a branch for each element.
@test "a loop that is not vectorised is found" {
    [ "$(uname -m)" = x86_64 ] || skip "the targets are x86-64"
    flags=$(compile_flags haswell)
    missing_loops "${flags/-fno-trapping-math/}" >"$scratch/missing"
    expect grep -qx 'src/nn/layers.c: relu_dropout_backward' "$scratch/missing"
}
