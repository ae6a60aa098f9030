#!/bin/sh
# usage: install-packages.sh PURPOSE...      purposes: build, data, test, ci
# Installs the missing packages of each purpose with the system's package manager. Does nothing and
# prints nothing when none is missing.
set -eu

say() {
    echo "install-packages: $*" >&2
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# Returns whether the C compiler finds a header, with the flags of pkg-config for the library if it has any.
has_header() {
    flags=$(pkg-config --cflags "$2" 2>/dev/null || true)
    # shellcheck disable=SC2086 # flags are words
    echo "#include <$1>" | "${CC:-cc}" $flags ${CPPFLAGS:-} -E -o /dev/null - >/dev/null 2>&1
}

# cmocka.h needs other headers before it.
has_cmocka() {
    printf '#include <stdarg.h>\n#include <stddef.h>\n#include <setjmp.h>\n#include <stdint.h>\n#include <cmocka.h>\n' |
        "${CC:-cc}" -E -o /dev/null - >/dev/null 2>&1
}

has_sanitizers() {
    echo 'int main(void) { return 0; }' |
        clang -fsanitize=address,undefined -x c -o /dev/null - >/dev/null 2>&1
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

look_for() {
    case $1 in
    build)
        need compiler has "${CC:-cc}"
        need make has make
        need pkg-config has pkg-config
        need openblas has_header cblas.h openblas
        need zlib has_header zlib.h zlib
        ;;
    data)
        has wget || need curl has curl
        [ ! -e /etc/debian_version ] || need certificates test -e /etc/ssl/certs/ca-certificates.crt
        has sha256sum || need sha256 has shasum
        ;;
    test)
        need cmocka has_cmocka
        need openssl has_header openssl/evp.h libcrypto
        need gzip has gzip
        need python has python3
        has brew || need pil has_python_module PIL
        need jq has jq
        ;;
    ci)
        need clang has clang
        need sanitizers has_sanitizers
        need clang-format has clang-format
        need shellcheck has shellcheck
        need valgrind has valgrind
        need debootstrap has debootstrap
        need git has git
        need pyte has_python_module pyte
        need pngcheck has pngcheck
        need imagemagick has identify
        need tidy has tidy
        need clang-tidy has clang-tidy
        need cppcheck has cppcheck
        need slurm has slurmctld
        need parallel has parallel
        need chromium has chromedriver
        need selenium has_python_module selenium
        has firefox-esr || need firefox has firefox
        need mandoc has mandoc
        need zsh has zsh
        ;;
    *)
        say "expected a purpose of build, data, test, ci, found '$1'"
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
    pkg-config) set -- pkg-config pkgconf pkgconf pkg-config ;;
    openblas) set -- libopenblas-dev openblas-devel openblas openblas ;;
    zlib) set -- zlib1g-dev zlib-devel zlib zlib ;;
    curl) set -- "curl ca-certificates" curl curl curl ;;
    certificates) set -- ca-certificates ca-certificates ca-certificates - ;;
    sha256) set -- coreutils coreutils coreutils - ;;
    cmocka) set -- libcmocka-dev libcmocka-devel cmocka cmocka ;;
    openssl) set -- libssl-dev openssl-devel openssl openssl ;;
    gzip) set -- gzip gzip gzip - ;;
    jq) set -- jq jq jq jq ;;
    pil) set -- python3-pil python3-pillow python-pillow - ;;
    pyte) set -- python3-pyte python3-pyte python-pyte - ;;
    pngcheck) set -- pngcheck pngcheck pngcheck pngcheck ;;
    clang-tidy) set -- clang-tidy clang-tools-extra clang - ;;
    cppcheck) set -- cppcheck cppcheck cppcheck cppcheck ;;
    slurm) set -- "slurmctld slurmd slurm-client munge" "slurm slurm-slurmctld slurm-slurmd munge" - - ;;
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

# Runs a command as root or through sudo. If neither is possible, prints the command and exits.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@" >&2
    elif has sudo; then
        if [ -t 0 ]; then sudo "$@" >&2; else sudo -n "$@" >&2; fi
    else
        say "expected to be root or to have sudo, found neither; run as root: $*"
        exit 1
    fi
}

for purpose in "$@"; do
    look_for "$purpose"
done
[ -n "$missing" ] || exit 0

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

[ "$manager" != apt-get ] || as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update
packages=
for thing in $missing; do
    names=$(package "$thing")
    [ "$manager" != apt-get ] || case $names in *'|'*) names=$(known_to_apt "$names") ;; esac
    [ "$names" = - ] || packages="$packages $names"
done
say "missing:$missing; installing with $manager:$packages"
# shellcheck disable=SC2086 # packages are words
case $manager in
apt-get) as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $packages ;;
dnf) as_root dnf install -y $packages ;;
pacman) as_root pacman -S --needed --noconfirm $packages ;;
brew) brew install $packages >&2 ;;
esac
