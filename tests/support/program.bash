# Loaded by the bats files. Each test has an empty directory, $scratch.
# shellcheck shell=bash

root=$(CDPATH='' cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
# shellcheck source=scripts/build-dir.sh
. "$root/scripts/build-dir.sh"
# bats loads this file again for each test, in the environment that the first time has left. There the builds of
# the tests have their own directories, and only real_mnist finds MNIST.
export TEST_BUILD=${TEST_BUILD-$build} TEST_MNIST=${TEST_MNIST-${MNIST_DATA-}}
unset BUILD MNIST_DATA
build=$TEST_BUILD
program=${MNIST_TRAIN:-$build/mnist-train}
drawn=$root/data/drawn
data=(--data "$drawn") # of the runs that `train` and `rejects` make
python=/usr/bin/python3
[ -x "$python" ] || python=python3
export root program drawn python

# The lines of an epoch and of the test: the tutorial's text, then the exact metrics.
number='[0-9]+\.[0-9]+'
epoch_line="^Epoch: [0-9]+ \| Loss: [0-9]+\.[0-9]{4} \| Train Accuracy: [0-9]+\.[0-9]{2} \($number\) \| $number s$"
test_line='^Test Accuracy: [0-9]+\.[0-9]{2} \| .*'
export epoch_line test_line

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
    need "$python"
    "$python" -c 'import pty; pty.openpty()' 2>/dev/null || skip "there are no pseudo-terminals"
}

