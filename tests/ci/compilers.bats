#!/usr/bin/env bats
# Builds by gcc and clang, for this processor, for others and as distributions build: no warning, and the
# committed hashes from every one. gcc vectorises the hot loops.
load ../support/program

builds=$root/build/ci

# Builds without a warning, and compares the hashes of reproducible runs. Leaves the lines of a run in
# the other mode in $scratch/NAME, and its weights in $scratch/NAME.weights.
check_build() { # NAME TARGETS SETTING...
    local built=$builds/$1/mnist-train
    # shellcheck disable=SC2086 # words
    make -C "$root" -j2 BUILD="$builds/$1" WERROR=1 $2 "${@:3}"
    # shellcheck disable=SC2086 # words
    "$root/scripts/check-reproducible.sh" --program "$built" ${groups-small overfitted drawn}
    "$built" --data "$drawn" --epochs 1 --save "$scratch/$1.weights" 2>/dev/null | sed 's/ | [0-9.]* s$//' >"$scratch/$1"
    cat "$scratch/$1"
}

need_x86_64() { # INSTRUCTIONS
    [ "$(uname -m)" = x86_64 ] || skip "the targets are x86-64"
    grep -qw "$1" /proc/cpuinfo || skip "this processor has no $1"
}

@test "every compiler and level of optimisation gives the same bits" {
    need gcc clang
    check_build gcc "all tests bench-programs" CC=gcc
    check_build clang "all tests bench-programs" CC=clang STD=c17
    check_build gcc-O0 all CC=gcc CFLAGS=-O0
    for build in clang gcc-O0; do
        cmp "$scratch/gcc" "$scratch/$build"
        cmp "$scratch/gcc.weights" "$scratch/$build.weights"
    done
    # each compiler announces the instruction by other macros
    if grep -qw fma /proc/cpuinfo; then
        "$builds/clang/mnist-train" --version | grep 'with --reproducible: ordered, fused multiply-add$'
        "$builds/gcc/mnist-train" --version | grep 'with --reproducible: ordered, fused multiply-add$'
    fi
}

# The loader chooses among the clones of the hot loops.
@test "programs for any processor build as packages of distributions do" {
    need gcc clang dpkg-buildflags
    export DEB_BUILD_MAINT_OPTIONS=hardening=+all
    check_build package all CC=gcc ARCH= LDFLAGS="$(dpkg-buildflags --get LDFLAGS)" \
        CFLAGS="$(dpkg-buildflags --get CFLAGS)" CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"
    check_build fortified all CC=clang ARCH= CFLAGS=-O2 CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
    losses_agree "$scratch/package" "$scratch/fortified"
}

@test "programs for avx2 and avx512 give the committed hashes" {
    need_x86_64 avx2
    check_build haswell all CC=gcc ARCH=haswell
    need_x86_64 avx512vl
    check_build avx512 all CC=clang ARCH=x86-64-v4
}

# With glibc's fmaf for processors that cannot do it.
@test "a program without fused multiply add gives the committed hashes" {
    need_x86_64 sse2
    export GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2
    groups=small check_build no-fma all CC=gcc ARCH=x86-64 CPPFLAGS=-DSANITIZED
    "$builds/no-fma/mnist-train" --version | grep 'software multiply-add'
}

# At least one loop of each function must be vectorised: otherwise it is several times as slow, and gives the
# same results.
hot_loops='
src/base/random.c temper refill random_bernoulli
src/data/sparse_images.c count_nonzero encode_images
src/nn/adam_kernel.c update_all update_row
src/nn/layers.c bias_backward relu_forward dropout_forward relu_dropout_backward exp_and_sums softmax_forward softmax_backward softmax_cross_entropy
src/nn/network.c flush_tiny_gradients
'

# Prints the functions whose loops gcc does not vectorise.
missing_loops() { # FLAGS
    while read -r file functions; do
        [ -n "$file" ] || continue
        eval "gcc $1 -fopt-info-vec-optimized -c -o '$scratch/object.o' '$file'" 2>&1 |
            sed -n 's/^[^:]*:\([0-9]*\):.*loop vectorized.*/\1/p' | sort -un >"$scratch/lines"
        # a function starts in column 1 and ends with a brace in column 1
        awk -v lines="$scratch/lines" '
            BEGIN { while ((getline line <lines) > 0) vectorised[line] = 1 }
            /^[A-Za-z].*\(/ && match($0, /[a-z_0-9]+\(/) { name = substr($0, RSTART, RLENGTH - 1) }
            FNR in vectorised && name { print name }
            /^}/ { name = "" }' "$file" >"$scratch/found"
        for function in $functions; do
            grep -qx "$function" "$scratch/found" || echo "$file: $function"
        done
    done <<<"$hot_loops"
}

@test "the hot loops are vectorised for avx2 and avx512" {
    need_x86_64 sse2
    cd "$root"
    for processor in haswell x86-64-v4; do
        flags=$(make -n V=1 -B BUILD="$scratch/build" CC=gcc ARCH=$processor "$scratch/build/nn/layers.o" |
            sed -n '/ -MMD /{ s/ -MMD .*//; s/^.*gcc \(-std=.*\)/\1/p; q; }')
        expect test -z "$(missing_loops "$flags" | tee "$scratch/missing")"
    done
    # gcc without this flag keeps a branch for each element
    missing_loops "${flags/-fno-trapping-math/}" | grep -qx 'src/nn/layers.c: relu_dropout_backward'
}
