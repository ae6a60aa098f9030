#!/bin/bash
# usage: test.sh [--ci] [--verbose]
# Installs the packages that the tests need, builds, and runs all tests. --ci adds the checks with other
# compilers and tools: warnings as errors, sanitizers, valgrind, formatting, a bare Debian.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
ci=
verbose=
for option in "$@"; do
    case $option in
    --ci) ci=ci ;;
    --verbose) verbose=--verbose ;;
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 0 ;;
    *)
        echo "test: expected --ci, --verbose or --help, found '$option'" >&2
        exit 2
        ;;
    esac
done

# shellcheck disable=SC2086 # empty or one word
"$root/scripts/install-packages.sh" build data test $ci
make -C "$root" -j"$(getconf _NPROCESSORS_ONLN)" all tests >/dev/null

programs=()
for source in "$root"/tests/test_*.c; do
    programs+=("$root/build/tests/$(basename "$source" .c)")
done
programs+=("$root"/tests/test_*.sh)
[ -z "$ci" ] || programs+=("$root"/tests/ci/*.sh)
cd "$root"
# shellcheck disable=SC2086
exec tests/run-suite.sh $verbose "${programs[@]}"
