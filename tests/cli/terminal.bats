#!/usr/bin/env bats
# On a terminal, every line fits; files and pipes get the whole lines.
load ../support/program

export LC_ALL=C.UTF-8 # characters are more than bytes
python=/usr/bin/python3
[ -x "$python" ] || python=python3

# Runs the program on a terminal without a cursor, whose lines go to $scratch/seen.
on_terminal() { # COLUMNS OPTION...
    local columns=$1
    shift
    need "$python"
    TERM=dumb "$python" "$root/tests/raw_terminal.py" "$columns" "$scratch/seen" "$program" "$@"
}

# Fails if a line of $scratch/seen is wider than the terminal.
lines_fit() { # COLUMNS
    "$python" - "$scratch/seen" "$1" <<'END'
import sys
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
wide = [line for line in lines if len(line) > int(sys.argv[2])]
sys.exit("expected lines that fit, found: " + repr(wide) if wide or len(lines) < 2 else 0)
END
}

# A directory with a long name and data, as $long.
create_long_directory() {
    long=$scratch/$(printf 'directory-%.0s' $(seq 12))
    mkdir "$long"
    cp "$drawn"/*.gz "$long"
}

@test "training fits 80 columns" {
    create_long_directory
    on_terminal 80 --data "$drawn" --epochs 2
    lines_fit 80
    expect grep -qE '^Epoch: 0 \| Loss: [0-9.]+ \| Train Accuracy: [0-9.]+ \| exact: [0-9.]+ % \| [0-9.]+ s$' "$scratch/seen"
    expect grep -qE '^Test Accuracy: [0-9.]+ \| exact: [0-9]+ of 1000 right ' "$scratch/seen"
    on_terminal 80 --data "$long" --epochs 1 --seed 18446744073709551615 --rotate 10 --hflip 0.5 --vflip 0.5 \
        --loss logits --lr 0.00123456
    lines_fit 80
    expect grep -q 'train-images-idx3-ubyte.gz$' "$scratch/seen"
}

@test "the other commands fit 80 columns" {
    create_long_directory
    "$program" --data "$drawn" --epochs 1 --quiet --save "$scratch/model" >"$scratch/out"
    for options in "--help" "--version" "--data $long --info" "--data $long --info --show 3" \
        "--load $scratch/model --predict $long/t10k-images-idx3-ubyte.gz --labels $long/t10k-labels-idx1-ubyte.gz"; do
        # shellcheck disable=SC2086 # words
        on_terminal 80 $options
        lines_fit 80
    done
}

@test "errors fit 80 columns and keep their reason" {
    create_long_directory
    fails_with 1 on_terminal 80 --data "$long/missing"
    lines_fit 80
    expect grep -q 'No such file or directory' "$scratch/seen"
    fails_with 2 on_terminal 80 --epochs "$(printf '9%.0s' $(seq 300))"
    lines_fit 80
    expect grep -q '^mnist-train: --epochs: expected a whole number from 0 to' "$scratch/seen"
}

@test "narrow terminals get shorter lines" {
    on_terminal 50 --data "$drawn" --epochs 1
    lines_fit 50
    expect grep -qE '^Epoch: 0 \| Loss: [0-9.]+ \| Train Accuracy: [0-9.]+$' "$scratch/seen"
}

@test "pipes get the whole lines" {
    create_long_directory
    "$program" --data "$long" --epochs 1 2>&1 | cat >"$scratch/seen"
    expect grep -qxF "Train: 4000 images of $long/train-images-idx3-ubyte.gz" "$scratch/seen"
    expect grep -qE ' \| exact: loss [0-9.]+, [0-9]+ of 4000 right \([0-9.]+ %\) \| [0-9.]+ s$' "$scratch/seen"
    "$program" --data "$long" --info | cat >"$scratch/seen"
    expect grep -qE '^  classes:    0: [0-9]+,( [1-8]: [0-9]+,){8} 9: [0-9]+$' "$scratch/seen"
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
