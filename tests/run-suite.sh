#!/bin/bash
# usage: run-suite.sh [--verbose] PROGRAM...
# Runs test programs that print TAP, says what failed, and ends in "N passed, N failed, N skipped".
set -eu

verbose=
if [ "${1-}" = --verbose ]; then
    verbose=yes
    shift
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0

for test_program in "$@"; do
    status=0
    CMOCKA_MESSAGE_OUTPUT=TAP timeout 900 "$test_program" >"$log" 2>&1 </dev/null || status=$?
    planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    # cmocka calls what is skipped "not ok"
    skips=$(grep -cE '^(not )?ok .*# SKIP' "$log" || true)
    passes=$(grep '^ok ' "$log" | grep -vc '# SKIP' || true)
    failures=$(grep '^not ok ' "$log" | grep -vc '# SKIP' || true)
    # A crash, a time-out or a test that never reported is a failure too.
    missing=$((planned - passes - failures - skips))
    [ "$missing" -ge 0 ] || missing=0
    if [ "$planned" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$failures" -eq 0 ]; }; then
        missing=$((missing > 0 ? missing : 1))
    fi
    failures=$((failures + missing))
    echo "$(basename "$test_program"): $passes passed, $failures failed, $skips skipped"
    if [ -n "$verbose" ] || [ "$failures" -gt 0 ]; then
        cat "$log"
    else
        grep '# SKIP' "$log" || true
    fi
    [ "$missing" -eq 0 ] || echo "$test_program: $missing did not report; exit status $status"
    passed=$((passed + passes))
    failed=$((failed + failures))
    skipped=$((skipped + skips))
done

if [ $((passed + failed + skipped)) -eq 0 ]; then
    echo "run-suite: expected test programs, found none"
    failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
