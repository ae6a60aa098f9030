#!/usr/bin/env bats
# The program on a terminal: Ctrl-C, colours, and lines that fit.
load ../support/program

setup() {
    scratch=$BATS_TEST_TMPDIR
    need_terminal
    cd "$scratch"
}

# Runs a command on a terminal, see terminal.py. The bytes go to seen, and without colours to rows.
on_terminal() { # [--interrupt-after TEXT] COMMAND...
    local status=0
    "$python" "$root/tests/terminal.py" seen "$@" || status=$?
    sed $'s/\033\\[[0-9;]*m//g' seen >rows
    return "$status"
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
        on_terminal "$program" $options
        expect test -s seen
        fails_with 1 grep -m 3 -E '.{81}' seen
    done
    # --lr 0.01: the widest accuracies
    for options in "" "--test-every-epoch --lr 0.01"; do
        # shellcheck disable=SC2086
        fails_with 130 on_terminal --interrupt-after 'Epoch: 100 ' \
            "$program" --data . --train-limit 320 --epochs 999999 --checkpoint c $options
        expect grep -q 'Stopped in epoch ' seen
        fails_with 1 grep -m 3 -E '.{81}' seen
    done
}

@test "files get the lines of the terminal" {
    for options in --info "--epochs 1 --train-limit 320 --quiet"; do
        # shellcheck disable=SC2086 # words
        on_terminal "$program" "${data[@]}" $options
        # shellcheck disable=SC2086
        "$program" "${data[@]}" $options 2>&1 | cmp - seen
    done
}

@test "predictions have two decimals and printable names" {
    train out --epochs 1 --train-limit 64 --save model
    write_png 0 $'\033[31m\xff\xc2\x9b\xc3\xa9,\n'
    on_terminal "$program" --load model --predict $'\033[31m\xff\xc2\x9b\xc3\xa9,\n'
    cat seen
    expect grep -qxE $'"\\?\\[31m\\?\\?\xc3\xa9,\\?",0,[0-9](,[01]\\.[0-9]{2}){10}' seen
}

@test "show draws half blocks in colour" {
    on_terminal "$program" "${data[@]}" --show 3
    expect test "$(grep -cE '^▀{28}$' rows)" -eq 14
    expect grep -q $'\033\\[' seen
    NO_COLOR=1 on_terminal "$program" "${data[@]}" --show 3
    expect grep -qE '^[ .:=+*#%@-]+$' rows
    fails_with 1 grep -q $'\033' seen
}
