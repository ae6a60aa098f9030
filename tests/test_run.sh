#!/bin/bash
# scripts/run.sh, in a copy of the project, so that the checkout's data/mnist stays as it is.
set -eu
. "$(dirname "$0")/tap.sh"

# The copy in a folder with a blank in its name.
copy_project() {
    copy="$scratch/a copy"
    mkdir "$copy" "$copy/data"
    cp -r "$root/Makefile" "$root/src" "$root/include" "$root/scripts" "$copy"
    cp -r "$root/data/drawn" "$copy/data"
    unset MNIST_DATA MAKEFLAGS MAKELEVEL
    export CFLAGS=-O1
    mkdir "$scratch/elsewhere"
    cd "$scratch/elsewhere"
}

run_gets_mnist_and_trains_on_it() {
    real_mnist
    export MNIST_MIRROR=file://$mnist
    copy_project
    "$copy/scripts/run.sh" --epochs 1 >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/err"
    expect test "$(wc -l <"$scratch/out")" -eq 2
    expect grep -q '^Epoch: 0 | Loss: 1.59.* of 60000 right' "$scratch/out"
    expect test -f "$copy/data/mnist/train-images-idx3-ubyte.gz"
    # once there, it is not fetched again
    MNIST_MIRROR=file:///nowhere "$copy/scripts/run.sh" --epochs 0 >"$scratch/out"
    expect grep -q '^Test Accuracy: .* of 10000 right' "$scratch/out"
}

run_says_plainly_when_it_trains_on_the_drawn_digits() {
    copy_project
    MNIST_MIRROR=file:///nowhere "$copy/scripts/run.sh" --epochs 1 >"$scratch/out" 2>"$scratch/err"
    expect grep -q 'cannot download MNIST: training on the drawn digits' "$scratch/err"
    expect grep -q '^Epoch: 0 .* of 4000 right' "$scratch/out"
    expect test "$(wc -l <"$scratch/out")" -eq 2
}

# With stand-ins that cannot download.
run_trains_on_the_drawn_digits_where_the_mirrors_cannot_be_reached() {
    copy_project
    unset MNIST_MIRROR
    mkdir "$scratch/bin"
    printf '#!/bin/sh\nexit 7\n' >"$scratch/bin/curl"
    chmod +x "$scratch/bin/curl"
    PATH=$scratch/bin:$PATH "$copy/scripts/run.sh" --epochs 0 >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/err"
    expect grep -q 'cannot download MNIST: training on the drawn digits' "$scratch/err"
    expect grep -q '^Test Accuracy: .* of 1000 right' "$scratch/out"
}

run_ended_by_a_signal_leaves_no_temporary_files() {
    local shell
    copy_project
    mkdir "$scratch/bin" "$scratch/temporary"
    # shellcheck disable=SC2016 # expanded by the stand-in
    printf '#!/bin/sh\nkill -s TERM "$PPID"\n' >"$scratch/bin/make"
    chmod +x "$scratch/bin/make"
    for shell in sh dash bash; do
        command -v "$shell" >/dev/null || continue
        TMPDIR=$scratch/temporary PATH=$scratch/bin:$PATH fails_with 143 "$shell" "$copy/scripts/run.sh"
        expect test -z "$(ls -A "$scratch/temporary")"
    done
}

run_takes_the_data_that_is_named_and_fetches_nothing() {
    copy_project
    cp -r "$copy/data/drawn" here
    export MNIST_MIRROR=file:///nowhere
    "$copy/scripts/run.sh" --data here --epochs 1 >"$scratch/out" 2>"$scratch/err"
    expect grep -q 'of 4000 right' "$scratch/out"
    expect grep -q '^Train: 4000 images of here/' "$scratch/err"
    "$copy/scripts/run.sh" --data=here --epochs 0 >"$scratch/out"
    MNIST_DATA=here "$copy/scripts/run.sh" --epochs 0 >"$scratch/out"
    expect grep -q 'of 1000 right' "$scratch/out"
    expect test ! -e "$copy/data/mnist"
}

run_needs_no_data_for_help_and_version() {
    copy_project
    export MNIST_MIRROR=file:///nowhere
    "$copy/scripts/run.sh" --help >"$scratch/out" 2>"$scratch/err"
    expect grep -q '^Usage: mnist-train' "$scratch/out"
    "$copy/scripts/run.sh" --version >"$scratch/out" 2>>"$scratch/err"
    expect test ! -s "$scratch/err"
}

run_ends_as_the_program_does() {
    copy_project
    fails_with 2 "$copy/scripts/run.sh" --data here --epochs 1x
    fails_with 1 "$copy/scripts/run.sh" --data nowhere
}

run_shows_what_the_build_said_when_it_fails() {
    copy_project
    echo 'this is not C' >>"$copy/src/cli/main.c"
    fails_with 1 "$copy/scripts/run.sh" >"$scratch/out" 2>"$scratch/err"
    expect grep -q 'main.c.*error' "$scratch/err"
    expect grep -q 'run: the build failed' "$scratch/err"
    expect test ! -s "$scratch/out"
}

tap_run run_gets_mnist_and_trains_on_it \
    run_says_plainly_when_it_trains_on_the_drawn_digits \
    run_trains_on_the_drawn_digits_where_the_mirrors_cannot_be_reached \
    run_ended_by_a_signal_leaves_no_temporary_files \
    run_takes_the_data_that_is_named_and_fetches_nothing \
    run_needs_no_data_for_help_and_version \
    run_ends_as_the_program_does \
    run_shows_what_the_build_said_when_it_fails
