# Sourced by the shell tests of long runs on the bundled digits. Every wait has a limit.
# shellcheck shell=bash disable=SC2154 # tap.sh sets root, program and scratch

drawn=$root/data/drawn
process_limit=$((${TEST_TIMEOUT:-120} / 2)) # seconds

# Runs the program on the bundled digits. Its stdout, without the seconds, goes to a file, and its
# stderr to $scratch/err.
train() { # FILE OPTION...
    local out=$1
    shift
    "$program" --data "$drawn" "$@" 2>"$scratch/err" >"$scratch/raw" || {
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
    fails_with "$wanted" "$program" --data "$drawn" "$@" >"$scratch/out" 2>"$scratch/err"
    cat "$scratch/err"
    expect test ! -s "$scratch/out"
    expect test "$(wc -l <"$scratch/err")" -eq 1
    expect grep -q '^mnist-train: ' "$scratch/err"
    expect grep -qF -- "$words" "$scratch/err"
}

# Fails if the process ends, or the limit passes, before the file exists.
wait_for_file() { # FILE PROCESS
    local end=$((SECONDS + process_limit)) alive=yes
    until [ -e "$1" ]; do
        if [ -z "$alive" ] || [ "$SECONDS" -ge "$end" ]; then
            echo "expected process $2 to create $1"
            return 1
        fi
        sleep 0.01
        kill -0 "$2" 2>/dev/null || alive=
    done
}

# Fails unless a background process of this shell ends with this status before the limit.
ends_with() { # STATUS PROCESS
    local end=$((SECONDS + process_limit)) status=0
    while kill -0 "$2" 2>/dev/null; do
        [ "$SECONDS" -lt "$end" ] || {
            kill -s KILL "$2"
            echo "expected process $2 to end, found it running after $process_limit s"
            return 1
        }
        sleep 0.02
    done
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
