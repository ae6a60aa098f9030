#!/bin/bash
# usage: run.sh [--all | --ci] [--verbose] [FILE...]
# Runs test files, C programs and bats files, with prove: the named ones or those of the first tier, with
# --all of two tiers, with --ci of all three. Prints the failures in full, the reasons of skipped tests and,
# last, "N passed, N failed, N skipped". --verbose also prints the seconds of each file.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

# Every test has this environment and no other. It keeps the place of commands and libraries, of
# temporary files, of MNIST and of the program under test, and the kernel that the user has chosen.
kept=(PATH LD_LIBRARY_PATH TMPDIR MNIST_DATA OPENBLAS_CORETYPE WERROR BUILD MNIST_TRAIN
    ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS TEST_SKIP KILLS FAULTS)
if [ "${TEST_ENVIRONMENT-}" != clean ]; then
    variables=(TEST_ENVIRONMENT=clean LC_ALL=C.UTF-8 TERM=xterm CMOCKA_MESSAGE_OUTPUT=TAP PYTHONDONTWRITEBYTECODE=1
        TEST_TIMEOUT="${TEST_TIMEOUT:-900}")
    for name in "${kept[@]}"; do
        [ -z "${!name+set}" ] || variables+=("$name=${!name}")
    done
    exec env -i "${variables[@]}" bash "$0" "$@"
fi
umask 022

# prove calls this script for one file. Its TAP is kept for the summary, with the reason of a skipped test
# where TAP has it: bats writes "skip", and cmocka the test's name, old versions after "not ok"; the line of
# skip_because is before it. `timeout` has a process group of its own, which Ctrl-C does not reach, and in which
# a shell obeys a signal only after its command; so what is left of it is killed.
if [ "${1-}" = --one ]; then
    case $2 in
    *.bats) command=(bats --tap "$2") ;;
    *) command=("$2") ;;
    esac
    {
        timeout -k 5 "$TEST_TIMEOUT" "${command[@]}" </dev/null 2>&1 &
        trap 'kill -s TERM $! 2>/dev/null' INT TERM
        status=0
        wait $! || status=$?
        kill -s KILL -- -$! 2>/dev/null || true
        [ "$status" -ne 124 ] || echo "# ended after $TEST_TIMEOUT seconds"
        echo "# exit status $status"
        exit "$status"
    } | awk '
        /^# skipped: / { reason = substr($0, 12); next }
        /^ok .* # skip / { sub(/ # skip /, " # SKIP ") }
        /^(not )?ok [0-9]+ # SKIP/ { $0 = "ok " $(NF - 3) " # SKIP " reason }
        { print; fflush() }' | tee "$RESULTS/:${2//\//:}"
    exit "${PIPESTATUS[0]}"
fi

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/build-dir.sh"
cd "$root"
tiers=(tests/cli) # with the C programs
verbose=
while case ${1-} in --*) true ;; *) false ;; esac do
    case $1 in
    --all) tiers=(tests/all tests/cli) ;;
    --ci) tiers=(tests/ci tests/all tests/cli) ;;
    --verbose) verbose=yes ;;
    *) echo "run: expected --all, --ci or --verbose, found '$1'" >&2 && exit 2 ;;
    esac
    shift
done
if [ "$#" -eq 0 ]; then
    # The longest files first, so that no processor waits for one at the end.
    for file in tests/ci/{first_contact,sanitizers,environment,compilers}.bats \
        tests/all/net.bats tests/cli/{resume,reproducible,data_sets,predict}.bats; do
        [[ " ${tiers[*]} " != *" ${file%/*} "* ]] || set -- "$@" "$file"
    done
    for tier in "${tiers[@]}"; do
        for file in "$tier"/*.bats; do
            [[ " $* " == *" $file "* ]] || set -- "$@" "$file"
        done
    done
    for file in tests/unit/*.c; do
        set -- "$@" "$build/tests/unit/$(basename "$file" .c)"
    done
fi

RESULTS=$(mktemp -d)
HOME=$RESULTS/home
mkdir "$HOME"
export RESULTS HOME
trap 'chmod -R u+rwx "$RESULTS"; rm -rf "$RESULTS"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
count=0
prove --timer -j "$(getconf _NPROCESSORS_ONLN)" --exec 'bash tests/run.sh --one' "$@" | while IFS= read -r line; do
    [[ $line =~ ' '\.\.+' ' ]] && count=$((count + 1)) || continue
    if [ -n "$verbose" ]; then
        echo "$count of $# files: $line"
    elif [ $((count % 10)) -eq 0 ]; then
        echo "$count of $# files"
    fi
done || true

# The failures in full, then each reason of a skipped test with its count, then the counts. A test that was
# planned and has no result has failed, and so has a file without a plan, or one that fails after its tests.
awk -v tiers="${#tiers[@]}" '
    FNR == 1 {
        file = FILENAME; sub(/.*\/:/, "", file); gsub(/:/, "/", file)
        planned = -1; seen = failed_before = failing = 0; last = ""
    }
    /^1\.\.[0-9]+/ { planned = substr($0, 4) + 0; next }
    /^(not )?ok / { seen++; failing = 0 }
    /^ok .*# SKIP/ { skipped++; sub(/.*# SKIP */, ""); reasons[$0]++; next }
    /^ok / { passed++; next }
    /^not ok / { failed++; failing = ++failed_before; print file ": " $0; next }
    sub(/^# exit status /, "") {
        if (seen == planned && (failed_before || $0 == 0)) next
        failed += planned > seen ? planned - seen : 1
        print file ": expected " (planned < 0 ? "a plan" : planned " results") ", found " seen "; exit status " $0 ". " last
        next
    }
    failing { print }
    { last = $0 }
    END {
        for (reason in reasons) {
            print reasons[reason] " skipped: " reason | "sort -rn"
            missing = missing || reason ~ /missing/
        }
        close("sort -rn")
        if (missing && tiers == 1) print "scripts/test.sh --all installs what is missing, and runs all tests"
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0 || passed + skipped == 0
    }' "$RESULTS"/:* </dev/null
