#!/usr/bin/env bats
# scripts/install-packages.sh, with stand-ins for the package manager, id and sudo. The bare Debian of
# tests/ci/first_contact.bats has the real ones.
# shellcheck disable=SC2016 # stand-ins have variables of their own
load ../support/program

# A PATH with a few tools, without compiler and make, and with a package manager that fails after its update.
restrict_path() { # MANAGER
    mkdir "$scratch/bin"
    local tool
    for tool in sh dirname cat rm mktemp env tr echo printf sed head; do
        ln -s "$(type -P "$tool")" "$scratch/bin"
    done
    stand_in id 'echo "$user"'
    stand_in "$1" 'echo "${0##*/} $*" >>"$commands"; echo "E: no network" >&2; [ "$2" = update ]'
    export user=0 commands=$scratch/commands
    touch "$commands"
}

stand_in() { # NAME LINE
    printf '#!/bin/sh\n%s\n' "$2" >"$scratch/bin/$1"
    chmod +x "$scratch/bin/$1"
}

install_packages() { # ARGUMENT...
    PATH=$scratch/bin "$root/scripts/install-packages.sh" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
}

packages="gcc libc6-dev make libopenblas-dev zlib1g-dev"
apt_command="apt-get update && apt-get install -y --no-install-recommends $packages"

@test "one line tells what is installed, and a failure is shown with the command" {
    restrict_path apt-get
    fails_with 1 install_packages build
    diff "$scratch/err" - <<END
install-packages: installing with apt-get for build: $packages (this may take some minutes)
E: no network
E: no network
install-packages: apt-get failed, see above; missing: compiler make openblas zlib; as root: $apt_command
END
    diff "$commands" - <<END
apt-get -q update
apt-get -q install -y --no-install-recommends $packages
END
}

@test "a user without sudo gets one line with the whole command of the package manager" {
    local manager command
    while IFS=: read -r manager command; do
        rm -rf "${scratch:?}/bin"
        restrict_path "$manager"
        user=1000
        fails_with 1 install_packages build
        expect test "$(cat "$scratch/err")" = \
            "install-packages: missing: compiler make openblas zlib; run as root: $command"
        expect test ! -s "$commands"
    done <<END
apt-get:$apt_command
dnf:dnf install -y gcc make openblas-devel pkgconf zlib-devel
pacman:pacman -S --needed --noconfirm gcc make openblas pkgconf zlib
END
    rm "$scratch/bin/pacman"
    fails_with 1 install_packages build
    expect grep -q 'expected apt-get, dnf, pacman or brew, found none; install by hand: compiler make openblas zlib$' "$scratch/err"
}
