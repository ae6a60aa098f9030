#!/usr/bin/env bats
# The progress line, on a terminal in memory.
load ../support/program

drawn=$root/data/drawn
export LC_ALL=C.UTF-8 # characters are more than bytes
python=/usr/bin/python3
[ -x "$python" ] || python=python3

# Runs a command on a terminal, see terminal.py, whose output goes to $scratch/seen.
on_terminal() { # COLUMNS... -- COMMAND...
    need_terminal
    "$python" -c 'import pyte' 2>/dev/null || skip "python3-pyte is missing"
    TERM=${TERM_HERE-xterm-256color} LC_ALL=${LOCALE_HERE-C.UTF-8} \
        "$python" "$root/tests/terminal.py" "$@" >"$scratch/seen" || {
        cat "$scratch/seen"
        return 1
    }
}

# Trains for $LIMIT seconds, on a fast machine or a slow one: SIGINT ends the run.
epochs=9999
# shellcheck disable=SC2016 # sh's own parameters
train=(sh -c 'timeout -s INT "${LIMIT:-1}" "$@" || [ $? -eq 124 ]' sh
    "$program" --data "$drawn" --epochs "$epochs" --threads 1)

@test "the line has epoch bar time metrics and speed" {
    on_terminal 140 -- "${train[@]}"
    expect grep -qE '^frame 140 [0-9]+ Epoch: [0-9]+ \([0-9]+ of '"$epochs"'\) [━─]{40} +[0-9]+ %  ([0-9]+:)?[0-9]+:[0-9][0-9] left  loss [0-9.]+, accuracy [0-9.]+ %  [0-9]+ images/s$' \
        "$scratch/seen"
}

@test "the line is as wide as the terminal allows" {
    LIMIT=4 on_terminal 120 50 34 100 -- "${train[@]}"
    awk '/^frame/ { seen[$2]++; if ($3 >= $2 || $3 < $2 - 40 && $2 < 110) wrong = 1 }
        END { exit wrong || !seen[120] || !seen[50] || !seen[34] || !seen[100] }' "$scratch/seen" ||
        { cat "$scratch/seen"; return 1; }
}

@test "the line is erased at the end" {
    on_terminal 140 -- "${train[@]}"
    expect grep -q '^frame' "$scratch/seen"
    expect grep -q '^row Stopped in epoch ' "$scratch/seen"
    fails_with 1 grep -E "^row .*(━|─| of $epochs\\))" "$scratch/seen"
    on_terminal 140 -- "$program" --data "$drawn" --epochs 3 --threads 1
    fails_with 1 grep -E '^row .*(━|─| of 3\))' "$scratch/seen"
    expect test "$(grep -c '^row Epoch: ' "$scratch/seen")" -eq 3
    expect grep -q '^row Test Accuracy: ' "$scratch/seen"
}

@test "it is redrawn ten times a second at most" {
    on_terminal 100 -- "${train[@]}"
    # shellcheck disable=SC2016 # awk's fields
    expect awk '/^redraws/ { exit !($2 >= 3 && $2 <= 10 * $4 + 1) }' "$scratch/seen"
}

@test "no color turns colours off" {
    on_terminal 100 -- "${train[@]}"
    expect grep -qx colour "$scratch/seen"
    NO_COLOR=1 on_terminal 100 -- "${train[@]}"
    expect grep -q '^frame' "$scratch/seen"
    fails_with 1 grep -x colour "$scratch/seen"
    NO_COLOR='' on_terminal 100 -- "${train[@]}"
    expect grep -qx colour "$scratch/seen"
}

@test "without utf 8 it is ascii" {
    LOCALE_HERE=C on_terminal 100 -- "${train[@]}"
    expect grep -qE '^frame 100 .*\) [#.]+ ' "$scratch/seen"
}

@test "no line on dumb terminals with quiet or in files" {
    TERM_HERE=dumb on_terminal 100 -- "${train[@]}"
    fails_with 1 grep -q '^frame' "$scratch/seen"
    on_terminal 100 -- "${train[@]}" --quiet
    fails_with 1 grep -q '^frame' "$scratch/seen"
    on_terminal 100 -- sh -c "exec \"\$@\" 2>'$scratch/err'" sh "${train[@]}"
    fails_with 1 grep -q '^frame' "$scratch/seen"
    fails_with 1 grep -q "$(printf '[\r\033]')" "$scratch/err"
}

@test "the line goes to the terminal when stdout is a file" {
    on_terminal 100 -- sh -c "exec \"\$@\" >'$scratch/out'" sh "${train[@]}"
    expect grep -q '^frame' "$scratch/seen"
    fails_with 1 grep -q "$(printf '[\r\033]')" "$scratch/out"
}
