#!/usr/bin/env bats
# The net: status, output and files of the recorded command lines (tests/net). It shows what a change changes;
# `tests/net/net.py record once reproducible openblas` records it anew, for review by git diff.
load ../support/program

check() { # PART...
    need "$python"
    local status=0
    MNIST_TRAIN=$program "$python" "$root/tests/net/net.py" check "$@" >"$scratch/differences" || status=$?
    [ "$status" -ne 77 ] || skip "$(cat "$scratch/differences")"
    cat "$scratch/differences"
    [ "$status" -eq 0 ]
}

@test "commands without training, and all with reproducible, print and write what is recorded" {
    check once reproducible
}

@test "in the default mode all commands print and write what is recorded" {
    check openblas
}
