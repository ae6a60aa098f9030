#!/bin/sh
# usage: install-packages.sh PURPOSE...           purposes: build, data, test, optional, ci
#        install-packages.sh --missing PURPOSE...
# Installs the missing packages of each purpose with the system's package manager. Does nothing and
# prints nothing when none is missing. Prints a line with the packages before it installs them; the package
# manager's output is printed if it fails. --missing installs nothing and prints the names of what is missing.
#
#   build     what make needs             optional  what some tests need, and are skipped without
#   data      what downloads MNIST        ci        what the checks of scripts/test.sh --ci need
#   test      what the tests need
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/say.sh"

# A directory for the programs that are linked, and for the output of the package manager. Without it no
# program could be linked, and every library would seem to be missing.
scratch=$(mktemp -d 2>/dev/null) || {
    say "expected a directory for temporary files, found none; TMPDIR is '${TMPDIR-}'"
    exit 1
}
trap 'rm -rf "$scratch"' EXIT
# If a signal ends dash, the EXIT trap does not run.
trap 'exit 130' INT
trap 'exit 143' TERM HUP

has() {
    command -v "$1" >/dev/null 2>&1
}

# Returns whether a C program from stdin compiles and links, with options before and after it.
links() { # [FLAG...] -- [LIBRARY...]
    flags=
    while [ "$1" != -- ]; do
        flags="$flags $1"
        shift
    done
    shift
    # shellcheck disable=SC2086 # words
    ${CC:-cc} ${CPPFLAGS-} $flags -x c -o "$scratch/program" - ${LDFLAGS-} "$@" >/dev/null 2>&1
}

has_compiler() {
    printf '#include <stdlib.h>\nint main(void) { return EXIT_SUCCESS; }\n' | links --
}

# Returns whether a program that needs the library links as make links it; see the Makefile. Without
# make and a compiler this cannot be found out, and the library is installed with them.
builds_with() { # blas|zlib
    has make && has_compiler && make -s -C "$root" "probe-$1" >/dev/null 2>&1
}

# Returns whether a program links with the flags of pkg-config for the library, or else with these. The
# Makefile builds the tests with the same ones.
links_with() { # LIBRARY FLAG
    cflags=$(pkg-config --cflags "$1" 2>/dev/null || true)
    libs=$(pkg-config --libs "$1" 2>/dev/null || echo "$2")
    # shellcheck disable=SC2086 # words
    links $cflags -- $libs
}

# cmocka.h needs other headers before it.
has_cmocka() {
    {
        printf '#include <%s.h>\n' stdarg stddef setjmp stdint cmocka
        echo 'int main(void) { return cmocka_run_group_tests_name("", (const struct CMUnitTest *)0, 0, 0); }'
    } | links_with cmocka -lcmocka
}

has_openssl() {
    printf '#include <openssl/evp.h>\nint main(void) { return EVP_sha256() == 0; }\n' |
        links_with libcrypto -lcrypto
}

has_sanitizers() {
    echo 'int main(void) { return 0; }' | (CC=clang && links -fsanitize=address,undefined --)
}

# Returns whether the system's Python, for which distributions package modules, has a module.
has_python_module() {
    /usr/bin/python3 -c "import $1" 2>/dev/null
}

missing=

# need THING COMMAND...: adds THING to the missing ones if the command fails.
need() {
    thing=$1
    shift
    "$@" || missing="$missing $thing"
}

# What is missing for skipped tests.
look_for_tools() {
    need pyte has_python_module pyte
    need pngcheck has pngcheck
    need imagemagick has identify
    need tidy has tidy
    need chromium has chromedriver
    need selenium has_python_module selenium
    need mandoc has mandoc
    need zsh has zsh
    need git has git
    need ps has ps
    need strace has strace
    need wget has wget
}

look_for() {
    case $1 in
    build)
        need compiler has_compiler
        need make has make
        need openblas builds_with blas
        need zlib builds_with zlib
        ;;
    data)
        has wget || need curl has curl
        [ ! -e /etc/debian_version ] || need certificates test -e /etc/ssl/certs/ca-certificates.crt
        has sha256sum || need sha256 has shasum
        ;;
    test)
        need cmocka has_cmocka
        need openssl has_openssl
        need bats has bats
        need prove has prove
        need gzip has gzip
        need python has python3
        has brew || need pil has_python_module PIL
        need jq has jq
        ;;
    optional)
        look_for_tools
        need torch has_python_module torch
        need npm has npm
        ;;
    ci)
        look_for_tools
        need clang has clang
        need sanitizers has_sanitizers
        need clang-format has clang-format
        need shellcheck has shellcheck
        need valgrind has valgrind
        need debootstrap has debootstrap
        need clang-tidy has clang-tidy
        need cppcheck has cppcheck
        need slurm has slurmctld
        need parallel has parallel
        need qemu has qemu-system-x86_64
        need cpio has cpio
        has firefox-esr || need firefox has firefox
        ;;
    *)
        say "expected a purpose of build, data, test, optional, ci, found '$1'"
        exit 2
        ;;
    esac
}

