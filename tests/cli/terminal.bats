#!/usr/bin/env bats
# Every line fits 80 columns, on a terminal and in files, but for the paths in it.
load ../support/program

export LC_ALL=C.UTF-8 # characters are more than bytes
python=/usr/bin/python3
[ -x "$python" ] || python=python3

# Runs the program on a terminal without a cursor, whose lines go to $scratch/seen.
on_terminal() { # [--interrupt TEXT] OPTION...
    local interrupt=()
    need "$python"
    if [ "$1" = --interrupt ]; then
        interrupt=("$1" "$2")
        shift 2
    fi
    TERM=dumb "$python" "$root/tests/raw_terminal.py" 80 "$scratch/seen" "${interrupt[@]}" "$program" "$@"
}

# Fails if a line of $scratch/seen has more than 80 columns.
lines_fit() {
    awk 'length($0) > 80 { print "expected at most 80 columns, found: " $0; wrong = 1 } END { exit wrong || NR < 2 }' \
        "$scratch/seen"
}

@test "training fits 80 columns" {
    cd "$root"
    on_terminal --data data/drawn --epochs 2
    lines_fit
    expect grep -qE '^Epoch: 0 \| Loss: [0-9.]+ \| Train Accuracy: [0-9.]+ \([0-9.]+\) \| [0-9.]+ s$' "$scratch/seen"
    expect grep -qE '^Test Accuracy: [0-9.]+ \| exact: [0-9]+ of 1000 right \([0-9.]+ %, \+-[0-9.]+\)$' "$scratch/seen"
    on_terminal --data data/drawn --epochs 1 --seed 18446744073709551615 --rotate 10 --hflip 0.5 --vflip 0.5 \
        --loss logits --lr 0.00123456
    lines_fit
    fails_with 130 on_terminal --interrupt "Epoch: 100 " --data data/drawn --train-limit 320 --epochs 999999 \
        --checkpoint "$scratch/c"
    lines_fit
    expect grep -q '^Epoch: 100 ' "$scratch/seen"
    expect grep -q 'Stopped in epoch ' "$scratch/seen"
}

@test "the other commands fit 80 columns" {
    cd "$scratch"
    cp "$drawn"/*.gz .
    cp t10k-images-idx3-ubyte.gz images.gz
    printf '%s\n' T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag 'Ankle boot' >names
    "$program" --data . --epochs 1 --quiet --save model >out
    for options in "--help" "--version" "--data . --info --rotate 10 --hflip 0.5 --vflip 0.5" "--data . --show 3" \
        "--load model --predict images.gz --labels t10k-labels-idx1-ubyte.gz" \
        "--load model --predict images.gz --labels t10k-labels-idx1-ubyte.gz --classes names"; do
        # shellcheck disable=SC2086 # words
        on_terminal $options
        lines_fit
    done
}

@test "files get the lines of the terminal" {
    on_terminal --data "$drawn" --info
    "$program" --data "$drawn" --info | cmp - "$scratch/seen"
    on_terminal --data "$drawn" --epochs 1 --quiet
    "$program" --data "$drawn" --epochs 1 --quiet 2>&1 | cmp - "$scratch/seen"
}

# Ctrl-C while the progress line is on the screen, and after the line of an epoch.
@test "after ctrl c the message is alone in its row" {
    "$python" -c 'import pyte' 2>/dev/null || skip "python3-pyte is missing"
    for text in " left" "Train Accuracy"; do
        fails_with 130 env TERM=xterm "$python" "$root/tests/raw_terminal.py" 80 "$scratch/seen" --interrupt "$text" \
            "$program" --data "$drawn" --epochs 100000 --threads 1
        expect grep -q '\^C' "$scratch/seen"
        "$python" - "$scratch/seen" >"$scratch/rows" <<'END'
import sys
import pyte
screen = pyte.Screen(80, 500)
pyte.ByteStream(screen).feed(open(sys.argv[1], "rb").read().replace(b"\n", b"\r\n"))
print("\n".join(row.rstrip() for row in screen.display if row.strip()))
END
        cat "$scratch/rows"
        expect grep -q '^Stopped in epoch ' "$scratch/rows"
        fails_with 1 grep -E '\^|━| left' "$scratch/rows"
    done
}
