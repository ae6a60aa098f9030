#!/usr/bin/env bats
# --predict: predictions for IDX, PNM and PNG files.
load ../support/program

train_model() {
    "$program" --data "$drawn" --epochs 3 --save "$scratch/model" >"$scratch/trained" 2>/dev/null
}

@test "predictions for the test set agree with the test" {
    train_model
    "$program" --load "$scratch/model" --predict "$drawn/t10k-images-idx3-ubyte.gz" \
        --labels "$drawn/t10k-labels-idx1-ubyte.gz" >"$scratch/csv" 2>"$scratch/err"
    cat "$scratch/err"
    right=$(sed -n 's/^Test Accuracy: .* exact: \([0-9]*\) of 1000 right.*/\1/p' "$scratch/trained")
    expect grep -q "^Accuracy: $right of 1000 right" "$scratch/err"
    expect test "$(head -n 1 "$scratch/csv")" = file,index,digit,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9
    # the digit has the highest probability, and the probabilities sum to 1
    awk -F, -v file="$drawn/t10k-images-idx3-ubyte.gz" '
             NR > 1 { sum = 0; best = 4; for (i = 4; i <= 13; i++) { sum += $i; if ($i > $best) best = i }
                      if ($best - $($3 + 4) > 0 || sum < 0.9999 || sum > 1.0001 || $2 != NR - 2 || $1 != file) wrong = 1 }
             END { exit wrong || NR != 1001 }' "$scratch/csv"
    # the confusion matrix counts all images, the correct ones on its diagonal
    awk -v right="$right" '/^  [0-9] / { for (i = 2; i <= 11; i++) all += $i; diagonal += $($1 + 2) }
                           END { exit all != 1000 || diagonal != right }' "$scratch/err"
}

@test "stdin and raw files give the same predictions" {
    train_model
    gzip -dc "$drawn/t10k-images-idx3-ubyte.gz" >"$scratch/raw"
    "$program" --load "$scratch/model" --predict "$scratch/raw" >"$scratch/a"
    "$program" --load "$scratch/model" --predict - <"$drawn/t10k-images-idx3-ubyte.gz" >"$scratch/b"
    expect test "$(sed -n 2p "$scratch/a" | cut -d, -f1)" = "$scratch/raw"
    expect test "$(sed -n 2p "$scratch/b" | cut -d, -f1)" = -
    cmp <(cut -d, -f2- "$scratch/a") <(cut -d, -f2- "$scratch/b")
    expect test "$(wc -l <"$scratch/a")" -eq 1001
}

# The first images of the test set, enlarged seven times, dark on grey.
@test "pnm images are classified" {
    train_model
    right=0
    for i in 0 1 2 3 4 5 6 7 8 9; do
        expected=$(gzip -dc "$drawn/t10k-labels-idx1-ubyte.gz" | od -An -tu1 -j $((8 + i)) -N 1)
        {
            echo "P2 # a digit"
            echo "196 196 255"
            gzip -dc "$drawn/t10k-images-idx3-ubyte.gz" | od -An -v -tu1 -w28 -j $((16 + 784 * i)) -N 784 |
                awk '{ line = ""; for (x = 1; x <= 28; x++) for (k = 0; k < 7; k++) line = line " " 230 - int($x * 0.8)
                       for (k = 0; k < 7; k++) print line }'
        } >"$scratch/picture.pgm"
        "$program" --load "$scratch/model" --predict "$scratch/picture.pgm" >"$scratch/csv" 2>"$scratch/err"
        expect grep -q "picture.pgm: dark on light, inverted" "$scratch/err"
        expect test "$(wc -l <"$scratch/csv")" -eq 2
        [ "$(sed -n 2p "$scratch/csv" | cut -d, -f3)" -ne "$expected" ] || right=$((right + 1))
    done
    echo "$right of 10 right"
    expect test "$right" -ge 8
}

# Writes test image N as a picture in plain text, white on black; a picture of 28x28 is not scaled.
write_pgm() { # N FILE
    { echo "P2 28 28 255" && gzip -dc "$drawn/t10k-images-idx3-ubyte.gz" | od -An -v -tu1 -j $((16 + 784 * $1)) -N 784; } >"$2"
}

# Writes test image N as a PNG.
write_png() { # N FILE
    need python3
    write_pgm "$1" "$2.pgm"
    python3 - "$2" <<'END'
import struct, sys, zlib
values = [int(word) for word in open(sys.argv[1] + ".pgm").read().split()[4:]]
rows = b"".join(b"\0" + bytes(values[28 * y:28 * y + 28]) for y in range(28))
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
header = struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0)
open(sys.argv[1], "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) +
                              chunk(b"IEND", b""))
