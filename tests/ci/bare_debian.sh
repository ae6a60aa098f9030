#!/bin/bash
# The README's first command in a bare Debian, without compiler, make and curl.
set -eu
. "$(dirname "$0")/../tap.sh"
time_limit=900

bare=$root/build/bare-debian

# Unmounts and removes the directory; also one that an interrupted run has left.
remove_bare() {
    for place in proc dev mnist; do
        if mountpoint -q "$bare/$place"; then umount "$bare/$place"; fi
    done
    rm -rf "$bare"
}

make_bare() {
    [ "$(id -u)" -eq 0 ] || tap_skip "debootstrap needs root"
    need debootstrap apt-get
    # shellcheck disable=SC1091
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    # shellcheck disable=SC2016 # a placeholder of apt
    mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $codename" 2>/dev/null | head -n 1)
    [ -n "$mirror" ] || tap_skip "apt has no mirror of $codename"
    remove_bare
    trap remove_bare EXIT
    mkdir -p "$bare"
    debootstrap --variant=minbase "$codename" "$bare" "$mirror" >"$scratch/debootstrap.log" ||
        tap_skip "debootstrap cannot download Debian $codename: $(tail -n 1 "$scratch/debootstrap.log")"
    # the mirrors, proxy and certificates that apt uses on this machine
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

run_sh_installs_builds_and_trains_in_a_bare_debian() {
    make_bare
    for tool in cc gcc make curl wget; do
        fails_with 1 test -e "$bare/usr/bin/$tool"
    done
    # without access to MNIST
    in_bare MNIST_MIRROR=http://127.0.0.1:9 /project/scripts/run.sh --epochs 1 \
        >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/out"
    expect grep -q 'cannot download MNIST: training on the drawn digits' "$scratch/err"
    expect grep -q '^Epoch: 0 .* of 4000 right' "$scratch/out"
    # with a mirror
    real_mnist
    mkdir "$bare/mnist"
    mount --bind "$mnist" "$bare/mnist"
    in_bare MNIST_MIRROR=file:///mnist /project/scripts/run.sh --epochs 1 >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/out"
    expect grep -q '^Epoch: 0 | Loss: 1.59.* of 60000 right' "$scratch/out"
    expect grep -q '^Test Accuracy: .* of 10000 right' "$scratch/out"
}

tap_run run_sh_installs_builds_and_trains_in_a_bare_debian
