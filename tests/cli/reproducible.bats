#!/usr/bin/env bats
# Runs with --reproducible give the committed hashes, whatever machine, compiler and library the
# program was built for.
load ../support/program

check=$root/scripts/check-reproducible.sh

# Compares all runs of the groups that this processor can make in time.
check_threads() { # THREADS
    MNIST_DATA='' "$check" --program "$program" --threads "$1"
}

@test "one thread gives the committed hashes" {
    check_threads 1
}

@test "two threads give the committed hashes" {
    check_threads 2
}

@test "three threads give the committed hashes" {
    check_threads 3
}

@test "four threads give the committed hashes" {
    check_threads 4
}

@test "mnist gives the committed hashes" {
    real_mnist
    if "$program" --version | grep -q 'software multiply-add'; then
        skip "this processor has no fused multiply-add instructions"
    fi
    MNIST_DATA=$mnist "$check" --program "$program" mnist mnist-2000
}

# A program that prints another digit, or saves other weights, in its reproducible mode.
@test "other results are reported" {
    cat >"$scratch/other" <<END
#!/bin/sh
"$program" "\$@" | sed 's/^Test Accuracy: /&1/'
END
    chmod +x "$scratch/other"
    fails_with 1 "$check" --program "$scratch/other" small >"$scratch/out"
    cat "$scratch/out"
    expect test "$(grep -c '^    stdout: expected [0-9a-f]*, found [0-9a-f]*$' "$scratch/out")" -eq 4
    expect test "$(grep -c '^    weights:' "$scratch/out")" -eq 0
    expect grep -q '^4 runs, 4 different$' "$scratch/out"

    cat >"$scratch/other" <<END
#!/bin/sh
for option; do
    shift
    [ "\$option" = --reproducible ] || set -- "\$@" "\$option"
done
exec "$program" "\$@"
END
    fails_with 1 "$check" --program "$scratch/other" small >"$scratch/out"
    expect test "$(grep -c '^    weights: expected [0-9a-f]*, found [0-9a-f]*$' "$scratch/out")" -eq 4
}

@test "a program that fails is reported" {
    printf '#!/bin/sh\necho "it failed" >&2\nexit 1\n' >"$scratch/broken"
    chmod +x "$scratch/broken"
    fails_with 1 "$check" --program "$scratch/broken" small >"$scratch/out"
    expect test "$(grep -c '^    it failed$' "$scratch/out")" -eq 4
}

# Prints the block of text after the line with these words, without the seconds of epochs.
documented_lines() { # FILE WORDS
    awk -v words="$2" 'index($0, words) { found = 1 } found && /^Epoch: |^Test / { print } /^Test / { found = 0 }' "$1" |
        sed 's/ | [0-9.]* s$//'
}

@test "the documents have the programs lines" {
    real_mnist
    "$program" --data "$mnist" --reproducible 2>"$scratch/err" | sed 's/ | [0-9.]* s$//' >"$scratch/seed0"
    documented_lines "$root/README.md" "--reproducible" >"$scratch/readme"
    expect diff "$scratch/readme" "$scratch/seed0"
    "$program" --data "$mnist" --reproducible --quiet --seed 1422 >"$scratch/seed1422"
    documented_lines "$root/docs/reproducibility.md" "--seed 1422" >"$scratch/document"
    expect diff "$scratch/document" "$scratch/seed1422"
}
