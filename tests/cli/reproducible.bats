#!/usr/bin/env bats
# Runs with --reproducible on the bundled digits give the committed hashes.
load ../support/program

@test "one thread and three give the committed hashes" {
    check=("$root/scripts/check-reproducible.sh" --program "$program")
    "${check[@]}" --threads 1
    "${check[@]}" --threads 3 small drawn
}

# A program that prints another digit, or fails, in its reproducible mode.
@test "other results and failures are reported" {
    check=("$root/scripts/check-reproducible.sh" --program "$scratch/other" small)
    printf '#!/bin/sh\n"%s" "$@" | sed "s/^Test Accuracy: /&1/"\n' "$program" >"$scratch/other"
    chmod +x "$scratch/other"
    fails_with 1 "${check[@]}" >"$scratch/out"
    cat "$scratch/out"
    expect test "$(grep -c '^    stdout: expected [0-9a-f]*, found [0-9a-f]*$' "$scratch/out")" -eq 4
    fails_with 1 grep '^    weights:' "$scratch/out"
    expect grep -q '^4 runs, 4 different$' "$scratch/out"
    printf '#!/bin/sh\necho "it failed" >&2\nexit 1\n' >"$scratch/other"
    fails_with 1 "${check[@]}" >"$scratch/out"
    expect test "$(grep -c '^    it failed$' "$scratch/out")" -eq 4
}
