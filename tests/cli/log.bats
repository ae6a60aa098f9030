#!/usr/bin/env bats
# The log of a run as lines of JSON, read by Python.
load ../support/program

small=(--train-limit 640 --test-limit 500 --quiet)

setup() {
    scratch=$BATS_TEST_TMPDIR
    need "$python"
    cd "$scratch"
}

# Runs Python's statements with the events of the log as `events`.
check() { # STATEMENTS
    "$python" -c "
import json
text = open('log', encoding='utf-8').read()
events = [json.loads(line) for line in text.splitlines()]
names = [event['event'] for event in events]
assert text.endswith('\n'), text
$1" || {
        cat log
        return 1
    }
}

@test "the log has the numbers of stdout" {
    train out "${small[@]}" --epochs 3 --log log
    check '
for epoch in events[1:4]:
    print("Epoch: {epoch} | Loss: {tutorial[loss]:.4f} | Train Accuracy: {tutorial[accuracy]:.2f}".format(**epoch))
print("Test Accuracy: {tutorial[accuracy]:.2f}".format(**events[4]))
assert names == ["run", "epoch", "epoch", "epoch", "test"]
exact = events[4]["exact"]
assert exact["accuracy"] == 100 * exact["right"] / exact["images"] and exact["images"] == 500' >numbers
    diff out numbers
}

@test "the first line has the settings and the command" {
    train out "${small[@]}" --epochs 1 --seed 18446744073709551615 --rotate 10 --hflip 0.5 --log log
    check '
run = events[0]
assert [run[key] for key in ("epochs", "batch", "lr", "loss", "seed")] == [1, 32, 0.001, "tutorial", 2**64 - 1]
assert run["transforms"] == [{"name": "RandomRotation", "amount": 10}, {"name": "RandomHorizontalFlip", "amount": 0.5}]
assert (run["train"]["count"], run["test"]["count"]) == (640, 500)
print("\0".join(run["command"]), end="\0")' >words
    mapfile -d '' -t command <words
    "${command[@]}" >again 2>&1
    cmp out again
}

@test "a resumed run continues the log and another run begins a new one" {
    train out "${small[@]}" --epochs 1 --checkpoint c --log log
    train out "${small[@]}" --epochs 2 --resume c --log log
    check '
assert names == ["run", "epoch", "test"] * 2
assert [event["epoch"] for event in events if event["event"] == "epoch"] == [0, 1]'
    train out "${small[@]}" --epochs 1 --log log
    check 'assert names == ["run", "epoch", "test"]'
}

@test "every line is whole when the run is killed" {
    for kill in 1 3; do
        start "${small[@]}" --epochs 1000000 --log log
        read_lines $kill lines
        kill -s KILL "$process"
        ends_with 137 "$process"
        exec 8<&-
        check "assert names[:$kill] == ['run'] + ['epoch'] * ($kill - 1)"
    done
}

@test "a signal and an error have a line" {
    start "${small[@]}" --epochs 1000000 --log log
    read_lines 1 lines
    kill -s TERM "$process"
    cat <&8 >lines
    ends_with 143 "$process"
    expect test ! -s err
    check '
stop = events[-1]
assert (stop["event"], stop["signal"], stop["epoch"]) == ("stop", 15, names.count("epoch"))
assert 0 <= stop["batch"] <= 20' # batches of 32
    fails_with 1 train out "${small[@]}" --lr 1e30 --log log
    check 'print("mnist-train:", events[-1]["text"])' | diff - err
}

@test "strange names are escaped" {
    local directory=$'<b>"x\\ \n\xff'
    mkdir "$directory"
    cp "$drawn"/*.gz "$directory"
    "$program" --data "$directory" --epochs 1 --train-limit 32 --quiet --log log
    check 'assert "<b>\"x\\ \n\ufffd" in events[0]["train"]["images"]'
}

# 4 blocks of 512 bytes: the first lines fit.
@test "a full disk leaves whole lines, the exit status is 1, and the run goes on" {
    (
        ulimit -f 4
        fails_with 1 "$program" "${data[@]}" "${small[@]}" --epochs 40 --log log >out 2>err
    )
    expect grep -q 'log: .*File too large' err
    check 'assert names[:2] == ["run", "epoch"]'
    expect grep -q '^Test Accuracy' out
}

@test "a pipe or stdout can have the log" {
    mkfifo pipe
    cat pipe >log 3>&- &
    train out "${small[@]}" --epochs 1 --log pipe
    ends_with 0 $!
    check 'assert names == ["run", "epoch", "test"]'
    train both "${small[@]}" --epochs 1 --log /dev/stdout
    grep '^{' both >log
    check 'assert names == ["run", "epoch", "test"]'
    grep -v '^{' both | diff out -
}
