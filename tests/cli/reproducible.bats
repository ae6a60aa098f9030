#!/usr/bin/env bats
# Runs with --reproducible on the bundled digits give the committed hashes.
load ../support/program

@test "one thread and three give the committed hashes" {
    for threads in 1 3; do
        "$root/scripts/check-reproducible.sh" --program "$program" --threads "$threads"
    done
}
