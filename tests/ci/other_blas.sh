#!/bin/bash
# Other libraries with cblas_sgemm than the OpenBLAS that is installed: BLIS, the reference, and
# OpenBLAS's builds with OpenMP and without threads. They are unpacked, not installed.
set -eu
. "$(dirname "$0")/../tap.sh"
unset MAKEFLAGS MAKELEVEL

builds=$root/build/ci
unpacked=$root/build/ci/blas

# Unpacks Debian's packages into $unpacked.
unpack() { # PACKAGE...
    command -v apt-get >/dev/null || tap_skip "apt-get is not here"
    mkdir -p "$unpacked" "$scratch/debs"
    cd "$scratch/debs"
    apt-get -q download "$@" || tap_skip "apt has no $*"
    for deb in *.deb; do
        dpkg -x "$deb" "$unpacked"
    done
    libraries=$unpacked/usr/lib/$(gcc -print-multiarch)
    headers=$unpacked/usr/include/$(gcc -print-multiarch)
    cd "$root"
}

# The drawn digits' losses with a library, to the last digits those of the installed one, and the
# same for every number of threads.
check_figures() { # PROGRAM
    "$program" --data "$root/data/drawn" --epochs 2 2>/dev/null >"$scratch/installed"
    for threads in 1 2 4; do
        timeout 300 "$1" --data "$root/data/drawn" --epochs 2 --threads "$threads" 2>"$scratch/err" |
            sed 's/ | [0-9.]* s$//' >"$scratch/$threads"
    done
    cat "$scratch/1"
    cmp "$scratch/1" "$scratch/2"
    cmp "$scratch/1" "$scratch/4"
    losses_agree "$scratch/installed" "$scratch/1"
}

blis_is_right_and_told_by_name() {
    unpack libblis4-pthread libblis-pthread-dev
    make -j2 BUILD="$builds/blis" BLAS=blis CPPFLAGS="-I$headers/blis-pthread" \
        LDFLAGS="-L$libraries/blis-pthread -Wl,-rpath,$libraries/blis-pthread" all
    check_figures "$builds/blis/mnist-train"
    "$builds/blis/mnist-train" --version >"$scratch/version"
    expect grep -qi '^blis' "$scratch/version"
}

the_reference_is_right_and_told_by_name() {
    unpack libblas3 libblas-dev
    make -j2 BUILD="$builds/netlib" BLAS=blas CBLAS_HEADER='<cblas-netlib.h>' \
        CPPFLAGS="-I$headers" LDFLAGS="-L$libraries/blas -Wl,-rpath,$libraries/blas" all
    check_figures "$builds/netlib/mnist-train"
    "$builds/netlib/mnist-train" --version >"$scratch/version"
    expect grep -q '^blas$' "$scratch/version"
    expect grep -q '^kernel unknown$' "$scratch/version"
}

# The same program, whose library the loader finds elsewhere.
openblas_of_every_build_prints_the_same() {
    unpack libopenblas0-openmp libopenblas0-serial libopenblas0-pthread
    for build in pthread openmp serial; do
        export LD_LIBRARY_PATH=$libraries/openblas-$build
        "$program" --version >"$scratch/version"
        ldd "$program" | grep "openblas-$build/"
        check_figures "$program"
        cp "$scratch/1" "$scratch/$build"
    done
    cmp "$scratch/pthread" "$scratch/openmp"
    cmp "$scratch/pthread" "$scratch/serial"
}

tap_run blis_is_right_and_told_by_name \
    the_reference_is_right_and_told_by_name \
    openblas_of_every_build_prints_the_same
