#!/bin/bash
# The line that says how far training is, on a terminal in memory.
set -eu
. "$(dirname "$0")/tap.sh"

drawn=$root/data/drawn
export LC_ALL=C.UTF-8 # characters are more than bytes
python=/usr/bin/python3
[ -x "$python" ] || python=python3

# on_terminal COLUMNS... -- COMMAND...: what was seen goes to $scratch/seen.
on_terminal() {
    "$python" -c 'import pyte' 2>/dev/null || tap_skip "python3-pyte is not here"
    TERM=${TERM_HERE-xterm-256color} LC_ALL=${LOCALE_HERE-C.UTF-8} \
        "$python" "$root/tests/terminal.py" "$@" >"$scratch/seen" || {
        cat "$scratch/seen"
        return 1
    }
}

# Epochs enough for a second or more; a slow build needs fewer.
epochs=${EPOCHS:-200}
train=("$program" --data "$drawn" --epochs "$epochs" --threads 1)

the_line_says_how_far_training_is() {
    on_terminal 130 -- "${train[@]}"
    expect grep -qE '^frame 130 [0-9]+ Epoch: [0-9]+ \([0-9]+ of '"$epochs"'\) [━─]{40} +[0-9]+ %  [0-9]+:[0-9][0-9] left  loss [0-9.]+, [0-9.]+ % right  [0-9]+ images/s$' \
        "$scratch/seen"
}

the_line_is_as_wide_as_the_terminal_allows() {
    on_terminal 120 50 34 100 -- "${train[@]}"
    awk '/^frame/ { seen[$2]++; if ($3 >= $2 || $3 < $2 - 40 && $2 < 110) wrong = 1 }
        END { exit wrong || !seen[120] || !seen[50] || !seen[34] || !seen[100] }' "$scratch/seen" ||
        { cat "$scratch/seen"; return 1; }
}

nothing_of_the_line_is_left_at_the_end() {
    on_terminal 120 -- "$program" --data "$drawn" --epochs "$((epochs / 4))" --threads 1
    expect grep -q '^frame' "$scratch/seen"
    fails_with 1 grep -E "^row .*(━|─| of $((epochs / 4))\\))" "$scratch/seen"
    expect test "$(grep -c '^row Epoch: ' "$scratch/seen")" -ge $((epochs / 5))
    expect grep -q '^row Test Accuracy: ' "$scratch/seen"
}

it_is_drawn_ten_times_a_second_at_most() {
    on_terminal 100 -- "${train[@]}"
    # shellcheck disable=SC2016 # awk's fields
    expect awk '/^redraws/ { exit !($2 >= 3 && $2 <= 10 * $4 + 1) }' "$scratch/seen"
}

colours_come_only_where_they_are_wanted() {
    on_terminal 100 -- "${train[@]}"
    expect grep -qx colour "$scratch/seen"
    NO_COLOR=1 on_terminal 100 -- "${train[@]}"
    expect grep -q '^frame' "$scratch/seen"
    fails_with 1 grep -x colour "$scratch/seen"
    NO_COLOR='' on_terminal 100 -- "${train[@]}"
    expect grep -qx colour "$scratch/seen"
}

without_utf_8_it_is_ascii() {
    LOCALE_HERE=C on_terminal 100 -- "${train[@]}"
    expect grep -qE '^frame 100 .*\) [#.]+ ' "$scratch/seen"
}

no_line_is_drawn_where_it_would_be_in_the_way() {
    TERM_HERE=dumb on_terminal 100 -- "${train[@]}"
    fails_with 1 grep -q '^frame' "$scratch/seen"
    on_terminal 100 -- "${train[@]}" --quiet
    fails_with 1 grep -q '^frame' "$scratch/seen"
    on_terminal 100 -- sh -c "exec \"\$@\" 2>'$scratch/err'" sh "${train[@]}"
    fails_with 1 grep -q '^frame' "$scratch/seen"
    fails_with 1 grep -q "$(printf '[\r\033]')" "$scratch/err"
}

# Results go to a file, the line to the terminal.
the_line_is_there_when_stdout_goes_elsewhere() {
    on_terminal 100 -- sh -c "exec \"\$@\" >'$scratch/out'" sh "${train[@]}"
    expect grep -q '^frame' "$scratch/seen"
    fails_with 1 grep -q "$(printf '[\r\033]')" "$scratch/out"
}

mapfile -t tests < <(sed -n 's/^\([a-z0-9_]*\)() {$/\1/p' "$0" | grep -vx on_terminal)
tap_run "${tests[@]}"
