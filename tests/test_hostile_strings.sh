#!/bin/bash
# No option, file, directory or tensor name can control the terminal (tests/hostile_strings.py).
set -eu
. "$(dirname "$0")/tap.sh"

# A run is short, and there are thousands.
time_limit=400

python=/usr/bin/python3
[ -x "$python" ] || python=python3

no_hostile_string_is_printed_as_it_is() { # GROUP
    need "$python"
    cd "$scratch"
    "$python" "$root/tests/hostile_strings.py" "$program" "$root/data/drawn" "$1"
}

options_cannot_control_the_terminal() {
    no_hostile_string_is_printed_as_it_is options
}

names_of_files_cannot_control_the_terminal() {
    no_hostile_string_is_printed_as_it_is files
}

names_of_directories_cannot_control_the_terminal() {
    no_hostile_string_is_printed_as_it_is data
}

names_in_models_cannot_control_the_terminal() {
    no_hostile_string_is_printed_as_it_is tensors
}

# The reason comes after the path.
a_long_path_does_not_hide_the_reason_of_an_error() {
    long=$(printf 'long/%.0s' $(seq 2000))
    while IFS='|' read -r option reason; do
        # shellcheck disable=SC2086 # words
        fails_with 1 "$program" --data "$root/data/drawn" $option "$long" >"$scratch/out" 2>"$scratch/err"
        expect grep -qE "^mnist-train: .*long/long/.*$reason\$" "$scratch/err"
    done <<'END'
--epochs 0 --load|: File name too long
--resume|: File name too long
--save|: File name too long
--checkpoint|: File name too long
--log|: File name too long
--report|: File name too long
--grid|: File name too long
END
}

tap_run options_cannot_control_the_terminal \
    names_of_files_cannot_control_the_terminal \
    names_of_directories_cannot_control_the_terminal \
    names_in_models_cannot_control_the_terminal \
    a_long_path_does_not_hide_the_reason_of_an_error
