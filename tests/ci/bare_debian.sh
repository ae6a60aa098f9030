#!/bin/bash
# The README's first command in a bare Debian: no compiler, no make, no curl.
set -eu
. "$(dirname "$0")/../tap.sh"

bare=$root/build/bare-debian

# Also run beforehand: what an earlier run left mounted goes first.
leave_bare() {
    for place in proc dev mnist; do
        if mountpoint -q "$bare/$place"; then umount "$bare/$place"; fi
    done
    rm -rf "$bare"
}

make_bare() {
    [ "$(id -u)" -eq 0 ] || tap_skip "debootstrap needs root"
    command -v debootstrap >/dev/null || tap_skip "debootstrap is not here"
    # shellcheck disable=SC1091
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    # shellcheck disable=SC2016 # apt's own form of a variable
    mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $codename" 2>/dev/null | head -n 1)
    [ -n "$mirror" ] || tap_skip "apt knows no mirror of $codename"
    leave_bare
    trap leave_bare EXIT
    mkdir -p "$bare"
    debootstrap --variant=minbase "$codename" "$bare" "$mirror" >"$scratch/debootstrap.log" ||
        tap_skip "debootstrap could not get Debian $codename: $(tail -n 1 "$scratch/debootstrap.log")"
    # apt's own settings of this machine: its mirrors, a proxy, certificates
    for settings in /etc/apt/apt.conf.d /etc/apt/sources.list /etc/apt/sources.list.d; do
        if [ -e "$settings" ]; then
            rm -rf "${bare:?}$settings"
            cp -r "$settings" "$bare$settings"
        fi
    done
    cp /etc/resolv.conf "$bare/etc/resolv.conf"
    mount -t proc proc "$bare/proc"
    mount --bind /dev "$bare/dev"
    mkdir "$bare/project"
    tar -C "$root" -c --exclude=./build --exclude=./.git --exclude=./data/mnist . |
        tar -x -C "$bare/project"
}

in_bare() {
    chroot "$bare" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

bare_debian_goes_from_nothing_to_the_tutorials_figures() {
    make_bare
    for tool in cc gcc make curl wget; do
        fails_with 1 test -e "$bare/usr/bin/$tool"
    done
    # without any way to MNIST
    in_bare MNIST_MIRROR=http://127.0.0.1:9 /project/scripts/run.sh --epochs 1 \
        >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/out"
    expect grep -q 'cannot download MNIST: training on the drawn digits' "$scratch/err"
    expect grep -q '^Epoch: 0 .* of 4000 right' "$scratch/out"
    # and with a mirror
    real_mnist
    mkdir "$bare/mnist"
    mount --bind "$mnist" "$bare/mnist"
    in_bare MNIST_MIRROR=file:///mnist /project/scripts/run.sh --epochs 1 >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/out"
    expect grep -q '^Epoch: 0 | Loss: 1.59.* of 60000 right' "$scratch/out"
    expect grep -q '^Test Accuracy: .* of 10000 right' "$scratch/out"
}

tap_run bare_debian_goes_from_nothing_to_the_tutorials_figures