END
    rm "$2.pgm"
}

# Prints the rows of test images for these file names, as predicted from the IDX file, without header.
expected_rows() { # N FILE...
    "$program" --load "$scratch/model" --predict "$drawn/t10k-images-idx3-ubyte.gz" >"$scratch/idx.csv"
    while [ "$#" -gt 0 ]; do
        sed -n "$(($1 + 2))p" "$scratch/idx.csv" | cut -d, -f3- | sed "s|^|$2,0,|"
        shift 2
    done
}

@test "several files give one table" {
    train_model
    cd "$scratch"
    write_pgm 3 c.pgm
    write_png 7 a.png
    gzip -c a.png >b.png.gz
    # shellcheck disable=SC2094 # csv is the file that is written
    "$program" --load model --predict c.pgm a.png - b.png.gz "$drawn/t10k-images-idx3-ubyte.gz" --quiet <c.pgm >csv
    expect test "$(wc -l <csv)" -eq 1005
    expected_rows 3 c.pgm 7 a.png 3 - 7 b.png.gz >expected
    sed -n 2,5p csv | diff expected -
    tail -n 1000 csv | diff <(tail -n 1000 idx.csv) -
    expect test "$(head -n 1 csv)" = "$(head -n 1 idx.csv)"
    # the option may also come last, and its first file after =
    "$program" --quiet --load model --predict=c.pgm a.png - b.png.gz <c.pgm | diff <(head -n 5 csv) -
}

# Not those of its subdirectories; files that are no images are skipped.
@test "a directory means its images in the order of their names" {
    train_model
    cd "$scratch"
    mkdir -p d/sub d/x.png
    write_pgm 3 d/b
    write_png 7 d/B.png
    write_png 9 d/.hidden
    write_png 4 d/sub/a.png
    gzip -c d/b >d/10
    printf '\0\0\10\3\0\0\0\1\0\0\0\34\0\0\0\34' >d/one-idx
    gzip -dc "$drawn/t10k-images-idx3-ubyte.gz" | tail -c +$((17 + 784 * 5)) | head -c 784 >>d/one-idx
    printf '\0\0\10\1\0\0\0\1\5' >d/labels-idx
    echo text >d/notes.txt
    : >d/empty
    mkfifo d/pipe
    "$program" --load model --predict d/ >csv 2>err
    cat err
    expect test ! -s err
    expected_rows 9 d/.hidden 3 d/10 7 d/B.png 3 d/b 5 d/one-idx >expected
    tail -n +2 csv | diff expected -
    mkdir none
    echo text >none/notes
    rejects 1 "none: expected PNG, PNM or IDX images in it, found none" --load model --predict none
    rejects 1 "--labels: expected a file after --predict, found the directory d" --load model --predict d \
        --labels d/labels-idx
}

@test "a file that fails does not stop the others" {
    train_model
    cd "$scratch"
    mkdir d
    write_png 7 d/a.png
    head -c 60 d/a.png >d/b.png
    printf '\377\330\377\340abcdefgh' >d/c.jpg
    write_pgm 3 d/d.pgm
    ln -s nowhere d/dangling
    fails_with 1 "$program" --load model --predict d/a.png none d >csv 2>err
    cat err
    expected_rows 7 d/a.png 7 d/a.png 3 d/d.pgm >expected
    tail -n +2 csv | diff expected -
    expect test "$(wc -l <err)" -eq 4
    sed -n 1p err | grep -x 'mnist-train: cannot open none: No such file or directory'
    sed -n 2p err | grep '^mnist-train: d/b.png: chunk IDAT: expected [0-9]* bytes, found only 15$'
    sed -n 3p err | grep '^mnist-train: d/c.jpg: expected a PNG, PNM or IDX file, found JPEG; '
    sed -n 3p err | grep 'magick a.jpg a.png .*convert a.jpg a.png'
    sed -n 4p err | grep -x 'mnist-train: cannot open d/dangling: No such file or directory'
}

