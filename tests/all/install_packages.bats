#!/usr/bin/env bats
# scripts/install-packages.sh, with stand-ins for the package manager, id and sudo.
# shellcheck disable=SC2016 # stand-ins have variables of their own
load ../support/program

# A PATH with a few tools, without compiler and make, and with a package manager that records its arguments.
restrict_path() { # MANAGER
    mkdir "$scratch/bin"
    local tool
    for tool in sh dirname cat rm mktemp env tr echo printf; do
        ln -s "$(type -P "$tool")" "$scratch/bin"
    done
    stand_in id 'echo "$user"'
    stand_in "$1" 'echo "${0##*/} $*" >>"$commands"; echo "Reading package lists"'
    export user=0 commands=$scratch/commands
    unset CC CPPFLAGS LDFLAGS
    touch "$commands"
}

stand_in() { # NAME LINE...
    printf '#!/bin/sh\n%s\n' "$2" >"$scratch/bin/$1"
    chmod +x "$scratch/bin/$1"
}

install_packages() { # ARGUMENT...
    PATH=$scratch/bin "$root/scripts/install-packages.sh" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
}

apt_command="apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make libopenblas-dev zlib1g-dev"

@test "one line tells what is installed and why" {
    restrict_path apt-get
    install_packages build
    diff "$scratch/err" - <<'EOF'
install-packages: installing with apt-get for build: gcc libc6-dev make libopenblas-dev zlib1g-dev (this may take some minutes)
EOF
    expect test ! -s "$scratch/out"
    diff "$commands" - <<'EOF'
apt-get -q update
apt-get -q install -y --no-install-recommends gcc libc6-dev make libopenblas-dev zlib1g-dev
EOF
}

@test "the output of a failing package manager is shown" {
    restrict_path apt-get
    stand_in apt-get 'echo "E: no network" >&2; [ "$2" = update ]'
    fails_with 1 install_packages build
    cat "$scratch/err"
    expect test "$(grep -c '^E: no network$' "$scratch/err")" -eq 2
    expect test "$(tail -n 1 "$scratch/err")" = \
        "install-packages: apt-get failed, see above; missing: compiler make openblas zlib; as root: $apt_command"
}

@test "a user without sudo gets one line with the whole command" {
    restrict_path apt-get
    user=1000
    fails_with 1 install_packages build
    expect test "$(cat "$scratch/err")" = \
        "install-packages: missing: compiler make openblas zlib; run as root: $apt_command"
    expect test ! -s "$commands"
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

@test "each package manager gets its own names" {
    restrict_path dnf
    user=1000
    fails_with 1 install_packages build
    expect grep -q 'run as root: dnf install -y gcc make openblas-devel pkgconf zlib-devel$' "$scratch/err"
    rm "$scratch/bin/dnf"
    stand_in pacman ''
    fails_with 1 install_packages build
    expect grep -q 'run as root: pacman -S --needed --noconfirm gcc make openblas pkgconf zlib$' "$scratch/err"
    rm "$scratch/bin/pacman"
    fails_with 1 install_packages build
    expect grep -q 'expected apt-get, dnf, pacman or brew, found none; install by hand: compiler make openblas zlib$' "$scratch/err"
}

@test "nothing is installed without a directory for temporary files" {
    restrict_path apt-get
    TMPDIR=$scratch/none fails_with 1 install_packages build
    expect grep -qx "install-packages: expected a directory for temporary files, found none; TMPDIR is '$scratch/none'" "$scratch/err"
    expect test "$(wc -l <"$scratch/err")" -eq 1
    expect test ! -s "$commands"
}

@test "a signal leaves no temporary files" {
    local shell
    restrict_path apt-get
    mkdir "$scratch/temporary"
    stand_in apt-get "kill -s TERM \"\$(cat '$scratch/process')\""
    for shell in sh dash bash; do
        shell=$(type -P "$shell") || continue
        # shellcheck disable=SC2016 # expanded by the inner shell
        TMPDIR=$scratch/temporary PATH=$scratch/bin fails_with 143 \
            "$shell" -c 'echo "$$" >"$1"; exec "$2" "$3" build' - "$scratch/process" "$shell" \
            "$root/scripts/install-packages.sh" 2>"$scratch/err"
        expect test -z "$(ls -A "$scratch/temporary")"
    done
}

@test "missing things are listed and not installed" {
    restrict_path apt-get
    install_packages --missing build
    expect test "$(cat "$scratch/out")" = "compiler make openblas zlib"
    expect test ! -s "$scratch/err"
    expect test ! -s "$commands"
    fails_with 2 install_packages other
    expect grep -q "expected a purpose of build, data, test, optional, ci, found 'other'" "$scratch/err"
}

@test "every tool that a test needs can be installed" {
    local tool count=0
    for tool in $(sed -n 's/^ *need \([a-z0-9 ]*\)$/\1/p' "$root"/tests/test_*.sh | tr ' ' '\n' | sort -u); do
        count=$((count + 1))
        case $tool in
        dash | mkfifo | setpriv | timeout | unshare) continue ;; # of the base system
        readelf) continue ;; # comes with the compiler
        esac
        expect grep -qE "^ *need [a-z]+ has $tool\$" "$root/scripts/install-packages.sh"
    done
    expect test "$count" -ge 15
    # each thing has packages
    sed -n 's/.* need \([a-z0-9-]*\) [a-z_]*.*/\1/p' "$root/scripts/install-packages.sh" >"$scratch/things"
    expect test "$(wc -l <"$scratch/things")" -ge 30
    while read -r tool; do
        expect grep -qE "^    $tool\) set -- " "$root/scripts/install-packages.sh"
    done <"$scratch/things"
}

# All tools of this machine but pkg-config.
without_pkg_config() {
    mkdir "$scratch/bin"
    local directory
    IFS=: read -r -a directories <<<"$PATH"
    for directory in "${directories[@]}"; do
        ln -s "$directory"/* "$scratch/bin" 2>/dev/null || true
    done
    rm -f "$scratch/bin"/*pkg-config "$scratch/bin/pkgconf"
    unset CC CPPFLAGS LDFLAGS MAKEFLAGS MAKELEVEL
    PATH=$scratch/bin make -s -C "$root" probe-blas probe-zlib ||
        skip "only pkg-config knows where the libraries are"
}

@test "nothing is installed that the build can do without" {
    without_pkg_config
    install_packages build
    expect test ! -s "$scratch/err"
}

# As where only a header is there, or only another BLAS.
@test "libraries that do not link are missing" {
    without_pkg_config
    printf '#!/bin/sh\ncase " $* " in *" -lopenblas "*) exit 1 ;; esac\nexec cc "$@"\n' >"$scratch/no-openblas"
    printf '#!/bin/sh\ncase " $* " in *" -lz "*) exit 1 ;; esac\nexec cc "$@"\n' >"$scratch/no-zlib"
    printf '#!/bin/sh\ncase " $* " in *" -lcmocka "*) exit 1 ;; esac\nexec cc "$@"\n' >"$scratch/no-cmocka"
    chmod +x "$scratch"/no-*
    CC=$scratch/no-openblas install_packages --missing build
    expect test "$(cat "$scratch/out")" = openblas
    CC=$scratch/no-zlib install_packages --missing build
    expect test "$(cat "$scratch/out")" = zlib
    CC=$scratch/no-cmocka install_packages --missing test
    expect grep -qw cmocka "$scratch/out"
    CC=false install_packages --missing build
    expect grep -qw compiler "$scratch/out"
}
