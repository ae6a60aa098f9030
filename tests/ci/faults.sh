#!/bin/bash
# Calls of the C library that fail (tests/faults), and killed runs. FAULTS=all tries every call that
# memory is allocated by, and takes longer.
set -eu
. "$(dirname "$0")/../tap.sh"
unset MAKEFLAGS MAKELEVEL
time_limit=${FAULTS:+3000}
time_limit=${time_limit:-600}

most=25
[ -z "${FAULTS-}" ] || most=1000

the_program_and_the_shim_are_built() {
    make -C "$root" -j2 all build/tests/faults.so
}

# Memory is allocated hundreds of times.
a_call_that_fails_ends_in_success_or_one_line() {
    python3 "$root/tests/faults/inject.py" "$root/build/mnist-train" "$root/build/tests/faults.so" \
        "$root/data/drawn" --most $most >"$scratch/log" || {
        cat "$scratch/log"
        return 1
    }
    tail -n 1 "$scratch/log"
}

two_hundred_killed_runs_can_be_resumed() {
    TEST_TIMEOUT=$time_limit KILLS=200 "$root/tests/test_resume.sh" killed_runs_can_be_resumed_and_end_the_same
}

tap_run the_program_and_the_shim_are_built \
    a_call_that_fails_ends_in_success_or_one_line \
    two_hundred_killed_runs_can_be_resumed
