#!/usr/bin/env bats
# The program on a terminal: the progress line, Ctrl-C, colours, and lines that fit.
load ../support/program

# Batches of one image: the progress line, at most ten times a second, is drawn in every epoch.
endless=("$program" "${data[@]}" --epochs 9999 --batch 1 --threads 1)
frame=' of 9999) '

setup() {
    scratch=$BATS_TEST_TMPDIR
    need_terminal
    cd "$scratch"
}

# Runs a command on a terminal, see terminal.py. The bytes go to seen, the progress lines to frames, and
# what is left on the screen to rows.
on_terminal() { # COLUMNS [--when TEXT ACTION]... COMMAND...
    local columns=$1 status=0
    shift
    "$python" "$root/tests/terminal.py" "$columns" seen "$@" || status=$?
    sed $'s/.*\r\033\\[J//; s/\033\\[[0-9;]*m//g' seen >rows
    tr '\r' '\n' <seen | sed $'s/\033\\[[0-9;]*[mJ]//g' | grep -F "$frame" >frames || true
    return "$status"
}

# No progress line is left on the screen. The terminal sends the signal before it shows "^C", which may come after
# the erasure.
rows_are_clean() {
    cat rows
    expect grep -qE '^(\^C)?Stopped in epoch ' rows
    fails_with 1 grep -E '━|##| left' rows
}

@test "the line has epoch, bar, time, metrics and speed, and is erased at the end" {
    fails_with 130 on_terminal 140 --when 'images/s' interrupt "${endless[@]}"
    expect grep -qE '^Epoch: [0-9]+ \([0-9]+ of 9999\) ━{40} +[0-9]+ %  ([0-9]+:)?[0-9]+:[0-9][0-9] left  loss [0-9.]+, accuracy [0-9.]+ %  [0-9]+ images/s(\^C)?$' \
        frames
    expect grep -q $'\033\\[36m' seen
    expect grep -q '\^C' seen
    rows_are_clean
    fails_with 130 on_terminal 80 --when 'Train Accuracy' interrupt "${endless[@]}"
    expect grep -q '^Epoch: 0 | Loss: ' rows
    rows_are_clean
}

# After a change the program draws at most one line of the old width.
@test "the line is as wide as the terminal allows" {
    local actions=()
    for columns in 120 50 34 100; do
        actions+=(--when "$frame" "$columns" --when "$frame" "$columns")
    done
    LC_ALL=C fails_with 130 on_terminal 120 "${actions[@]}" --when "$frame" interrupt "${endless[@]}"
    tr '\r' '\n' <seen | sed $'s/\033\\[[0-9;]*[mJ]//g' | awk '
        /^\[[0-9]+ columns\]$/ { is_settled = $1 == last; last = $1; width = substr($1, 2) + 0; next }
        / of 9999\) / && is_settled { seen[width]++; if (length($0) >= width || length($0) < width - 40 && width < 110) print width ": " $0 }
        END { for (width in seen) print width }' | sort -n | xargs >widths
    expect test "$(cat widths)" = "34 50 100 120"
}

@test "no color turns colours off, and without utf 8 the line is ascii" {
    NO_COLOR=1 fails_with 130 on_terminal 100 --when "$frame" interrupt "${endless[@]}"
    expect grep -q '─' frames
    fails_with 1 grep -q $'\033\\[[0-9;]*m' seen
    NO_COLOR='' fails_with 130 on_terminal 100 --when "$frame" interrupt "${endless[@]}"
    expect grep -q $'\033\\[36m' seen
    LC_ALL=C fails_with 130 on_terminal 100 --when "$frame" interrupt "${endless[@]}"
    expect grep -qE '\) [#.]+ ' frames
}

@test "there is no line on dumb terminals, with quiet and in files" {
    stop=(--when 'Epoch: 3 ' interrupt)
    TERM=dumb fails_with 130 on_terminal 100 "${stop[@]}" "${endless[@]}"
    expect test ! -s frames
    fails_with 130 on_terminal 100 "${stop[@]}" "${endless[@]}" --quiet
    expect test ! -s frames
    # shellcheck disable=SC2016 # sh's parameters
    fails_with 130 on_terminal 100 "${stop[@]}" sh -c 'exec "$@" 2>err' sh "${endless[@]}"
    expect test ! -s frames
    fails_with 1 grep -q $'[\r\033]' err
    # but it is drawn if stdout alone is a file
    # shellcheck disable=SC2016
    fails_with 130 on_terminal 100 --when "$frame" interrupt sh -c 'exec "$@" >out' sh "${endless[@]}"
    fails_with 1 grep -q $'[\r\033]' out
}

# But for the paths in it.
@test "every line fits 80 columns" {
    cp "$drawn"/*.gz .
    cp t10k-images-idx3-ubyte.gz images.gz
    printf '%s\n' T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag 'Ankle boot' >names
    train out --epochs 1 --train-limit 64 --save model
    predict="--load model --predict images.gz --labels t10k-labels-idx1-ubyte.gz"
    export TERM=dumb LC_ALL=C
    for options in "--epochs 1 --seed 18446744073709551615 --rotate 10 --hflip 0.5 --vflip 0.5 --loss logits" \
        "--epochs 1 --lr 0.00123456 --reproducible" "--help" "--version" "--info --rotate 10 --hflip 0.5 --vflip 0.5" \
        "--show 3" "$predict" "$predict --classes names"; do
        [[ $options = *--predict* ]] || options="--data . $options"
        # shellcheck disable=SC2086 # words
        on_terminal 80 "$program" $options
        expect test -s seen
        fails_with 1 grep -m 3 -E '.{81}' seen
    done
    # --lr 0.01: the widest accuracies
    for options in "" "--test-every-epoch --lr 0.01"; do
        # shellcheck disable=SC2086
        fails_with 130 on_terminal 80 --when 'Epoch: 100 ' interrupt \
            "$program" --data . --train-limit 320 --epochs 999999 --checkpoint c $options
        expect grep -q 'Stopped in epoch ' seen
        fails_with 1 grep -m 3 -E '.{81}' seen
    done
}

@test "files get the lines of the terminal" {
    for options in --info "--epochs 1 --train-limit 320 --quiet"; do
        # shellcheck disable=SC2086 # words
        on_terminal 80 "$program" "${data[@]}" $options
        # shellcheck disable=SC2086
        "$program" "${data[@]}" $options 2>&1 | cmp - seen
    done
}

@test "show draws half blocks in colour" {
    on_terminal 80 "$program" "${data[@]}" --show 3
    expect test "$(grep -cE '^▀{28}$' rows)" -eq 14
    expect grep -q $'\033\\[' seen
    NO_COLOR=1 on_terminal 80 "$program" "${data[@]}" --show 3
    expect grep -qE '^[ .:=+*#%@-]+$' rows
    fails_with 1 grep -q $'\033' seen
}
