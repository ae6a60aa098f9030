#!/bin/sh
# usage: install-packages.sh PURPOSE...           purposes: build, data, test, optional, ci
#        install-packages.sh --missing PURPOSE...
# Installs the missing packages of each purpose with apt-get, dnf, pacman or brew. Prints a line with the
# packages before it installs them, nothing when none is missing, and the package manager's output if it
# fails. --missing installs nothing and prints the names of what is missing.
#
#   build     what make needs             optional  what some tests need, and are skipped without
#   data      what downloads MNIST        ci        what the checks of scripts/test.sh --ci need
#   test      what the tests need
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/say.sh"

# One thing a line: its name, its purposes, how to find it (default: a command of its name), and its packages
# for apt-get, dnf, pacman and brew (default: its name; -: it comes with the system, or there is none).
things='
compiler|build|builds compiler|gcc libc6-dev|gcc|gcc|-
make|build|||||-
openblas|build|builds blas|libopenblas-dev|openblas-devel pkgconf|openblas pkgconf|openblas pkg-config
zlib|build|builds zlib|zlib1g-dev|zlib-devel||
curl|data|has curl wget||||
certificates|data|test ! -e /etc/debian_version -o -e /etc/ssl/certs/ca-certificates.crt|ca-certificates|-|-|-
bats|test||||bash-bats|bats-core
prove|test||perl|perl-Test-Harness|perl|-
cmocka|test|links cmocka -lcmocka|libcmocka-dev|libcmocka-devel||
openssl|test|links libcrypto -lcrypto|libssl-dev|openssl-devel||
python|test|has python3|python3|python3||python3
pil|test|imports PIL|python3-pil|python3-pillow|python-pillow|-
gzip|test|||||-
jq|test|||||
selenium|optional ci|imports selenium|python3-selenium|python3-selenium|python-selenium|-
chromium|optional ci|has chromedriver|chromium chromium-driver|chromium chromedriver||-
imagemagick|optional ci|has identify||ImageMagick||
git|optional ci|||||
mandoc|optional ci|||||
pngcheck|optional ci|||||
ps|optional ci||procps|procps-ng|procps-ng|-
strace|optional ci|||||-
tidy|optional ci|||||-
wget|optional ci|||||
zsh|optional ci|||||-
npm|optional|||nodejs-npm||node
torch|optional|imports torch|python3-torch|-|python-pytorch|-
clang|ci|||||llvm
sanitizers|ci|clang_sanitizes|libclang-rt-dev|compiler-rt|compiler-rt|-
clang-format|ci|||clang-tools-extra|clang|
clang-tidy|ci|||clang-tools-extra|clang|-
cppcheck|ci|||||
shellcheck|ci|||ShellCheck||
valgrind|ci|||||-
debootstrap|ci|||||-
locales|ci|test -e /usr/share/i18n/locales/tr_TR||glibc-locale-source|-|-
buildflags|ci|has dpkg-buildflags|dpkg-dev|-|-|-
'

# For the programs that are linked and the package manager's output.
scratch=$(mktemp -d 2>/dev/null) || {
    say "expected a directory for temporary files, found none; TMPDIR is '${TMPDIR-}'"
    exit 1
}
trap 'rm -rf "$scratch"' EXIT
# If a signal ends dash, the EXIT trap does not run.
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- Finding --------------------------------------------------------------------------------------

has() { # COMMAND [ALTERNATIVE]
    command -v "$1" >/dev/null 2>&1 || { [ "$#" -gt 1 ] && command -v "$2" >/dev/null 2>&1; }
}

# As make links it: a header alone is not enough. Without make this cannot be found out.
builds() { # compiler|blas|zlib
    has make && make -s -C "$root" "probe-$1" >/dev/null 2>&1
}

# shellcheck disable=SC2086 # words
compiles() { # COMPILER FLAG...
    echo 'int main(void) { return 0; }' | "$@" -x c -o "$scratch/program" - ${libs-} >/dev/null 2>&1
}

links() { # LIBRARY FLAG
    libs=$(pkg-config --libs "$1" 2>/dev/null || echo "$2")
    # shellcheck disable=SC2086 # words
    compiles ${CC:-cc}
}

clang_sanitizes() {
    libs=
    compiles clang -fsanitize=address,fuzzer-no-link
}

# The system's Python is the one for which distributions package modules.
imports() {
    /usr/bin/python3 -E -c "import $1" 2>/dev/null
}

manager=
for manager in apt-get dnf pacman brew none; do
    if has "$manager"; then break; fi
done

missing='' packages=''

look_for() { # PURPOSE
    while IFS='|' read -r thing its_purposes probe apt dnf pacman brew; do
        case $manager in
        dnf) its_packages=${dnf:-$thing} ;;
        pacman) its_packages=${pacman:-$thing} ;;
        brew) its_packages=${brew:-$thing} ;;
        *) its_packages=${apt:-$thing} ;;
        esac
        case " $its_purposes " in *" $1 "*) ;; *) continue ;; esac
        if [ "$its_packages" = - ] || ${probe:-has $thing}; then continue; fi
        missing="$missing $thing" packages="$packages $its_packages"
    done <<END
$things
END
}

list=
for purpose in "$@"; do
    case $purpose in
    --missing) list=yes ;;
    build | data | test | optional | ci) look_for "$purpose" ;;
    *)
        say "expected a purpose of build, data, test, optional, ci, found '$purpose'"
        exit 2
        ;;
    esac
done
[ -n "$missing" ] || exit 0
if [ -n "$list" ]; then
    echo "${missing# }"
    exit 0
fi

# --- Installing -----------------------------------------------------------------------------------

# Debian names the package after the version of its clang.
name_clang_runtime() {
    version=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -n 1)
    packages=$(echo "$packages" | sed "s/libclang-rt-dev/libclang-rt-${version:-14}-dev/")
}

# root's prefix; sudo asks for a password only on a terminal.
sudo=
if [ "$manager" != brew ] && [ "$(id -u)" -ne 0 ]; then
    sudo=sudo
    [ -t 0 ] || sudo='sudo -n'
fi

command=
case $manager in
apt-get)
    name_clang_runtime
    command="apt-get update && apt-get install -y --no-install-recommends$packages"
    ;;
dnf) command="dnf install -y$packages" ;;
pacman) command="pacman -S --needed --noconfirm$packages" ;;
brew) command="brew install$packages" ;;
none)
    say "expected apt-get, dnf, pacman or brew, found none; install by hand:$missing"
    exit 1
    ;;
esac
if [ -n "$sudo" ] && ! has sudo; then
    say "missing:$missing; run as root: $command"
    exit 1
fi
say "installing with $manager for $*:$packages (this may take some minutes)"
# shellcheck disable=SC2086 # words
if [ "$manager" = apt-get ]; then
    $sudo apt-get -q update >"$scratch/log" 2>&1 && name_clang_runtime &&
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $packages \
            >>"$scratch/log" 2>&1
else
    $sudo $command >"$scratch/log" 2>&1
fi || {
    cat "$scratch/log" >&2
    say "$manager failed, see above; missing:$missing; as root: $command"
    exit 1
}
