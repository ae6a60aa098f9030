#!/bin/bash
# usage: test-other-machines.sh [--hashes] [ARCHITECTURE...]     s390x (big-endian) and arm64 by default
# Builds for other architectures with Debian's cross compilers and runs the C tests, and runs beside this
# machine's program, under qemu-user. Libraries are unpacked in build/; the cross compilers and qemu are
# installed where they are missing. --hashes builds the program alone: some minutes, not an hour.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/say.sh"
targets=(all tests)
for word in "$@"; do
    case $word in
    --help) sed -n '2,/^\[/{/^\[/d;s/^# \{0,1\}//;p;}' "$0" && exit 0 ;;
    --hashes) targets=(all) && shift ;;
    s390x | arm64) ;;
    *)
        say "expected --hashes, s390x or arm64, found '$word'"
        exit 2
        ;;
    esac
done
[ "$#" -gt 0 ] || set -- s390x arm64

# Downloads and unpacks libraries of an architecture, with package lists separate from the system's.
unpack_libraries() { # ARCHITECTURE DIRECTORY
    local apt=$2/apt options
    [ ! -e "$2/done" ] || return 0
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    options=(-q -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt" -o "APT::Architecture=$1"
        -o "APT::Architectures=$1" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update >&2
    (cd "$apt" && apt-get "${options[@]}" download libopenblas0-pthread libopenblas-pthread-dev \
        libgfortran5 libgcc-s1 zlib1g zlib1g-dev libcmocka0 libcmocka-dev libssl3 libssl-dev >&2)
    for package in "$apt"/*.deb; do
        dpkg -x "$package" "$2"
    done
    # libz.so is a link to /lib, where this machine's libraries are
    find "$2" -lname '/*' | while read -r link; do
        ln -sfn "$2$(readlink "$link")" "$link"
    done
    touch "$2/done"
}

# Writes a script that runs a program under qemu.
wrap() { # SCRIPT PROGRAM
    cat >"$1" <<END
#!/bin/sh
exec qemu-$machine -L /usr/$machine-linux-gnu -E LD_LIBRARY_PATH=$blas:$libraries:$system/lib/$machine-linux-gnu "$2" "\$@"
END
    chmod +x "$1"
}

cd "$root"
make -j"$(getconf _NPROCESSORS_ONLN)" all >&2 # this machine's program
failed=0
for architecture in "$@"; do
    machine=${architecture/arm64/aarch64}
    { command -v "$machine-linux-gnu-gcc" && command -v "qemu-$machine"; } >/dev/null || {
        apt-get -q update >&2
        apt-get -q install -y --no-install-recommends qemu-user "gcc-$machine-linux-gnu" "libc6-dev-$architecture-cross" >&2
    }
    build=$root/build/$architecture
    system=$build/system
    libraries=$system/usr/lib/$machine-linux-gnu
    blas=$libraries/openblas-pthread
    headers=$system/usr/include
    unpack_libraries "$architecture" "$system"
    make -j"$(getconf _NPROCESSORS_ONLN)" BUILD="$build" CC="$machine-linux-gnu-gcc" ARCH= PKG_CONFIG=false \
        CPPFLAGS="-I$headers/$machine-linux-gnu/openblas-pthread -I$headers/$machine-linux-gnu -I$headers" \
        LDFLAGS="-L$blas -L$libraries -L$system/lib/$machine-linux-gnu -Wl,--allow-shlib-undefined" "${targets[@]}" >&2
    mkdir -p "$build/run"
    wrap "$build/run/mnist-train" "$build/mnist-train"
    files=(tests/machines/machine.bats)
    if [ "${#targets[@]}" -gt 1 ]; then
        for source in tests/unit/*.c; do
            name=$(basename "$source" .c)
            # it takes hours; machine.bats compares the hashes of runs
            [ "$name" != golden_runs ] || continue
            wrap "$build/run/$name" "$build/tests/unit/$name"
            files+=("$build/run/$name")
        done
    fi
    echo "$architecture:"
    TEST_TIMEOUT=1800 MNIST_TRAIN=$build/run/mnist-train tests/run.sh "${files[@]}" || failed=1
done
exit "$failed"
