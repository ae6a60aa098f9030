# Sourced by the shell tests. `tap_run TEST...` runs functions whose names are sentences and prints
# TAP. Each runs in a shell of its own with `set -eu` in force, an empty directory as $scratch and a
# time limit, and fails when one of its commands does. `tap_skip REASON` ends it as skipped.
#
# The limit is 120 seconds a function, or $time_limit if the script sets it before tap_run;
# TEST_TIMEOUT in the environment overrides both. When a function ends or exceeds the limit, the
# processes that it has left are ended.
# shellcheck shell=bash

[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh tests/test_x.sh`
set +o posix
root=$(CDPATH='' cd -- "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/build-dir.sh"
program=${MNIST_TRAIN:-$build/mnist-train}
export root program
export PYTHONDONTWRITEBYTECODE=1 # no files in the checkout
unset BUILD # the builds of the tests have their own directories

tap_skip() {
    echo "$*" >"$scratch.skip"
    exit 0
}

# need TOOL...: the test is skipped where one of these commands is missing.
need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || tap_skip "$tool is missing"
    done
}

# The test is skipped where there are no pseudo-terminals, as in a container without /dev/pts.
need_terminal() {
    need python3
    python3 -c 'import pty; pty.openpty()' 2>/dev/null || tap_skip "there are no pseudo-terminals"
}

# expect COMMAND...: fails if the command does, and prints it.
expect() {
    "$@" || {
        echo "expected: $*"
        return 1
    }
}

# fails_with STATUS COMMAND...: fails unless the command ends with this status.
fails_with() {
    local wanted=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" -eq "$wanted" ] || {
        echo "expected status $wanted, found $status: $*"
        return 1
    }
}

# Fails unless the losses printed by two runs differ by at most 0.0005, or if there are none.
losses_agree() { # FILE FILE
    paste <(sed -n 's/^Epoch: .* Loss: \([0-9.]*\) .*/\1/p' "$1") \
        <(sed -n 's/^Epoch: .* Loss: \([0-9.]*\) .*/\1/p' "$2") | awk '
        { distance = $1 - $2; if (NF != 2 || distance > 0.0005 || distance < -0.0005) wrong = 1 }
        END { exit wrong || NR == 0 }'
}

# Sets $mnist to the directory with the real MNIST files. Fails, with $mnist empty, if there is none.
find_mnist() {
    for mnist in "${MNIST_DATA-}" "$root/data/mnist" "$root/../shared/mnist"; do
        if [ -n "$mnist" ] && [ -r "$mnist/t10k-labels-idx1-ubyte.gz" ]; then
            export mnist
            return 0
        fi
    done
    mnist=''
    return 1
}

# Sets $mnist; the test is skipped if there is no MNIST.
real_mnist() {
    find_mnist || tap_skip "the MNIST files are missing (scripts/fetch-mnist.sh downloads them)"
}

# Ends the process group of the running test, if there is one. TERM comes first, so that a script
# which runs tests of its own, as those in tests/ci do, can end their groups.
tap_end_group() { # GRACE-SECONDS
    [ -n "$tap_group" ] || return 0
    kill -s TERM -- "-$tap_group" 2>/dev/null || return 0
    sleep "$1"
    kill -s KILL -- "-$tap_group" 2>/dev/null || true
}

tap_end_watchdog() {
    [ -z "$tap_watchdog" ] || kill -s KILL -- "-$tap_watchdog" 2>/dev/null || true
}

# Runs one test; its status goes to $tap_status. Not called in a condition, where the shell would
# ignore the test's set -e.
tap_run_one() { # NAME
    # With job control, a background job is a process group, which a signal reaches as a whole.
    set -m
    (
        set +m
        set -eu
        "$1"
    ) >"$scratch.log" 2>&1 </dev/null &
    tap_group=$!
    (
        sleep "$tap_limit"
        touch "$scratch.late"
        tap_end_group 2
    ) >/dev/null 2>&1 </dev/null &
    tap_watchdog=$!
    set +m
    tap_status=0
    wait "$tap_group" 2>/dev/null || tap_status=$?
    [ -e "$scratch.late" ] || tap_end_watchdog
    wait "$tap_watchdog" 2>/dev/null || true
    tap_watchdog=''
    tap_end_group 0
    tap_group=''
}

tap_run() {
    local number=0 failed=0 base name
    base=$(mktemp -d)
    tap_limit=${TEST_TIMEOUT:-${time_limit:-120}}
    tap_group=''
    tap_watchdog=''
    # shellcheck disable=SC2064 # the directory's name now
    trap "tap_end_watchdog; tap_end_group 0.5; chmod -R u+rwx '$base'; rm -rf '$base'" EXIT
    echo "# time limit: $tap_limit s"
    echo "1..$#"
    for name in "$@"; do
        number=$((number + 1))
        scratch=$base/$number
        mkdir "$scratch"
        tap_run_one "$name"
        if [ -e "$scratch.late" ]; then
            failed=1
            echo "not ok $number - $name: no result after $tap_limit s"
            sed 's/^/# /' "$scratch.log"
        elif [ "$tap_status" -ne 0 ]; then
            failed=1
            echo "not ok $number - $name"
            sed 's/^/# /' "$scratch.log"
        elif [ -e "$scratch.skip" ]; then
            echo "ok $number - $name # SKIP $(cat "$scratch.skip")"
        else
            echo "ok $number - $name"
        fi
    done
    return "$failed"
}
