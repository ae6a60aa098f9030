#!/bin/bash
# usage: test.sh [--all | --ci] [--verbose]
# Installs the packages that the tests need, builds, and runs the tests: the first tier, in a minute.
#   --all      the second tier too, which takes 6 minutes; installs optional packages and downloads MNIST
#   --ci       all three tiers, in 15 minutes: also compilers, sanitizers, other libraries, a bare Debian
#   --verbose  prints a line with the seconds of each file
# The last lines are the failures, the reasons of skipped tests, and "N passed, N failed, N skipped".
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix
umask 022 # some tests run the program as another user

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/say.sh"
optional=()
options=()
for option in "$@"; do
    case $option in
    --all) optional=(data optional) ;;
    --ci) optional=(data optional ci) && export WERROR=1 ;; # for every build
    --verbose) ;;
    --help) sed -n '2,/^\[/{/^\[/d;s/^# \{0,1\}//;p;}' "$0" && exit 0 ;;
    *)
        say "expected --all, --ci, --verbose or --help, found '$option'"
        exit 2
        ;;
    esac
    options+=("$option")
done

"$root/scripts/install-packages.sh" build test
if [ "${#optional[@]}" -gt 0 ]; then
    "$root/scripts/install-packages.sh" "${optional[@]}" || say "going on without these packages"
    [ -n "${MNIST_DATA-}" ] || "$root/scripts/fetch-mnist.sh" || say "cannot download MNIST: going on without it"
fi
echo "Building the program and its tests"
make -C "$root" -j"$(getconf _NPROCESSORS_ONLN)" all tests >/dev/null
exec "$root/tests/run.sh" ${options[@]+"${options[@]}"}
