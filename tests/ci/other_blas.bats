#!/usr/bin/env bats
# Builds with other libraries that have cblas_sgemm: BLIS, the reference BLAS, and OpenBLAS with
# OpenMP and without threads. Debian's packages are unpacked in build/ci/blas, not installed.
load ../support/program

unpacked=$root/build/ci/blas

unpack() { # PACKAGE...
    need apt-get dpkg gcc
    local triplet
    triplet=$(gcc -print-multiarch)
    libraries=$unpacked/usr/lib/$triplet
    headers=$unpacked/usr/include/$triplet
    mkdir -p "$unpacked"
    (cd "$scratch" && apt-get -q download "$@") || skip "apt cannot download $*"
    for package in "$scratch"/*.deb; do
        dpkg -x "$package" "$unpacked"
    done
}

# The losses are those of the installed library, the same for one thread and for four, and reproducible runs
# give the committed hashes. The lines of a run stay in $scratch/1.
check_losses() { # PROGRAM
    train "$scratch/installed" --epochs 2
    for threads in 1 4; do
        program=$1 train "$scratch/$threads" --epochs 2 --threads "$threads"
        cmp "$scratch/1" "$scratch/$threads"
    done
    losses_agree "$scratch/installed" "$scratch/1"
    "$root/scripts/check-reproducible.sh" --program "$1" small
}

# Builds with a library and checks its losses and what --version says of it.
check_library() { # NAME DIRECTORY WORDS SETTING...
    local built=$root/build/ci/$1/mnist-train
    make -C "$root" -j2 BUILD="$root/build/ci/$1" BLAS="$1" \
        LDFLAGS="-L$libraries/$2 -Wl,-rpath,$libraries/$2" "${@:4}" all
    check_losses "$built"
    "$built" --version | grep -iE "$3"
}

# Clusters set the variables to the processors of a job. A product of this size is much slower on threads.
@test "blis agrees, is named and starts no threads" {
    unpack libblis4-pthread libblis-pthread-dev
    check_library blis blis-pthread ^blis CPPFLAGS="-isystem $headers/blis-pthread"
    need strace
    OMP_NUM_THREADS=2 BLIS_NUM_THREADS=2 strace -f -qq -e trace=clone,clone3 -o "$scratch/clones" \
        "$root/build/ci/blis/mnist-train" --data "$drawn" --epochs 1 --train-limit 64 --test-limit 10 --threads 1
    expect test ! -s "$scratch/clones"
}

@test "the reference blas agrees and is named" {
    unpack libblas3 libblas-dev
    check_library blas blas '^kernel unknown;' CPPFLAGS="-isystem $headers" CBLAS_HEADER='<cblas-netlib.h>'
}

# The loader finds another library for the same program.
@test "every build of openblas prints the same" {
    unpack libopenblas0-openmp libopenblas0-serial libopenblas0-pthread
    for variant in pthread openmp serial; do
        export LD_LIBRARY_PATH=$libraries/openblas-$variant
        ldd "$program" | grep "openblas-$variant/"
        check_losses "$program"
        cp "$scratch/1" "$scratch/$variant"
        "$program" "${data[@]}" --epochs 0 --threads 2 --log "$scratch/log" >/dev/null 2>&1
        # without threads of its own, the library is not safe in two of the program's
        expect grep -q "\"threads\":$([ "$variant" = serial ] && echo 1 || echo 2)," "$scratch/log"
        cmp "$scratch/pthread" "$scratch/$variant"
    done
}
