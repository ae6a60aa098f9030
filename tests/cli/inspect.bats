#!/usr/bin/env bats
# --info, --show and --grid.
load ../support/program

drawn=$root/data/drawn
export LC_ALL=C.UTF-8 # characters are more than bytes
python=/usr/bin/python3
[ -x "$python" ] || python=python3

@test "info describes the data and the network" {
    "$program" --data "$drawn" --info >"$scratch/info" 2>"$scratch/err"
    expect test ! -s "$scratch/err"
    expect grep -qx 'Train: 4000 images of 28x28 pixels' "$scratch/info"
    expect grep -qx 'Test: 1000 images of 28x28 pixels' "$scratch/info"
    expect grep -qx "  folder:     $drawn" "$scratch/info"
    expect grep -qx 'Batch: images \[32, 1, 28, 28\], labels \[32\]' "$scratch/info"
    expect grep -qx 'Output of the network for it: \[32, 10\]' "$scratch/info"
    expect grep -qE '^  in all +101770 parameters$' "$scratch/info"
    fails_with 1 grep -q Epoch "$scratch/info"
}

# 0.1307 and 0.3081 are the usual constants of transforms.Normalize for MNIST.
@test "info prints mnists mean and standard deviation" {
    real_mnist
    "$program" --data "$mnist" --info --batch 50 >"$scratch/info"
    expect grep -qx '  pixels:     mean 0.1307, standard deviation 0.3081' "$scratch/info"
    expect grep -qx '  classes:    0: 5923, 1: 6742, 2: 5958, 3: 6131, 4: 5842,' \
        "$scratch/info"
    expect grep -qx '  classes:    0: 980, 1: 1135, 2: 1032, 3: 1010, 4: 982,' \
        "$scratch/info"
    expect grep -qx '              5: 5421, 6: 5918, 7: 6265, 8: 5851, 9: 5949' "$scratch/info"
    expect grep -qx '              5: 892, 6: 958, 7: 1028, 8: 974, 9: 1009' "$scratch/info"
    expect grep -qx 'Batch: images \[50, 1, 28, 28\], labels \[50\]' "$scratch/info"
}

@test "info lists the transforms of training images" {
    "$program" --data "$drawn" --info --hflip 0.5 --rotate 7.5 >"$scratch/info"
    awk '/^  transforms:/ { shows = 1 } shows; /ToTensor/ { shows = 0 }' "$scratch/info" >"$scratch/transforms"
    expect diff "$scratch/transforms" - <<'END'
  transforms: RandomHorizontalFlip(0.5),
              RandomRotation(7.5),
              ToTensor()
  transforms: ToTensor()
END
}

@test "a batch is not larger than the data" {
    "$program" --data "$drawn" --info --train-limit 7 >"$scratch/info"
    expect grep -qx 'Batch: images \[7, 1, 28, 28\], labels \[7\]' "$scratch/info"
}

@test "show draws an image with its label" {
    "$program" --data "$drawn" --show 3 >"$scratch/shown"
    expect test "$(wc -l <"$scratch/shown")" -eq 29
    expect test "$(sed 28q "$scratch/shown" | awk '{ print length($0) }' | sort -u)" -eq 56
    expect grep -qE '@@|%%' "$scratch/shown"
    label=$(zcat "$drawn/train-labels-idx1-ubyte.gz" | od -An -tu1 -j11 -N1 | tr -d ' ')
    expect test "$(tail -n 1 "$scratch/shown")" = "Image 3, label $label"
    fails_with 1 grep -q "$(printf '\033')" "$scratch/shown"
}

@test "show draws the transformed image" {
    "$program" --data "$drawn" --show 3 --vflip 1 >"$scratch/flipped"
    "$program" --data "$drawn" --show 3 >"$scratch/shown"
    expect diff <(sed 28q "$scratch/shown" | tac) <(sed 28q "$scratch/flipped")
    "$program" --data "$drawn" --show 3 --rotate 90 --seed 1 >"$scratch/one"
    "$program" --data "$drawn" --show 3 --rotate 90 --seed 2 >"$scratch/two"
    fails_with 1 cmp -s "$scratch/one" "$scratch/two"
}

@test "on a terminal show uses half blocks" {
    need_terminal
    "$python" -c 'import pyte' 2>/dev/null || skip "python3-pyte is missing"
    TERM=xterm-256color LC_ALL=C.UTF-8 "$python" "$root/tests/terminal.py" 80 -- \
        "$program" --data "$drawn" --show 3 >"$scratch/seen"
    expect grep -qx colour "$scratch/seen"
    expect test "$(grep -cE '^row ▀{28}$' "$scratch/seen")" -eq 14
    NO_COLOR=1 TERM=xterm LC_ALL=C.UTF-8 "$python" "$root/tests/terminal.py" 80 -- \
        "$program" --data "$drawn" --show 3 >"$scratch/seen"
    expect grep -qE '^row  *[▀▄█]+' "$scratch/seen"
    fails_with 1 grep -qx colour "$scratch/seen"
}

@test "an image that does not exist is rejected" {
    fails_with 1 "$program" --data "$drawn" --show 4000 2>"$scratch/err"
    expect test "$(cat "$scratch/err")" = "mnist-train: --show: expected an image from 0 to 3999, found 4000"
}

@test "a grid is a valid png" {
    "$program" --data "$drawn" --info --grid "$scratch/grid.png" >/dev/null
    need pngcheck
    pngcheck "$scratch/grid.png"
    need identify
    expect test "$(identify -format '%m %w %h' "$scratch/grid.png")" = "PNG 242 122"
}

@test "a grid does not change training" {
    "$program" --data "$drawn" --epochs 2 --quiet >"$scratch/without"
    "$program" --data "$drawn" --epochs 2 --quiet --grid "$scratch/grid.png" >"$scratch/with"
    expect cmp "$scratch/without" "$scratch/with"
    expect test -s "$scratch/grid.png"
    "$program" --data "$drawn" --epochs 0 --quiet --grid "$scratch/grid2.png"
    expect cmp "$scratch/grid.png" "$scratch/grid2.png"
}

@test "a grid that cannot be written is found before training" {
    fails_with 1 "$program" --data "$drawn" --epochs 1000000 --grid "$scratch/missing/grid.png" 2>"$scratch/err"
    expect grep -q '^mnist-train: cannot write .*missing/grid.png: No such file' "$scratch/err"
}
