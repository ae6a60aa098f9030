#!/usr/bin/env bats
# The README's first two commands as new users type them.
load ../support/program

@test "both commands pass in a bare Debian" {
    [ "$(id -u)" -eq 0 ] || skip "only root can make a bare Debian"
    need debootstrap apt-get git
    unshare --mount true 2>/dev/null || skip "mount namespaces are not permitted"
    status=0
    "$root/scripts/test-bare-debian.sh" || status=$?
    [ "$status" -ne 3 ] || skip "debootstrap cannot download Debian"
    expect test "$status" -eq 0
}