# Sets $mnist to the directory with the real MNIST files; the test is skipped if there is none.
real_mnist() {
    for mnist in "$TEST_MNIST" "$root/data/mnist" "$root/../shared/mnist"; do
        if [ -n "$mnist" ] && [ -r "$mnist/t10k-labels-idx1-ubyte.gz" ]; then
            export mnist
            return 0
        fi
    done
    skip "the MNIST files are missing (scripts/fetch-mnist.sh downloads them)"
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

without_seconds() {
    sed 's/ | [0-9.]* s$//'
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
    without_seconds <"$scratch/raw" >"$out"
}

# Trains with every output, resumes, predicts and inspects.
whole_runs() { # COMMAND...
    local small=(--data "$drawn" --train-limit 320 --test-limit 100)
    cd "$scratch"
    "$@" "${small[@]}" --epochs 1 --rotate 10 --hflip 0.5 --grid grid --log log --report report --save model \
        --checkpoint checkpoint --checkpoint-every 3
    "$@" "${small[@]}" --resume checkpoint --epochs 2
    "$@" "${small[@]}" --epochs 2 --reproducible --threads 2 --batch 50
    "$@" --load model --predict "$drawn/t10k-images-idx3-ubyte.gz" >predictions
    expect test "$(wc -l <predictions)" -eq 1001
    "$@" --data "$drawn" --info --show 1 --rotate 20
}

# Prints the number of test images that a run, or the test of a network, has got right.
count_right() { # FILE
    sed -En 's/^Test Accuracy: .* exact: ([0-9]+) of .*/\1/p' "$1"
}

# Fails unless the losses printed by two runs differ by at most 0.0005, or if there are none.
losses_agree() { # FILE FILE
    paste <(sed -n 's/^Epoch: .* Loss: \([0-9.]*\) .*/\1/p' "$1") \
        <(sed -n 's/^Epoch: .* Loss: \([0-9.]*\) .*/\1/p' "$2") | awk '
        { distance = $1 - $2; if (NF != 2 || distance > 0.0005 || distance < -0.0005) wrong = 1 }
        END { exit wrong || NR == 0 }'
}

# Fails unless the program ends with this status, stdout is empty, and stderr is one line that
# contains the words.
rejects() { # STATUS WORDS OPTION...
    local wanted=$1 words=$2 status=0 error
    shift 2
    "$program" "${data[@]}" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    mapfile -t error <"$scratch/err"
    if [ "$status" -ne "$wanted" ] || [ -s "$scratch/out" ] || [ "${#error[@]}" -ne 1 ] ||
        [[ ${error[0]} != "mnist-train: "*"$words"* ]]; then
        echo "expected status $wanted and '$words', found $status: $*"
        cat "$scratch/out" "$scratch/err"
        return 1
    fi
}

# The same for each line of stdin, "OPTIONS => WORDS".
rejects_each() { # STATUS
    local line options failures=0
    while read -r line; do
        read -ra options <<<"${line%% => *}"
        rejects "$1" "${line#* => }" "${options[@]}" || failures=$((failures + 1))
    done
    [ "$failures" -eq 0 ]
}

# Waits until the command succeeds. Fails if the process ends before.
wait_until() { # PROCESS COMMAND...
    local process=$1
    shift
    until "$@"; do
        kill -0 "$process" 2>/dev/null || "$@" || {
            echo "process $process has ended; expected: $*"
            return 1
        }
        sleep 0.01
    done
}

# Fails unless a background process of this shell ends with this status.
ends_with() { # STATUS PROCESS
    fails_with "$1" wait "$2"
}

# Starts the program in the background as $process. Descriptor 8 reads its stdout, and $scratch/err
# gets its stderr.
start() { # OPTION...
    rm -f "$scratch/pipe"
    mkfifo "$scratch/pipe"
    "$program" "${data[@]}" "$@" >"$scratch/pipe" 2>"$scratch/err" 3>&- 8<&- &
    process=$!
    exec 8<"$scratch/pipe"
}

# Reads lines of the started program and appends them to a file. A program that prints on cannot end
# before the lines are read that the pipe does not hold.
read_lines() { # COUNT FILE
    local line i
    for ((i = 0; i < $1; i++)); do
        read -r line <&8 || return 1
        echo "$line" >>"$2"
    done
}

# Starts the program with batches of one image, which blocks in the line after an epoch, before the
# epoch's checkpoint: nobody reads the pipe, which has room for this many lines, at most 4.
start_blocked() { # LINES OPTION...
    local page=4096 room=$1 # a pipe is full when its pages are; a line does not span two
    shift
    [ -r /proc/self/wchan ] || skip "the system does not tell where a process waits"
    rm -f "$scratch/pipe"
    mkfifo "$scratch/pipe"
    exec 9<>"$scratch/pipe"
    dd if=/dev/zero of="$scratch/pipe" bs=$page count=1000 oflag=nonblock 2>/dev/null || true
    dd bs=$page count=1 <&9 >/dev/null 2>&1
    head -c $((page - 10 - 49 * room)) /dev/zero >&9
    "$program" "${data[@]}" --batch 1 --test-limit 1 --epochs 9 --quiet "$@" \
        >"$scratch/pipe" 2>"$scratch/err" 3>&- 9>&- &
    process=$!
    wait_until "$process" is_blocked
}

# Whether the program waits in a write to the pipe, and its other threads wait for work.
is_blocked() {
    local task place
    for task in "/proc/$process/task"/*; do
        place=$(cat "$task/wchan" 2>/dev/null) || return 1
        case ${task##*/}:$place in
        "$process":*pipe_write*) ;;
        "$process":*) return 1 ;;
        *:*futex*) ;;
        *) return 1 ;;
        esac
    done
}

# Writes test image N as a picture in plain text, white on black; a picture of 28x28 is not scaled.
write_pgm() { # N FILE
    {
        echo "P2 28 28 255"
        gzip -dc "$drawn/t10k-images-idx3-ubyte.gz" | od -An -v -tu1 -j $((16 + 784 * $1)) -N 784
    } >"$2"
}

# Writes test image N as a PNG.
write_png() { # N FILE
    need "$python"
    "$python" - "$1" "$2" "$drawn/t10k-images-idx3-ubyte.gz" <<'END'
import gzip, struct, sys, zlib
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
values = gzip.open(sys.argv[3]).read()[16 + 784 * int(sys.argv[1]):]
rows = b"".join(b"\0" + values[28 * y:28 * y + 28] for y in range(28))
header = struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0)
open(sys.argv[2], "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) +
                              chunk(b"IEND", b""))
END
}
