#!/usr/bin/env bats
# Calls of the C library that fail (tests/faults), and killed runs. FAULTS=all tries every call that
# memory is allocated by, and takes longer.
load ../support/program

most=25
[ -z "${FAULTS-}" ] || most=1000

@test "the program and the shim are built" {
    make -C "$root" -j2 all build/tests/faults.so
}

# Memory is allocated hundreds of times.
@test "a call that fails ends in success or one line" {
    python3 "$root/tests/faults/inject.py" "$root/build/mnist-train" "$root/build/tests/faults.so" \
        "$root/data/drawn" --most $most >"$scratch/log" || {
        cat "$scratch/log"
        return 1
    }
    tail -n 1 "$scratch/log"
}

@test "two hundred killed runs can be resumed" {
    TEST_TIMEOUT=$time_limit KILLS=200 "$root/tests/test_resume.sh" killed_runs_can_be_resumed_and_end_the_same
}
