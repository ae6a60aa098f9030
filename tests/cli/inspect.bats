#!/usr/bin/env bats
# --info, --show and --grid. The net has other runs.
load ../support/program

@test "info describes the data and the network and trains nothing" {
    "$program" "${data[@]}" --info --hflip 0.5 --rotate 7.5 --train-limit 7 >"$scratch/info" 2>"$scratch/err"
    expect test ! -s "$scratch/err"
    for line in 'Train: 7 images of 28x28 pixels' 'Test: 1000 images of 28x28 pixels' "  folder:     $drawn" \
        'Batch: images [7, 1, 28, 28], labels [7]' 'Output of the network for it: [7, 10]' \
        '  transforms: RandomHorizontalFlip(0.5),' '              RandomRotation(7.5),' '              ToTensor()' \
        '  transforms: ToTensor()'; do
        expect test "$(grep -cxF "$line" "$scratch/info")" -ge 1
    done
    expect grep -qE '^  in all +101770 parameters$' "$scratch/info"
    fails_with 1 grep -q Epoch "$scratch/info"
}

@test "info counts the classes and measures the pixels" {
    need "$python"
    "$program" "${data[@]}" --info --train-limit 500 >"$scratch/info"
    "$python" - "$drawn" >"$scratch/expected" <<'END'
import gzip, statistics, sys
read = lambda name: gzip.open(f"{sys.argv[1]}/train-{name}-ubyte.gz").read()
labels = list(read("labels-idx1")[8:508])
pixels = [value / 255 for value in read("images-idx3")[16:16 + 500 * 784]]
counts = [f"{digit}: {labels.count(digit)}" for digit in range(10)]
print("  files:      train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz")
print("  classes:    " + ", ".join(counts[:5]) + ",\n              " + ", ".join(counts[5:]))
print(f"  pixels:     mean {statistics.fmean(pixels):.4f}, standard deviation {statistics.pstdev(pixels):.4f}")
END
    sed -n '3,6p' "$scratch/info" | diff "$scratch/expected" -
}

@test "info names the images of a folder" {
    write_png 0 "$scratch/a.png"
    for folder in "$scratch"/data/{train,test}/{0..9}; do
        mkdir -p "$folder"
        cp "$scratch/a.png" "$folder"
    done
    cd "$scratch"
    "$program" --data data/ --info >info
    expect grep -qx '  folder:     data' info
    expect grep -qx '  files:      train/0/\*.png to train/9/\*.png' info
}

@test "show draws an image with its label" {
    "$program" "${data[@]}" --show 3 >"$scratch/shown"
    expect test "$(wc -l <"$scratch/shown")" -eq 29
    expect test "$(sed 28q "$scratch/shown" | awk '{ print length($0) }' | sort -u)" -eq 56
    expect grep -qE '@@|%%' "$scratch/shown"
    label=$(gzip -dc "$drawn/train-labels-idx1-ubyte.gz" | od -An -tu1 -j11 -N1 | tr -d ' ')
    expect test "$(tail -n 1 "$scratch/shown")" = "Image 3, label $label"
    fails_with 1 grep -q $'\033' "$scratch/shown"
    rejects 1 "--show: expected an image from 0 to 3999, found 4000" --show 4000
}

@test "show draws the transformed image" {
    "$program" "${data[@]}" --show 3 --vflip 1 >"$scratch/flipped"
    "$program" "${data[@]}" --show 3 >"$scratch/shown"
    diff <(sed 28q "$scratch/shown" | tac) <(sed 28q "$scratch/flipped")
    "$program" "${data[@]}" --show 3 --rotate 90 --seed 1 >"$scratch/one"
    "$program" "${data[@]}" --show 3 --rotate 90 --seed 2 >"$scratch/two"
    fails_with 1 cmp -s "$scratch/one" "$scratch/two"
}

@test "a grid is a valid png and does not change training" {
    train "$scratch/without" --epochs 2 --train-limit 320
    train "$scratch/with" --epochs 2 --train-limit 320 --grid "$scratch/grid.png"
    cmp "$scratch/without" "$scratch/with"
    "$program" "${data[@]}" --info --train-limit 320 --grid "$scratch/info.png" >"$scratch/out"
    cmp "$scratch/grid.png" "$scratch/info.png"
    need pngcheck
    pngcheck -v "$scratch/grid.png" | grep '242 x 122 image'
}
