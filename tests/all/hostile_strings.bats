#!/usr/bin/env bats
# No option, file, directory or tensor name can control the terminal (tests/hostile_strings.py).
load ../support/program

# A run is short, and there are thousands.

python=/usr/bin/python3
[ -x "$python" ] || python=python3

no_hostile_string_is_printed_as_it_is() { # GROUP
    need "$python"
    cd "$scratch"
    "$python" "$root/tests/hostile_strings.py" "$program" "$root/data/drawn" "$1"
}

@test "options cannot control the terminal" {
    no_hostile_string_is_printed_as_it_is options
}

@test "names of files cannot control the terminal" {
    no_hostile_string_is_printed_as_it_is files
}

@test "names of directories cannot control the terminal" {
    no_hostile_string_is_printed_as_it_is data
}

@test "names in models cannot control the terminal" {
    no_hostile_string_is_printed_as_it_is tensors
}

# The reason comes after the path.
@test "a long path does not hide the reason of an error" {
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
