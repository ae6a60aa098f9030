#!/usr/bin/env bats
# Builds with other libraries that have cblas_sgemm: BLIS, the reference BLAS, and OpenBLAS with
# OpenMP and without threads. Debian's packages are unpacked below build/, not installed.
load ../support/program

builds=$root/build/ci
unpacked=$root/build/ci/blas

# Unpacks Debian packages, and sets $libraries and $headers.
unpack() { # PACKAGE...
    need apt-get dpkg
    mkdir -p "$unpacked" "$scratch/debs"
    cd "$scratch/debs"
    apt-get -q download "$@" || skip "apt cannot download $*"
    for deb in *.deb; do
        dpkg -x "$deb" "$unpacked"
    done
    libraries=$unpacked/usr/lib/$(gcc -print-multiarch)
    headers=$unpacked/usr/include/$(gcc -print-multiarch)
    cd "$root"
}

# Checks that the losses on the drawn digits agree with those of the installed library, and are the
# same for every number of threads, and that reproducible runs give the committed hashes.
check_losses() { # PROGRAM
    "$program" --data "$root/data/drawn" --epochs 2 2>/dev/null >"$scratch/installed"
    for threads in 1 2 4; do
        "$1" --data "$root/data/drawn" --epochs 2 --threads "$threads" 2>"$scratch/err" |
            sed 's/ | [0-9.]* s$//' >"$scratch/$threads"
    done
    cat "$scratch/1"
    cmp "$scratch/1" "$scratch/2"
    cmp "$scratch/1" "$scratch/4"
    losses_agree "$scratch/installed" "$scratch/1"
    "$root/scripts/check-reproducible.sh" --program "$1" small overfitted drawn
}

@test "blis agrees and is named" {
    unpack libblis4-pthread libblis-pthread-dev
    make -j2 BUILD="$builds/blis" BLAS=blis CPPFLAGS="-I$headers/blis-pthread" \
        LDFLAGS="-L$libraries/blis-pthread -Wl,-rpath,$libraries/blis-pthread" all
    check_losses "$builds/blis/mnist-train"
    "$builds/blis/mnist-train" --version >"$scratch/version"
    expect grep -qi '^blis' "$scratch/version"
}

@test "the reference blas agrees and is named" {
    unpack libblas3 libblas-dev
    make -j2 BUILD="$builds/netlib" BLAS=blas CBLAS_HEADER='<cblas-netlib.h>' \
        CPPFLAGS="-I$headers" LDFLAGS="-L$libraries/blas -Wl,-rpath,$libraries/blas" all
    check_losses "$builds/netlib/mnist-train"
    "$builds/netlib/mnist-train" --version >"$scratch/version"
    expect grep -q '^blas$' "$scratch/version"
    expect grep -q '^kernel unknown;' "$scratch/version"
}

# The loader finds another library for the same program.
@test "every build of openblas prints the same" {
    unpack libopenblas0-openmp libopenblas0-serial libopenblas0-pthread
    for build in pthread openmp serial; do
        export LD_LIBRARY_PATH=$libraries/openblas-$build
        "$program" --version >"$scratch/version"
        ldd "$program" | grep "openblas-$build/"
        check_losses "$program"
        cp "$scratch/1" "$scratch/$build"
    done
    cmp "$scratch/pthread" "$scratch/openmp"
    cmp "$scratch/pthread" "$scratch/serial"
}
