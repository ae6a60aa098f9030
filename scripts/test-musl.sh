#!/bin/bash
# usage: test-musl.sh
# Builds a static program with musl's C library (musl-gcc), zlib and OpenBLAS, from the sources of Debian's
# packages, in build/musl, and runs the first tier's tests of the command line with it. Takes some minutes.
# Needs apt, and root to install musl-tools where it is missing.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

if [ "${1-}" = --help ]; then
    sed -n '2,/^\[/{/^\[/d;s/^# \{0,1\}//;p;}' "$0"
    exit 0
fi
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
musl=$root/build/musl
jobs=$(getconf _NPROCESSORS_ONLN)

command -v musl-gcc >/dev/null || {
    apt-get -q update >&2
    apt-get -q install -y --no-install-recommends musl-tools >&2
}

# Downloads the sources of Debian packages, with package lists separate from the system's.
fetch_sources() { # PACKAGE...
    local apt=$musl/apt
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    # shellcheck source=/dev/null
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
        "http://deb.debian.org/debian $(. /etc/os-release && echo "$VERSION_CODENAME") main" >"$apt/sources.list"
    local options=(-q -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=-
        -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update >&2
    (cd "$apt" && apt-get "${options[@]}" --download-only source "$@" >&2)
    for name in "$@"; do
        mkdir -p "$musl/$name"
        tar xf "$apt/$name"_*.orig.tar.* --strip-components=1 -C "$musl/$name"
    done
}

# OpenBLAS gets no threads, because the program has its own, and suits any processor of the architecture.
if [ ! -e "$musl/libraries" ]; then
    fetch_sources zlib openblas
    (cd "$musl/zlib" && CC=musl-gcc ./configure --static --prefix="$musl/usr" && make -j"$jobs" install) >&2
    settings=(CC=musl-gcc HOSTCC=gcc NOFORTRAN=1 NO_LAPACK=1 NO_SHARED=1 USE_THREAD=0 USE_LOCKING=1 TARGET=GENERIC)
    make -C "$musl/openblas" -j"$jobs" "${settings[@]}" libs netlib >&2
    make -C "$musl/openblas" "${settings[@]}" PREFIX="$musl/usr" install >&2
    touch "$musl/libraries"
fi

cd "$root"
make -j"$jobs" all >&2 # this machine's program, with which the other one is compared
make -j"$jobs" BUILD=build/musl/program CC=musl-gcc ARCH= PKG_CONFIG=false CPPFLAGS="-I$musl/usr/include" \
    LDFLAGS="-static -L$musl/usr/lib" all >&2
if readelf -lW build/musl/program/mnist-train | grep -E 'INTERP|DYNAMIC'; then
    echo "test-musl: expected a static program, found a dynamic one" >&2
    exit 1
fi
MNIST_TRAIN=$musl/program/mnist-train exec tests/run.sh tests/machines/machine.bats tests/cli/*.bats
