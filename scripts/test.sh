#!/bin/bash
# usage: test.sh [--all] [--ci] [--verbose]
# Installs the packages that the tests need, builds, and runs all tests. The last lines tell which tests were
# skipped, and what is missing for them. --all first installs that too: optional packages, and MNIST in
# data/mnist. --ci adds the checks with other compilers and tools: warnings as errors, sanitizers, valgrind,
# formatting, a bare Debian.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/build-dir.sh"
. "$root/scripts/say.sh"
purposes=(build data test)
checks=()
jobs=1
all=
verbose=
for option in "$@"; do
    case $option in
    --all)
        all=yes
        purposes+=(optional)
        ;;
    --ci)
        purposes+=(ci)
        checks=("$root"/tests/ci/*.sh)
        jobs=2 # one program at a time leaves processors idle
        ;;
    --verbose) verbose=--verbose ;;
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 0 ;;
    *)
        say "expected --all, --ci, --verbose or --help, found '$option'"
        exit 2
        ;;
    esac
done

# Prints what skipped tests need and what can be had.
list_missing() {
    "$root/scripts/install-packages.sh" --missing optional
    [ -r "${MNIST_DATA:-$root/data/mnist}/t10k-labels-idx1-ubyte.gz" ] || echo MNIST
}

"$root/scripts/install-packages.sh" "${purposes[@]}"
[ -z "$all" ] || [ -n "${MNIST_DATA-}" ] || "$root/scripts/fetch-mnist.sh"
make -C "$root" -j"$(getconf _NPROCESSORS_ONLN)" all tests >/dev/null

programs=()
for source in "$root"/tests/test_*.c; do
    programs+=("$build/tests/$(basename "$source" .c)")
done
programs+=("$root"/tests/test_*.sh)
cd "$root"
status=0
# shellcheck disable=SC2086 # empty or one word
tests/run-suite.sh $verbose -j "$jobs" ${checks[@]+"${checks[@]}"} "${programs[@]}" || status=$?
missing=$(list_missing | paste -s -d ' ' -)
[ -z "$missing" ] || echo "missing for skipped tests: $missing; scripts/test.sh --all installs it and runs all tests"
exit "$status"
