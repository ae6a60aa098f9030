#!/usr/bin/env bats
# The names of options, files, directories, tensors and settings are printed without what controls a terminal.
# tests/unit/hostile_text.c tries all kinds of bytes; here each place that prints a name meets one name with
# all of them.
load ../support/program

# A title, a colour, a newline, a return, deletion, CSI of 8 bits and of UTF-8, writing direction, a line
# separator, an overlong ESC, a surrogate, a code above U+10FFFF, and a character cut short.
hostile=$'\e]0;title\a\e[31m\n\r\b\x7f\x9b31m\xc2\x9b31m\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\xc0\x9b\xed\xb2\x80'
hostile+=$'\xf4\x90\x80\x80\xe2\x80end'
short=(--train-limit 64 --test-limit 10 --epochs 1)
export MNIST_DATA=$root/data/drawn

# Fails unless the command prints the string as printable ASCII, in one line that is its error if the command
# fails. The predictions after --load are data, with the names as they are.
harmless() { # ARGUMENT...
    local status=0
    "$program" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$1" = --load ] || cat "$scratch/out" >>"$scratch/err"
    if [ "$status" -gt 2 ] || ! grep -q 'title.*end' "$scratch/err" || LC_ALL=C grep -q '[^ -~]' "$scratch/err" ||
        { [ "$status" -gt 0 ] && [ "$(grep -c '^mnist-train: ' "$scratch/err")" -ne 1 ]; }; then
        printf 'status %s:' "$status"
        printf ' %q' "$@"
        cat -v "$scratch/err"
        return 1
    fi
}

save_model() {
    cd "$scratch"
    "$program" "${short[@]}" --save model --checkpoint checkpoint >/dev/null 2>&1
}

@test "words and the names of missing and damaged files are harmless" {
    save_model
    for option in epochs lr loss quiet data load resume show; do
        harmless "--$option=$hostile"
    done
    for word in "$hostile" "--$hostile" "--data$hostile"; do
        harmless "$word"
    done
    MNIST_DATA=$hostile harmless
    harmless --classes "$hostile" --report r
    harmless --load model --predict "$hostile"
    for contents in '\x1f\x8b\x08\x00 damaged' 'P5 28 28 255\n\1' '\x10\0\0\0\0\0\0\0{"a":1}         '; do
        # shellcheck disable=SC2059 # the contents are a format
        printf "$contents" >"$hostile"
        for option in load resume show; do
            harmless "--$option" "$hostile"
        done
        harmless --load model --predict "$hostile"
        harmless --load model --predict "$MNIST_DATA/t10k-images-idx3-ubyte.gz" --labels "$hostile"
        harmless --load model --predict model --classes "$hostile"
    done
}

# Draws a picture, dark on light: the program says that it inverts it.
draw() {
    echo P2 28 28 255
    seq 784 | awk '{ print ($1 > 300 && $1 < 385 ? 0 : 255) }'
}

@test "names of directories and outputs are harmless" {
    save_model
    mkdir "$hostile"
    for option in save grid log; do
        harmless "${short[@]}" "--$option" "missing/$hostile"
        harmless "${short[@]}" "--$option" "$hostile"
    done
    harmless "${short[@]}" --report "$hostile/a" --classes "$hostile/a"
    harmless --load model --predict "$hostile"
    draw >"$hostile/$hostile"
    harmless --load model --predict "$hostile"
    harmless --load model --predict "$hostile" --labels model
    cp "$MNIST_DATA"/*.gz "$hostile"
    harmless --data "$hostile" "${short[@]}"
    : >"$hostile/train-images-idx3-ubyte.gz"
    harmless --data "$hostile" "${short[@]}"
    cp checkpoint "$hostile/checkpoint"
    harmless --resume "$hostile/checkpoint" --batch 7
}

# Writes the file `changed`: a safetensors file with its header changed at the first match.
change_header() { # FILE OLD NEW
    "$python" - "$@" >changed <<'END'
import os, struct, sys
name, old, new = (os.fsencode(argument) for argument in sys.argv[1:])
whole = open(name, "rb").read()
size = struct.unpack("<Q", whole[:8])[0]
assert old in whole[8:8 + size]
header = whole[8:8 + size].replace(old, new, 1)
sys.stdout.buffer.write(struct.pack("<Q", len(header)) + header + whole[8 + size:])
END
}

@test "names in models and checkpoints are harmless" {
    need "$python"
    save_model
    # escapes stay as they are; these bytes are no JSON, but they are read
    raw=$'\033]0;title\a\033[31m\n\r\b\177\xc2\x9b31m\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8end'
    change_header model '"d1.bias":' "\"$raw\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]},\"d1.bias\":"
    harmless --epochs 0 --load changed
    change_header model '"F32"' $'"\033title\n\xe2\x80\xaeend"'
    harmless --epochs 0 --load changed
    change_header checkpoint '"kernel":"' "\"kernel\":\"$raw"
    harmless --epochs 2 --resume changed "${short[@]:0:4}"
    change_header checkpoint '"form":"' "\"form\":\"$raw"
    harmless --epochs 2 --resume changed
}

@test "on a terminal predictions are harmless" {
    need_terminal
    save_model
    draw >"$hostile"
    "$python" -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)' \
        "$program" --load model --predict "$hostile" --quiet >out </dev/null
    cat -v out
    expect grep -q '[?].*,0,' out # the name may be shortened
    LC_ALL=C fails_with 1 grep -q $'[^ -~\r]' out
}
