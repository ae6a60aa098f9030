#!/bin/bash
# usage: test-other-machines.sh [--hashes] [ARCHITECTURE...]     s390x (big-endian) and arm64 by default
# Builds for other architectures with Debian's cross compilers and runs the tests under qemu-user. Their
# libraries are unpacked in build/; the cross compilers and qemu are installed where they are missing.
# --hashes builds the program alone and compares the hashes of reproducible runs: some minutes, not an hour.
# MNIST, in $MNIST_DATA or data/mnist, is used by these alone, because an emulated machine is slow.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

if [ "${1-}" = --help ]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 0
fi
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/say.sh"
hashes=
if [ "${1-}" = --hashes ]; then
    hashes=yes
    shift
fi
[ "$#" -gt 0 ] || set -- s390x arm64
for architecture in "$@"; do
    case $architecture in
    s390x | arm64) ;;
    *)
        say "expected s390x or arm64, found '$architecture'"
        exit 2
        ;;
    esac
done

# Prints the name that a Debian architecture has in GNU triplets and in the names of qemu's programs.
machine_of() {
    if [ "$1" = arm64 ]; then echo aarch64; else echo "$1"; fi
}

install_tools() {
    local missing=()
    for architecture in "$@"; do
        machine=$(machine_of "$architecture")
        command -v "$machine-linux-gnu-gcc" >/dev/null ||
            missing+=("gcc-$machine-linux-gnu" "libc6-dev-$architecture-cross")
        command -v "qemu-$machine" >/dev/null || missing+=(qemu-user)
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
        echo "test-other-machines: expected ${missing[*]}, found less; install them" >&2
        exit 1
    fi
    apt-get -q update >&2
    apt-get -q install -y --no-install-recommends "${missing[@]}" >&2
}

# Downloads and unpacks libraries of another architecture, with package lists separate from the system's.
unpack_libraries() { # ARCHITECTURE DIR
    local apt=$2/apt
    [ -e "$2/done" ] && return
    rm -rf "$2"
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$2/debs"
    local options=(-q -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt" -o "APT::Architecture=$1"
        -o "APT::Architectures=$1" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update >&2
    (cd "$2/debs" && apt-get "${options[@]}" download libopenblas0-pthread libopenblas-pthread-dev \
        libgfortran5 libgcc-s1 zlib1g zlib1g-dev libcmocka0 libcmocka-dev libssl3 libssl-dev >&2)
    for deb in "$2"/debs/*.deb; do
        dpkg -x "$deb" "$2"
    done
    # libz.so is a link to /lib, where this machine's libraries are; static libraries would be taken instead.
    find "$2" -lname '/*' | while read -r link; do
        ln -sfn "$2$(readlink "$link")" "$link"
    done
    touch "$2/done"
}

# Builds for the machine, and writes BUILD/run, which runs one of its programs under qemu.
build_for() { # MACHINE BUILD SYSTEM
    local triplet=$1-linux-gnu
    make -C "$root" -j"$(getconf _NPROCESSORS_ONLN)" BUILD="$2" CC="$triplet-gcc" ARCH= PKG_CONFIG=false \
        CPPFLAGS="-I$3/usr/include/$triplet/openblas-pthread -I$3/usr/include/$triplet -I$3/usr/include" \
        LDFLAGS="-L$3/usr/lib/$triplet/openblas-pthread -L$3/usr/lib/$triplet -L$3/lib/$triplet -Wl,--allow-shlib-undefined" \
        "${targets[@]}" >&2
    cat >"$2/run" <<END
#!/bin/sh
program=\$1
shift
exec qemu-$1 -L /usr/$triplet -E LD_LIBRARY_PATH=$3/usr/lib/$triplet/openblas-pthread:$3/usr/lib/$triplet:$3/lib/$triplet "\$program" "\$@"
END
    chmod +x "$2/run"
}

targets=(all)
[ -n "$hashes" ] || targets+=(tests)
install_tools "$@"
unset MAKEFLAGS MAKELEVEL
make -C "$root" >&2 # the native program, which exchanges files with the other ones
failed=0
for architecture in "$@"; do
    machine=$(machine_of "$architecture")
    build=$root/build/$architecture
    unpack_libraries "$architecture" "$build/system"
    build_for "$machine" "$build" "$build/system"
    printf '#!/bin/sh\nexec "%s/run" "%s/mnist-train" "$@"\n' "$build" "$build" >"$build/mnist-train.sh"
    chmod +x "$build/mnist-train.sh"
    programs=()
    if [ -z "$hashes" ]; then
        for source in "$root"/tests/test_*.c; do
            name=$(basename "$source" .c)
            printf '#!/bin/sh\nexec "%s/run" "%s/tests/%s"\n' "$build" "$build" "$name" >"$build/$name"
            chmod +x "$build/$name"
            programs+=("$build/$name")
        done
        programs+=("$root/tests/machines/exchange.sh")
    fi
    programs+=("$root/tests/machines/reproducible.sh")
    echo "$architecture:"
    # in a directory where the tests find the bundled digits and not MNIST
    mkdir -p "$build/data"
    ln -sfn "$root/data/drawn" "$build/data/drawn"
    (cd "$build" && env -u MNIST_DATA \
        TEST_TIMEOUT="${TEST_TIMEOUT:-1200}" OTHER="$build/mnist-train.sh" MNIST="${MNIST_DATA:-$root/data/mnist}" \
        "$root/tests/run-suite.sh" ${hashes:+--verbose} "${programs[@]}") || failed=1
done
exit "$failed"
