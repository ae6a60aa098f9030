# Sourced by the shell tests: `tap_run TEST...` runs functions whose names are sentences, each in a
# shell of its own with `set -eu` in force and an empty folder as $scratch, and prints TAP. A test
# fails when a command of it fails; `tap_skip REASON` ends it as skipped.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=${MNIST_TRAIN:-$root/build/mnist-train}
export root program

tap_skip() {
    echo "$*" >"$scratch.skip"
    exit 0
}

# expect COMMAND...: fails, and says what was expected, when the command does.
expect() {
    "$@" || {
        echo "expected: $*"
        return 1
    }
}

# fails_with STATUS COMMAND...: the command must end with this status.
fails_with() {
    local wanted=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" -eq "$wanted" ] || {
        echo "expected status $wanted, found $status: $*"
        return 1
    }
}

# Whether two runs' printed losses are alike to the last digits; both must have some.
losses_agree() { # FILE FILE
    paste <(sed -n 's/^Epoch: .* Loss: \([0-9.]*\) .*/\1/p' "$1") \
        <(sed -n 's/^Epoch: .* Loss: \([0-9.]*\) .*/\1/p' "$2") | awk '
        { distance = $1 - $2; if (NF != 2 || distance > 0.0005 || distance < -0.0005) wrong = 1 }
        END { exit wrong || NR == 0 }'
}

# The folder with the real MNIST files, or the test is skipped.
real_mnist() {
    local folder
    for folder in "${MNIST_DATA-}" "$root/data/mnist" "$root/../shared/mnist"; do
        if [ -n "$folder" ] && [ -r "$folder/t10k-labels-idx1-ubyte.gz" ]; then
            export mnist=$folder
            return 0
        fi
    done
    tap_skip "MNIST's files are not here (scripts/fetch-mnist.sh gets them)"
}

tap_run() {
    local number=0 failed=0 status base name
    base=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder's name now
    trap "chmod -R u+rwx '$base'; rm -rf '$base'" EXIT
    echo "1..$#"
    for name in "$@"; do
        number=$((number + 1))
        scratch=$base/$number
        mkdir "$scratch"
        # not in a condition, where the shell would ignore set -e
        set +e
        (
            set -eu
            "$name"
        ) >"$scratch.log" 2>&1 </dev/null
        status=$?
        set -e
        if [ "$status" -ne 0 ]; then
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
