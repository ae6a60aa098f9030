#!/bin/bash
# usage: test-musl.sh
# Builds a static program with musl's C library (musl-gcc), zlib and OpenBLAS, from the sources of
# Debian's packages, in build/musl, and runs the shell tests with it. Takes some minutes. Needs apt and
# root to install musl-tools where it is missing.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

if [ "${1-}" = --help ]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 0
fi
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build/musl
jobs=$(getconf _NPROCESSORS_ONLN)

command -v musl-gcc >/dev/null || {
    apt-get -q update >&2
    apt-get -q install -y --no-install-recommends musl-tools >&2
}

# Downloads the sources of Debian packages, with package lists separate from the system's.
fetch_sources() { # PACKAGE...
    local lists=$build/apt
    mkdir -p "$lists/lists/partial" "$lists/archives/partial" "$build/sources"
    local key=/usr/share/keyrings/debian-archive-keyring.gpg
    # shellcheck source=/dev/null
    echo "deb-src [signed-by=$key] http://deb.debian.org/debian $(. /etc/os-release && echo "$VERSION_CODENAME") main" \
        >"$lists/sources.list"
    local options=(-q -o "Dir::Etc::SourceList=$lists/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$lists/lists"
        -o "Dir::Cache=$lists" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update >&2
    (cd "$build/sources" && apt-get "${options[@]}" --download-only source "$@" >&2)
}

unpack() { # NAME: unpacks its upstream sources into build/musl/NAME
    mkdir -p "$build/$1"
    tar xf "$build/sources/$1"_*.orig.tar.* --strip-components=1 -C "$build/$1"
}

# Builds zlib and OpenBLAS. OpenBLAS gets no threads, because the program has its own, and suits any
# processor of the architecture.
build_libraries() {
    [ ! -e "$build/libraries" ] || return 0
    fetch_sources zlib openblas
    unpack zlib
    (cd "$build/zlib" && CC=musl-gcc ./configure --static --prefix="$build/usr" && make -j"$jobs" install) >&2
    unpack openblas
    make -C "$build/openblas" -j"$jobs" CC=musl-gcc HOSTCC=gcc NOFORTRAN=1 NO_LAPACK=1 NO_SHARED=1 USE_THREAD=0 \
        USE_LOCKING=1 TARGET="${OPENBLAS_TARGET:-GENERIC}" libs netlib >&2
    make -C "$build/openblas" CC=musl-gcc HOSTCC=gcc NOFORTRAN=1 NO_LAPACK=1 NO_SHARED=1 USE_THREAD=0 \
        TARGET="${OPENBLAS_TARGET:-GENERIC}" PREFIX="$build/usr" install >&2
    touch "$build/libraries"
}

build_libraries
unset MAKEFLAGS MAKELEVEL
make -C "$root" -j"$jobs" BUILD="$build/program" CC=musl-gcc ARCH= PKG_CONFIG=false WERROR= \
    CPPFLAGS="-I$build/usr/include" LDFLAGS="-static -L$build/usr/lib" all >&2
file -L "$build/program/mnist-train" 2>/dev/null || true
export MNIST_TRAIN=$build/program/mnist-train
cd "$root"
export OTHER=$MNIST_TRAIN MNIST=${MNIST_DATA:-$root/data/mnist}
exec tests/run-suite.sh tests/test_predict.sh tests/test_log.sh tests/test_inspect.sh tests/test_resume.sh \
    tests/test_signals.sh tests/test_output_files.sh \
    tests/machines/static.sh tests/machines/reproducible.sh