@test "hostile file names do no harm" {
    train_model
    need python3
    cd "$scratch"
    mkdir d
    local escape=$'\033]0;x\007' name
    # shellcheck disable=SC1003,SC2016 # the names are meant as they are
    for name in '<b>"x\' "a,b" $'line\nbreak' "$escape" $'\x9b31m' '-h' '$(touch touched)'; do
        write_png 7 d/image.png
        mv d/image.png "d/$name.png"
        printf '\377\330\377' >"d/$name.jpg"
    done
    fails_with 1 "$program" --load model --predict d >csv 2>err
    cat err
    # one line for each file that fails, without control characters
    expect test "$(wc -l <err)" -eq 7
    LC_ALL=C fails_with 1 grep -q '[^ -~]' err
    expect test ! -e touched
    # the names as they are, read by another CSV reader
    python3 - csv d <<'END'
import csv, os, sys
with open(sys.argv[1], newline="", errors="surrogateescape") as file:
    rows = list(csv.DictReader(file))
names = sorted(os.fsencode(name) for name in os.listdir(sys.argv[2]) if name.endswith(".png"))
assert [os.fsencode(row["file"]) for row in rows] == [b"d/" + name for name in names], rows
assert all(len(row) == 13 and row["index"] == "0" and row["digit"].isdigit() for row in rows), rows
END
}

@test "bare digits are printed one per line" {
    train_model
    cd "$scratch"
    write_pgm 3 a.pgm
    "$program" --load model --digits-only --predict a.pgm "$drawn/t10k-images-idx3-ubyte.gz" >digits
    expected_rows 3 a.pgm | cut -d, -f3 >expected
    tail -n +2 idx.csv | cut -d, -f3 >>expected
    diff expected digits
}

@test "classes have names" {
    train_model
    cd "$scratch"
    printf '%s\n' T-shirt/top Trouser 'Pullover, "long"' Dress Coat Sandal Shirt Sneaker Bag 'Ankle boot' >names
    "$program" --load model --classes names --predict "$drawn/t10k-images-idx3-ubyte.gz" \
        --labels "$drawn/t10k-labels-idx1-ubyte.gz" >csv 2>err
    cat err
    expect test "$(head -n 1 csv)" = file,index,digit,name,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9
    grep -q ',9,Ankle boot,0' csv
    grep -q ',2,"Pullover, ""long""",0' csv
    grep -q '^  9 .*[0-9]  Ankle boot$' err
    head -n 9 names >short
    rejects 1 "short: expected 10 lines, the names of the classes, found 9" --load model --classes short --predict x
    rejects 2 "--classes needs --predict or --report" --classes names
}

@test "wrong files and options are rejected" {
    train_model
    images=$drawn/t10k-images-idx3-ubyte.gz
    rejects 2 "--predict needs --load" --predict "$images"
    rejects 1 "cannot open $scratch/none: No such file" --load "$scratch/none" --predict "$images"
    rejects 1 "cannot open $scratch/none: No such file" --load "$scratch/model" --predict "$scratch/none"
    rejects 1 "expected images (IDX magic 00000803)" --load "$scratch/model" --predict "$drawn/t10k-labels-idx1-ubyte.gz"
    rejects 1 "expected 1000 labels" --load "$scratch/model" --predict "$images" --labels "$drawn/train-labels-idx1-ubyte.gz"
    printf 'P5 9 9 255\nxxx' >"$scratch/cut.pgm"
    rejects 1 "cut.pgm: expected 81 values" --load "$scratch/model" --predict "$scratch/cut.pgm"
    rejects 1 "expected a PNG, PNM or IDX file, found a file that begins" --load "$scratch/model" --predict "$scratch/model"
    rejects 1 "expected a PNG, PNM or IDX file, found an empty one" --load "$scratch/model" --predict /dev/null
    rejects 2 "--digits-only needs --predict" --digits-only
    rejects 2 "--labels: expected one file after --predict, found 2" --load m --labels l --predict a b
    printf 'P2 2 2 255\n7 7 7 7' >"$scratch/blank.pgm"
    rejects 1 "blank.pgm: expected a digit, found no strokes" --load "$scratch/model" --predict "$scratch/blank.pgm"
}

# Also exchanges model files with PyTorch in both directions.
@test "pytorch predicts the same digits" {
    real_mnist
    python=
    for candidate in python3 /usr/bin/python3; do
        "$candidate" -c 'import torch' 2>/dev/null && python=$candidate && break
    done
    [ -n "$python" ] || skip "python3-torch is missing"
    "$program" --data "$mnist" --epochs 1 --save "$scratch/ours" >/dev/null
    "$python" "$root/tests/pytorch_model.py" "$mnist" "$scratch/ours" "$scratch/theirs" >"$scratch/digits"
    for model in ours theirs; do
        "$program" --load "$scratch/$model" --predict "$mnist/t10k-images-idx3-ubyte.gz" |
            tail -n +2 | cut -d, -f3 >"$scratch/$model.digits"
        different=$(paste "$scratch/digits" "$scratch/$model.digits" | awk '$1 != $2' | wc -l)
        echo "$model: $different of $(wc -l <"$scratch/digits") differ"
        expect test "$(wc -l <"$scratch/digits")" -eq 10000
        expect test "$different" -le 2
    done
}
