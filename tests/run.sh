#!/bin/bash
# usage: run.sh [--verbose] FILE...
# Runs test files, C programs and bats files, with prove, and prints the failures in full, the reasons of
# skipped tests and, last, "N passed, N failed, N skipped".
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

# Every test has this environment and no other. It keeps the place of commands and libraries, of
# temporary files, of MNIST and of the program under test, and the kernel that the user has chosen.
kept=(PATH LD_LIBRARY_PATH TMPDIR MNIST_DATA OPENBLAS_CORETYPE BUILD MNIST_TRAIN
    SANITIZED ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS TEST_SKIP KILLS)
if [ "${TEST_ENVIRONMENT-}" != clean ]; then
    variables=(TEST_ENVIRONMENT=clean LC_ALL=C.UTF-8 TERM=xterm CMOCKA_MESSAGE_OUTPUT=TAP PYTHONDONTWRITEBYTECODE=1
        TEST_TIMEOUT="${TEST_TIMEOUT:-900}")
    for name in "${kept[@]}"; do
        [ -z "${!name+set}" ] || variables+=("$name=${!name}")
    done
    exec env -i "${variables[@]}" bash "$0" "$@"
fi
umask 022

# prove calls this script for one file. Its TAP is kept for the summary. cmocka writes "not ok" before a
# skipped test, and the reason of skip_because in a line of its own.
if [ "${1-}" = --one ]; then
    case $2 in
    *.bats) command=(bats --tap "$2") ;;
    *) command=("$2") ;;
    esac
    timeout -k 5 "$TEST_TIMEOUT" "${command[@]}" 2>&1 </dev/null | awk '
        /^# skipped: / { reason = substr($0, 12); next }
        /^(not )?ok .*# SKIP/ && reason { sub(/^not /, ""); print $0 " (" reason ")"; reason = ""; fflush(); next }
        { print; fflush() }' | tee "$RESULTS/$(basename "$2").tap"
    exit "${PIPESTATUS[0]}"
fi

RESULTS=$(mktemp -d)
HOME=$RESULTS/home
mkdir "$HOME"
export RESULTS HOME
trap 'chmod -R u+rwx "$RESULTS"; rm -rf "$RESULTS"' EXIT
options=()
[ "${1-}" != --verbose ] || { options=(--timer) && shift; }
prove ${options[@]+"${options[@]}"} -j "$(getconf _NPROCESSORS_ONLN)" --exec "bash $0 --one" "$@" || true

# The failures in full, then each reason of a skipped test with its count, then the counts. A test that was
# planned and has no result has failed, and so has a file without a plan.
shopt -s nullglob
awk '
    FNR == 1 { finish(); planned = 0; seen = 0; file = FILENAME; sub(/.*\//, "", file); sub(/\.tap$/, "", file) }
    /^1\.\.[0-9]+/ { planned = substr($0, 4) + 0; next }
    /^(not )?ok / { seen++; failing = 0 }
    /^ok .*# SKIP/ {
        skipped++
        reason = $0
        if (!sub(/.* \(/, "", reason)) sub(/.*# SKIP */, "", reason); else sub(/\)$/, "", reason)
        reasons[reason]++
        next
    }
    /^ok / { passed++; next }
    /^not ok / { failed++; failing = 1; print file ": " $0; next }
    failing { print }
    { last = $0 }
    function finish() {
        if (file == "" || (planned > 0 && seen >= planned)) return
        failed += planned > seen ? planned - seen : 1
        print file ": expected " planned " results, found " seen ". " last
    }
    END {
        finish()
        for (reason in reasons) print reasons[reason] " skipped: " reason | "sort -rn"
        close("sort -rn")
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0 || passed == 0
    }' "$RESULTS"/*.tap /dev/null
