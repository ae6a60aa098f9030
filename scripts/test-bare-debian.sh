#!/bin/bash
# usage: test-bare-debian.sh [CODENAME...]         this machine's Debian by default; bookworm trixie for others
# Types the README's first two commands, scripts/run.sh and scripts/test.sh, into a fresh clone in a bare Debian,
# without MNIST and without a pseudo-terminal. Each system is made by debootstrap in build/bare and takes some
# minutes. Exit status 3 if it cannot be downloaded. Needs root, debootstrap and git.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

if [ "${1-}" = --help ]; then
    sed -n '2,/^\[/{/^\[/d;s/^# \{0,1\}//;p;}' "$0"
    exit 0
fi
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# In a mount namespace, so that no mount is left, however the script ends.
[ -n "${IN_NAMESPACE-}" ] || IN_NAMESPACE=yes exec unshare --mount --propagation private bash "$0" "$@"

# shellcheck disable=SC1091
this_debian=$(. /etc/os-release && echo "$VERSION_CODENAME")
# shellcheck disable=SC2016 # a placeholder of apt
mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $this_debian" | head -n 1)

inside() { # COMMAND...
    chroot "$system" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
}

for codename in "${@:-$this_debian}"; do
    system=$root/build/bare/$codename
    rm -rf "$system"
    mkdir -p "$system"
    echo "$codename:"
    debootstrap --variant=minbase "$codename" "$system" "$mirror" >"$system.log" || {
        tail -n 1 "$system.log"
        exit 3
    }
    umount "$system/sys" "$system/proc" 2>/dev/null || true
    mount -t proc proc "$system/proc"
    cp /etc/resolv.conf "$system/etc/resolv.conf"
    # the proxy of this machine; and no fsync for each file of a package
    apt-config dump | grep -E '^Acquire::(https?|ftp)::' >"$system/etc/apt/apt.conf.d/90proxy" || true
    echo force-unsafe-io >"$system/etc/dpkg/dpkg.cfg.d/unsafe-io"
    # the line ends of Windows, if .gitattributes lets them; the checkout may belong to another user
    export HOME=$system/root
    git config --global safe.directory '*'
    git clone -q -c core.autocrlf=true "$root" "$system/root/a clone"
    SECONDS=0
    inside MNIST_MIRROR=http://127.0.0.1:9 "/root/a clone/scripts/run.sh"
    echo "$codename: scripts/run.sh: $SECONDS s"
    SECONDS=0
    inside "/root/a clone/scripts/test.sh" --verbose
    echo "$codename: scripts/test.sh: $SECONDS s"
    umount "$system/proc"
    rm -rf "$system"
done
