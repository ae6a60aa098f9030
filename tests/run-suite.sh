#!/bin/bash
# usage: run-suite.sh [--verbose] [-j N] PROGRAM...
# Runs test programs that print TAP, N (1) at a time, and prints the output of those that fail, the reasons of skipped
# tests and, as the last line, "N passed, N failed, N skipped".
#
# A program that prints no result for longer than a test's time limit is ended, with the processes of
# its group. The limit is the one that the program states in a line "# time limit: N s", else
# TEST_TIMEOUT or 120 seconds. tests/tap.sh and tests/support/test_group.h end a test at its limit
# themselves, and name it; so the runner waits a little longer.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix
. "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/say.sh"

verbose=
jobs=1
while [ "$#" -gt 0 ]; do
    case $1 in
    --verbose) verbose=yes ;;
    -j) shift && jobs=$1 ;;
    *) break ;;
    esac
    shift
done
[[ $jobs =~ ^[1-9][0-9]{0,3}$ ]] || {
    say "-j: expected a number above 0, found '$jobs'"
    exit 2
}
suite=$(mktemp -d) # of the whole run; each worker has a directory $scratch in it
workers=()
group=
watchdog=

# Ends what is left of the running program.
end_program() { # GRACE-SECONDS
    [ -n "$group" ] || return 0
    kill -s TERM -- "-$group" 2>/dev/null || return 0
    sleep "$1"
    kill -s KILL -- "-$group" 2>/dev/null || true
}

end_watchdog() {
    [ -z "$watchdog" ] || kill -s KILL -- "-$watchdog" 2>/dev/null || true
}

end_workers() {
    [ "${#workers[@]}" -eq 0 ] || kill -s TERM -- "${workers[@]}" 2>/dev/null || true
    wait
    rm -rf "$suite"
}
trap end_workers EXIT

results() {
    grep -cE '^(not )?ok ' "$log" || true
}

time_limit() {
    sed -n 's/^# time limit: \([0-9][0-9]*\) s$/\1/p' "$log" | head -n 1 | grep . || echo "${TEST_TIMEOUT:-120}"
}

# Ends the program once it has printed no result for too long, and leaves that time in a file.
watch_program() {
    local found=0 since=$SECONDS limit
    while sleep 1; do
        limit=$(time_limit)
        if [ "$(results)" -ne "$found" ]; then
            found=$(results)
            since=$SECONDS
        elif [ $((SECONDS - since)) -gt $((limit + limit / 10 + 3)) ]; then
            echo "$limit" >"$scratch/late"
            end_program 2
            return
        fi
    done
}

# Leaves its output in $log and its exit status in $status.
run_program() { # PROGRAM
    rm -f "$scratch/late"
    : >"$log"
    # With job control, a background job is a process group, which a signal reaches as a whole.
    set -m
    CMOCKA_MESSAGE_OUTPUT=TAP "$1" >"$log" 2>&1 </dev/null &
    group=$!
    watch_program >/dev/null 2>&1 </dev/null &
    watchdog=$!
    set +m
    status=0
    wait "$group" 2>/dev/null || status=$?
    [ -e "$scratch/late" ] || end_watchdog
    wait "$watchdog" 2>/dev/null || true
    watchdog=
    end_program 0
    group=
    if [ -e "$scratch/late" ]; then
        echo "not ok - $(late_test): no result after $(cat "$scratch/late") s" >>"$log"
    fi
}

# The name of a test is in its result line; one without a result is known by the one before it.
late_test() {
    awk '
        /^(not )?ok / { last = $0; sub(/^(not )?ok [0-9]* *-? */, "", last); sub(/ *# SKIP.*/, "", last) }
        END { print last == "" ? "the first test" : "the test after " last }' "$log"
}

# The reasons of the skipped tests, one a line. cmocka calls a skipped test "not ok" and has no
# reasons: skip_because (tests/support/test_group.h) prints them in a line before.
list_skipped() {
    awk '
        /^# skipped: / { reason = substr($0, 12) }
        /^(not )?ok / {
            if ($0 ~ /# SKIP/) {
                sub(/.*# SKIP */, "")
                print reason != "" ? reason : $0 != "" ? $0 : "no reason given"
            }
            reason = ""
        }' "$log"
}

# Prints the result of a program, and adds it to the worker's counts and reasons.
test_program() { # PROGRAM
    run_program "$1"
    local planned skips passes failures missing
    planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    list_skipped >"$scratch/skipped"
    skips=$(wc -l <"$scratch/skipped")
    passes=$(grep '^ok ' "$log" | grep -vc '# SKIP' || true)
    failures=$(grep '^not ok ' "$log" | grep -vc '# SKIP' || true)
    # A test that has not reported has failed: after a crash or at a time limit.
    missing=$((planned - passes - failures - skips))
    [ "$missing" -ge 0 ] || missing=0
    if [ "$planned" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$failures" -eq 0 ]; }; then
        missing=$((missing > 0 ? missing : 1))
    fi
    failures=$((failures + missing))
    echo "$(basename "$1"): $passes passed, $failures failed, $skips skipped"
    if [ -n "$verbose" ] || [ "$failures" -gt 0 ]; then
        cat "$log"
    fi
    [ "$missing" -eq 0 ] || echo "$1: $missing did not report; exit status $status"
    cat "$scratch/skipped" >>"$scratch/reasons"
    echo "$passes $failures $skips" >>"$scratch/counts"
}

# Runs programs that no other worker has begun; a directory that it can make is its claim. The output of
# a program is printed as a whole.
work() { # WORKER PROGRAM...
    scratch=$suite/worker.$1
    log=$scratch/log
    mkdir "$scratch"
    trap 'end_watchdog; end_program 2' EXIT
    trap 'exit 143' TERM
    shift
    local i=0 program
    for program in "$@"; do
        i=$((i + 1))
        mkdir "$suite/claim.$i" 2>/dev/null || continue
        test_program "$program" >"$scratch/output"
        until mkdir "$suite/printing" 2>/dev/null; do sleep 0.05; done
        cat "$scratch/output"
        rmdir "$suite/printing"
    done
}

for ((worker = 1; worker <= jobs; worker++)); do
    work "$worker" "$@" &
    workers+=($!)
done
wait "${workers[@]}" || true
workers=()
cat "$suite"/worker.*/reasons >"$suite/reasons" 2>/dev/null || true
read -r passed failed skipped < <(cat "$suite"/worker.*/counts 2>/dev/null |
    awk '{ passed += $1; failed += $2; skipped += $3 } END { print passed + 0, failed + 0, skipped + 0 }')

if [ $((passed + failed + skipped)) -eq 0 ]; then
    echo "run-suite: expected test programs, found none"
    failed=1
fi
if [ "$skipped" -gt 0 ]; then
    sort "$suite/reasons" | uniq -c | sort -k1,1nr -k2 | sed 's/^ *\([0-9]*\) /\1 skipped: /'
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
