#!/bin/bash
# Every command in the README is run, as written, in a copy of the project.
set -eu
. "$(dirname "$0")/tap.sh"

# The lines of the README's sh blocks.
readme_commands() {
    awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$root/README.md"
}

# compare-pytorch.sh trains three times with PyTorch, a minute each on a slow machine.
time_limit=900

# The suite itself, which runs this test.
is_the_suite() {
    [ "$1" = scripts/test.sh ] || [ "$1" = "make check" ]
}

# True for the comparison with PyTorch where PyTorch is not installed.
lacks_torch() {
    [[ $1 == scripts/compare-pytorch.sh* ]] && ! /usr/bin/python3 -c 'import torch' 2>/dev/null &&
        ! python3 -c 'import torch' 2>/dev/null
}

the_readmes_commands_work_as_written() {
    real_mnist
    export MNIST_MIRROR=file://$mnist
    export BENCH_OPTIONS="--quick --runs 1" # takes minutes without --quick
    unset MNIST_DATA MAKEFLAGS MAKELEVEL
    cp -r "$root/Makefile" "$root/README.md" "$root/src" "$root/include" "$root/docs" "$root/scripts" "$root/tests" "$scratch"
    mkdir "$scratch/data"
    cp -r "$root/data/drawn" "$scratch/data"
    cd "$scratch"
    expect test "$(readme_commands | wc -l)" -ge 10
    readme_commands | while read -r command; do
        echo "$command"
        is_the_suite "$command" || lacks_torch "$command" || bash -euc "$command" </dev/null
    done
}

the_readmes_options_are_those_of_the_help() {
    "$program" --help | grep -o -- '--[a-z-]*' | sort -u >"$scratch/help"
    while read -r option; do
        expect grep -q -- "$option" "$root/README.md"
    done <"$scratch/help"
    grep -o '`--[a-z-]*' "$root/README.md" | tr -d '`' | sort -u | grep -vx -- -- >"$scratch/readme"
    cat "$scratch/readme"
    expect test -z "$(comm -13 "$scratch/help" "$scratch/readme")"
}

tap_run the_readmes_commands_work_as_written \
    the_readmes_options_are_those_of_the_help
