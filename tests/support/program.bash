# Loaded by the bats files. Each test has an empty directory, $scratch.
# shellcheck shell=bash

root=$(CDPATH='' cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
. "$root/scripts/build-dir.sh"
program=${MNIST_TRAIN:-$build/mnist-train}
drawn=$root/data/drawn
data=(--data "$drawn") # of the runs that `train` and `rejects` make
export root program
unset BUILD # the builds of the tests have their own directories
mnist_data=${MNIST_DATA-} # for real_mnist alone
unset MNIST_DATA

setup() {
    scratch=$BATS_TEST_TMPDIR
}

# The processes of a test end with it. bats waits for those that have its descriptor 3.
teardown() {
    local process
    for process in $(jobs -p); do
        kill -s KILL "$process" 2>/dev/null || true
    done
}

# need TOOL...: the test is skipped where one of these commands is missing.
need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || skip "$tool is missing"
    done
}

# The test is skipped where there are no pseudo-terminals, as in a container without /dev/pts.
need_terminal() {
    need python3
    python3 -c 'import pty; pty.openpty()' 2>/dev/null || skip "there are no pseudo-terminals"
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

# Runs the program on the bundled digits. Its stdout, without the seconds, goes to a file, and its
# stderr to $scratch/err.
train() { # FILE OPTION...
    local out=$1
    shift
    "$program" "${data[@]}" "$@" 2>"$scratch/err" >"$scratch/raw" || {
        local status=$?
        cat "$scratch/err"
        return "$status"
    }
    sed 's/ | [0-9.]* s$//' "$scratch/raw" >"$out"
}

# Fails unless the program ends with this status, stdout is empty, and stderr is one line that
# contains the words.
rejects() { # STATUS WORDS OPTION...
    local wanted=$1 words=$2
    shift 2
    fails_with "$wanted" "$program" "${data[@]}" "$@" >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/err"
    expect test ! -s "$scratch/out"
    expect test "$(wc -l <"$scratch/err")" -eq 1
    expect grep -q '^mnist-train: ' "$scratch/err"
    expect grep -qF -- "$words" "$scratch/err"
}

# Fails unless the losses printed by two runs differ by at most 0.0005, or if there are none.
losses_agree() { # FILE FILE
    paste <(sed -n 's/^Epoch: .* Loss: \([0-9.]*\) .*/\1/p' "$1") \
        <(sed -n 's/^Epoch: .* Loss: \([0-9.]*\) .*/\1/p' "$2") | awk '
        { distance = $1 - $2; if (NF != 2 || distance > 0.0005 || distance < -0.0005) wrong = 1 }
        END { exit wrong || NR == 0 }'
}

# Sets $mnist to the directory with the real MNIST files; the test is skipped if there is none.
real_mnist() {
    for mnist in "$mnist_data" "$root/data/mnist" "$root/../shared/mnist"; do
        if [ -n "$mnist" ] && [ -r "$mnist/t10k-labels-idx1-ubyte.gz" ]; then
            export mnist
            return 0
        fi
    done
    skip "the MNIST files are missing (scripts/fetch-mnist.sh downloads them)"
}

# Fails if the process ends before the file exists.
wait_for_file() { # FILE PROCESS
    until [ -e "$1" ]; do
        kill -0 "$2" 2>/dev/null || [ -e "$1" ] || {
            echo "expected process $2 to create $1"
            return 1
        }
        sleep 0.01
    done
}

# Fails unless a background process of this shell ends with this status.
ends_with() { # STATUS PROCESS
    local status=0
    wait "$2" || status=$?
    [ "$status" -eq "$1" ] || {
        echo "expected status $1 of process $2, found $status"
        return 1
    }
}

# Creates the FIFO $scratch/pipe and opens it as descriptor 9. Nobody reads it, and it has room for
# this many lines of --quiet, at most 4: the program then blocks in its next line, which it prints
# after an epoch and before the epoch's checkpoint.
create_full_pipe() { # LINES
    local page=4096 # a pipe is full when its pages are; a line does not span two
    rm -f "$scratch/pipe"
    mkfifo "$scratch/pipe"
    exec 9<>"$scratch/pipe"
    dd if=/dev/zero of="$scratch/pipe" bs=$page count=1000 oflag=nonblock 2>/dev/null || true
    dd bs=$page count=1 <&9 >/dev/null 2>&1
    head -c $((page - 10 - 49 * $1)) /dev/zero >&9
}