# Prints the packages of a thing for the package manager. Each list has those of apt, dnf, pacman and brew;
# - means that the thing is part of the system.
package() {
    case $1 in
    compiler) set -- "gcc libc6-dev" gcc gcc - ;;
    make) set -- make make make - ;;
    # Debian's compiler finds it; elsewhere only pkg-config knows its directories
    openblas) set -- libopenblas-dev "openblas-devel pkgconf" "openblas pkgconf" "openblas pkg-config" ;;
    zlib) set -- zlib1g-dev zlib-devel zlib zlib ;;
    curl) set -- "curl ca-certificates" curl curl curl ;;
    certificates) set -- ca-certificates ca-certificates ca-certificates - ;;
    sha256) set -- coreutils coreutils coreutils - ;;
    cmocka) set -- libcmocka-dev libcmocka-devel cmocka cmocka ;;
    bats) set -- bats bats bash-bats bats-core ;;
    prove) set -- perl perl-Test-Harness perl - ;;
    openssl) set -- libssl-dev openssl-devel openssl openssl ;;
    gzip) set -- gzip gzip gzip - ;;
    jq) set -- jq jq jq jq ;;
    pil) set -- python3-pil python3-pillow python-pillow - ;;
    torch) set -- python3-torch - python-pytorch - ;;
    ps) set -- procps procps-ng procps-ng - ;;
    strace) set -- strace strace strace - ;;
    wget) set -- wget wget wget wget ;;
    npm) set -- npm nodejs-npm npm node ;;
    pyte) set -- python3-pyte python3-pyte python-pyte - ;;
    pngcheck) set -- pngcheck pngcheck pngcheck pngcheck ;;
    clang-tidy) set -- clang-tidy clang-tools-extra clang - ;;
    cppcheck) set -- cppcheck cppcheck cppcheck cppcheck ;;
    slurm) set -- "slurmctld slurmd slurm-client munge" "slurm slurm-slurmctld slurm-slurmd munge" - - ;;
    qemu) set -- qemu-system-x86 qemu-system-x86-core qemu-system-x86 - ;;
    cpio) set -- cpio cpio cpio - ;;
    parallel) set -- parallel parallel parallel parallel ;;
    git) set -- git git git git ;;
    tidy) set -- tidy tidy tidy - ;;
    chromium) set -- "chromium chromium-driver" "chromium chromedriver" chromium - ;;
    selenium) set -- python3-selenium python3-selenium python-selenium - ;;
    firefox) set -- firefox-esr firefox firefox - ;;
    mandoc) set -- mandoc mandoc mandoc mandoc ;;
    zsh) set -- zsh zsh zsh - ;;
    imagemagick) set -- imagemagick ImageMagick imagemagick imagemagick ;;
    python) set -- python3 python3 python python3 ;;
    clang) set -- clang clang clang llvm ;;
    sanitizers) set -- "libclang-rt-dev|libclang-rt-14-dev" compiler-rt compiler-rt - ;;
    clang-format) set -- clang-format clang-tools-extra clang clang-format ;;
    shellcheck) set -- shellcheck ShellCheck shellcheck shellcheck ;;
    valgrind) set -- valgrind valgrind valgrind - ;;
    debootstrap) set -- debootstrap debootstrap debootstrap - ;;
    esac
    case $manager in
    apt-get) echo "$1" ;;
    dnf) echo "$2" ;;
    pacman) echo "$3" ;;
    brew) echo "$4" ;;
    esac
}

# Prints the first of the alternatives "one|other" that apt knows.
known_to_apt() {
    for name in $(echo "$1" | tr '|' ' '); do
        if apt-cache show "$name" >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    echo "${1%%|*}"
}

purposes= # those of the missing packages
list=
for purpose in "$@"; do
    if [ "$purpose" = --missing ]; then
        list=yes
    else
        before=$missing
        look_for "$purpose"
        [ "$missing" = "$before" ] || purposes="$purposes $purpose"
    fi
done
[ -n "$missing" ] || exit 0
if [ -n "$list" ]; then
    echo "${missing# }"
    exit 0
fi

manager=
for candidate in apt-get dnf pacman brew; do
    if has "$candidate"; then
        manager=$candidate
        break
    fi
done
if [ -z "$manager" ]; then
    say "expected apt-get, dnf, pacman or brew, found none; install by hand:$missing"
    exit 1
fi

# Sets $packages.
choose_packages() {
    packages=
    for thing in $missing; do
        names=$(package "$thing")
        [ "$manager" != apt-get ] || case $names in *'|'*) names=$(known_to_apt "$names") ;; esac
        [ "$names" = - ] || packages="$packages $names"
    done
}

# The whole command, for a shell of root.
print_command() {
    case $manager in
    apt-get) echo "apt-get update && apt-get install -y --no-install-recommends$packages" ;;
    dnf) echo "dnf install -y$packages" ;;
    pacman) echo "pacman -S --needed --noconfirm$packages" ;;
    brew) echo "brew install$packages" ;;
    esac
}

# The prefix that makes a command root's: empty, or sudo's, which asks for a password on a terminal.
sudo=
if [ "$manager" != brew ] && [ "$(id -u)" -ne 0 ]; then
    sudo=sudo
    [ -t 0 ] || sudo='sudo -n'
fi

install() {
    # shellcheck disable=SC2086 # words
    case $manager in
    apt-get)
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q update
        choose_packages # the lists may know other names now
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $packages
        ;;
    dnf) $sudo dnf install -y $packages ;;
    pacman) $sudo pacman -S --needed --noconfirm $packages ;;
    brew) brew install $packages ;;
    esac
}

choose_packages
if [ -z "$packages" ]; then
    say "$manager has no packages of what is missing; install by hand:$missing"
    exit 1
fi
if [ -n "$sudo" ] && ! has sudo; then
    say "missing:$missing; run as root: $(print_command)"
    exit 1
fi
say "installing with $manager for$purposes:$packages (this may take some minutes)"
# Not as a condition, where the shell would ignore set -e within it.
set +e
(
    set -e
    install
) >"$scratch/log" 2>&1
status=$?
set -e
if [ "$status" -ne 0 ]; then
    cat "$scratch/log" >&2
    say "$manager failed, see above; missing:$missing; as root: $(print_command)"
    exit 1
fi
