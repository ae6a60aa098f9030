#!/usr/bin/env bats
# Calls of the C library that fail (tests/faults), and killed runs. FAULTS: the most faults of one kind of call
# in one command (default: 6); memory is allocated some 600 times.
load ../support/program

@test "a call that fails ends in success or one line" {
    need python3
    make -C "$root" all build/tests/faults.so
    python3 "$root/tests/faults/inject.py" "$root/build/mnist-train" "$root/build/tests/faults.so" "$drawn" \
        "${FAULTS:-6}"
}

@test "twenty killed runs can be resumed" {
    KILLS=10 bats --filter '^killed .*runs' "$root/tests/cli/resume.bats"
}
