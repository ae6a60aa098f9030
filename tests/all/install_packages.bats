#!/usr/bin/env bats
# scripts/install-packages.sh, with stand-ins for the package manager, id and sudo. The bare Debian of
# tests/ci/first_contact.bats has the real ones.
# shellcheck disable=SC2016 # stand-ins have variables of their own
load ../support/program

# A PATH with a few tools, without compiler and make, and with a package manager that records its arguments.
restrict_path() { # MANAGER
    mkdir "$scratch/bin"
    local tool
    for tool in sh dirname cat rm mktemp env tr echo printf sed head; do
        ln -s "$(type -P "$tool")" "$scratch/bin"
    done
    stand_in id 'echo "$user"'
    stand_in "$1" 'echo "${0##*/} $*" >>"$commands"; echo "Reading package lists"'
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

@test "one line tells what is installed and why" {
    restrict_path apt-get
    install_packages build
    diff "$scratch/err" - <<<"install-packages: installing with apt-get for build: $packages (this may take some minutes)"
    diff "$commands" - <<END
apt-get -q update
apt-get -q install -y --no-install-recommends $packages
END
}

@test "the output of a failing package manager is shown with the command" {
    restrict_path apt-get
    stand_in apt-get 'echo "E: no network" >&2; [ "$2" = update ]'
    fails_with 1 install_packages build
    expect grep -q '^E: no network$' "$scratch/err"
    expect test "$(tail -n 1 "$scratch/err")" = \
        "install-packages: apt-get failed, see above; missing: compiler make openblas zlib; as root: $apt_command"
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

@test "sudo runs the package manager and its refusal is shown" {
    restrict_path apt-get
    user=1000
    stand_in sudo 'echo "sudo $1" >>"$commands"; shift; exec "$@"'
    install_packages build
    expect test "$(grep -c '^sudo -n$' "$commands")" -eq 2 # stdin is no terminal
    stand_in sudo 'echo "sudo: a password is required" >&2; exit 1'
    fails_with 1 install_packages build
    expect grep -qx 'sudo: a password is required' "$scratch/err"
    expect grep -qF "as root: $apt_command" "$scratch/err"
}

@test "missing things are listed and wrong words refused" {
    restrict_path apt-get
    install_packages --missing build
    expect test "$(cat "$scratch/out")" = "compiler make openblas zlib"
    expect test ! -s "$commands"
    fails_with 2 install_packages other
    expect grep -q "expected a purpose of build, data, test, optional, ci, found 'other'" "$scratch/err"
    TMPDIR=$scratch/none fails_with 1 install_packages build
    expect grep -q "expected a directory for temporary files, found none; TMPDIR is '$scratch/none'" "$scratch/err"
}

# As where only a header is there, or only another BLAS.
@test "a library that does not link is missing" {
    missing=$("$root/scripts/install-packages.sh" --missing build)
    expect test -z "$missing"
    local library
    for library in openblas z cmocka; do
        printf '#!/bin/sh\ncase " $* " in *" -l%s "*) exit 1 ;; esac\nexec cc "$@"\n' "$library" >"$scratch/$library"
        chmod +x "$scratch/$library"
        CC=$scratch/$library "$root/scripts/install-packages.sh" --missing build test >>"$scratch/out"
    done
    CC=false "$root/scripts/install-packages.sh" --missing build >>"$scratch/out"
    diff "$scratch/out" - <<'END'
openblas
zlib
cmocka
compiler openblas zlib
END
}

@test "every tool that a test needs can be installed" {
    local tool
    sed -n 's/^ *need \([a-z0-9_ -]*\)$/\1/p' "$root"/tests/*/*.bats | tr ' ' '\n' | sort -u >"$scratch/tools"
    expect test "$(wc -l <"$scratch/tools")" -ge 15
    while read -r tool; do
        case $tool in
        apt-get | dash | dpkg | gcc | localedef | mkfifo | setpriv | timeout | unshare | readelf | taskset) continue ;; # of the system
        munged | slurmd | sbatch) tool=slurmctld ;;
        esac
        expect grep -qE "^$tool\|[a-z ]+\|\||\|has ([a-z-]+ )?$tool\|" "$root/scripts/install-packages.sh"
    done <"$scratch/tools"
}
