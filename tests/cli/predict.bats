#!/usr/bin/env bats
# --predict: predictions for IDX, PNM and PNG files.
load ../support/program

images=$drawn/t10k-images-idx3-ubyte.gz

# One network for all tests, and its predictions for the test images.
setup_file() {
    cd "$BATS_FILE_TMPDIR"
    "$program" "${data[@]}" --epochs 3 --save model >trained 2>/dev/null
    "$program" --load model --predict "$images" --labels "$drawn/t10k-labels-idx1-ubyte.gz" >idx.csv 2>idx.err
}

setup() {
    scratch=$BATS_TEST_TMPDIR
    data=()
    cd "$scratch"
    ln -s "$BATS_FILE_TMPDIR"/{model,trained,idx.csv,idx.err} .
}

# Prints the rows of test images for these file names, as predicted from the IDX file, without header.
expected_rows() { # N FILE...
    while [ "$#" -gt 0 ]; do
        sed -n "$(($1 + 2))p" idx.csv | cut -d, -f3- | sed "s|^|$2,0,|"
        shift 2
    done
}

@test "predictions for the test set agree with the test" {
    cat idx.err
    right=$(count_right trained)
    expect grep -q "^Accuracy: $right of 1000 right" idx.err
    expect test "$(head -n 1 idx.csv)" = file,index,digit,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9
    # the digit has the highest probability, and the probabilities sum to 1
    awk -F, -v file="$images" '
             NR > 1 { sum = 0; best = 4; for (i = 4; i <= 13; i++) { sum += $i; if ($i > $best) best = i }
                      if ($best - $($3 + 4) > 0 || sum < 0.9999 || sum > 1.0001 || $2 != NR - 2 || $1 != file) wrong = 1 }
             END { exit wrong || NR != 1001 }' idx.csv
    gzip -dc "$images" | "$program" --load model --predict - | cut -d, -f2- | diff <(cut -d, -f2- idx.csv) -
    # the confusion matrix counts all images, the correct ones on its diagonal
    awk -v right="$right" '/^  [0-9] / { for (i = 2; i <= 11; i++) all += $i; diagonal += $($1 + 2) }
                           END { exit all != 1000 || diagonal != right }' idx.err
}

# The first images of the test set, enlarged seven times, dark on grey.
@test "enlarged dark pictures are classified" {
    for i in 0 1 2 3 4 5 6 7 8 9; do
        {
            echo "P2 # a digit"
            echo "196 196 255"
            gzip -dc "$images" | od -An -v -tu1 -w28 -j $((16 + 784 * i)) -N 784 |
                awk '{ line = ""; for (x = 1; x <= 28; x++) for (k = 0; k < 7; k++) line = line " " 230 - int($x * 0.8)
                       for (k = 0; k < 7; k++) print line }'
        } >"$i.pgm"
    done
    "$program" --load model --predict {0..9}.pgm >csv 2>err
    expect test "$(grep -c '[0-9].pgm: dark on light, inverted' err)" -eq 10
    expect test "$(wc -l <csv)" -eq 11
    gzip -dc "$drawn/t10k-labels-idx1-ubyte.gz" | od -An -v -tu1 -w1 -j 8 -N 10 | paste -d, - <(tail -n +2 csv) >both
    cat both
    expect test "$(awk -F, '$1 + 0 == $4' both | wc -l)" -ge 8
}

@test "several files give one table" {
    write_pgm 3 c.pgm
    write_png 7 a.png
    gzip -c a.png >b.png.gz
    # shellcheck disable=SC2094 # csv is the file that is written
    "$program" --load model --predict c.pgm a.png - b.png.gz "$images" --quiet <c.pgm >csv
    expect test "$(wc -l <csv)" -eq 1005
    expected_rows 3 c.pgm 7 a.png 3 - 7 b.png.gz >expected
    sed -n 2,5p csv | diff expected -
    tail -n 1000 csv | diff <(tail -n 1000 idx.csv) -
    expect test "$(head -n 1 csv)" = "$(head -n 1 idx.csv)"
    # the option may also come last, and its first file after =
    "$program" --quiet --load model --predict=c.pgm a.png - b.png.gz <c.pgm | diff <(head -n 5 csv) -
}

@test "a damaged image among good ones is a line and status 1" {
    mkdir d
    write_png 7 d/a.png
    sed 's/$/\r/' d/a.png >d/text-mode.PNG
    : >d/empty.png
    echo text | gzip >d/text.pgm.gz
    echo text >d/._a.png # as macOS makes them
    fails_with 1 "$program" --load model --predict d >csv 2>err
    cat err
    expect test "$(grep -c '^mnist-train: d/' err)" -eq 3
    expected_rows 7 d/a.png >expected
    tail -n +2 csv | diff expected -
}

# Not those of its subdirectories; files that are no images are skipped.
@test "a directory means its images in the order of their names" {
    mkdir -p d/sub d/x.png
    write_pgm 3 d/b
    write_png 7 d/B.png
    write_png 9 d/.hidden
    write_png 4 d/sub/a.png
    gzip -c d/b >d/10
    printf '\0\0\10\3\0\0\0\1\0\0\0\34\0\0\0\34' >d/one-idx
    gzip -dc "$images" | tail -c +$((17 + 784 * 5)) | head -c 784 >>d/one-idx
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
    sed -n 3p err | grep 'magick a.jpg -auto-orient a.png .*convert a.jpg -auto-orient a.png'
    sed -n 4p err | grep -x 'mnist-train: cannot open d/dangling: No such file or directory'
}

@test "hostile file names do no harm" {
    need "$python"
    mkdir d
    write_png 7 image.png
    local escape=$'\033]0;x\007' name
    # shellcheck disable=SC1003,SC2016 # the names are meant as they are
    for name in '<b>"x\' "a,b" $'line\nbreak' "$escape" $'\x9b31m' '-h' '$(touch touched)'; do
        cp image.png "d/$name.png"
        printf '\377\330\377' >"d/$name.jpg"
    done
    fails_with 1 "$program" --load model --predict d >csv 2>err
    cat err
    # one line for each file that fails, without control characters
    expect test "$(wc -l <err)" -eq 7
    LC_ALL=C fails_with 1 grep -q '[^ -~]' err
    expect test ! -e touched
    # the names as they are, read by another CSV reader
    "$python" - csv d <<'END'
import csv, os, sys
with open(sys.argv[1], newline="", errors="surrogateescape") as file:
    rows = list(csv.DictReader(file))
names = sorted(os.fsencode(name) for name in os.listdir(sys.argv[2]) if name.endswith(".png"))
assert [os.fsencode(row["file"]) for row in rows] == [b"d/" + name for name in names], rows
assert all(len(row) == 13 and row["index"] == "0" and row["digit"].isdigit() for row in rows), rows
END
}

@test "bare digits are printed one per line" {
    write_pgm 3 a.pgm
    "$program" --load model --digits-only --predict a.pgm "$images" >digits
    expected_rows 3 a.pgm | cut -d, -f3 >expected
    tail -n +2 idx.csv | cut -d, -f3 >>expected
    diff expected digits
}

# Such a camera notes in EXIF (orientation 6) that its picture is to be turned by 90 degrees.
@test "the command that the error names keeps the picture of a camera held upright" {
    need convert "$python"
    for i in 1 2 3; do
        { printf 'P5 28 28 255\n' && gzip -dc "$images" | tail -c +$((17 + 784 * i)) | head -c 784; } >digit.pgm
        convert digit.pgm -negate -resize 1000% -rotate 270 turned.jpg
        "$python" - <<'END'
data = open("turned.jpg", "rb").read()
exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
open("a.jpg", "wb").write(data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:])
END
        fails_with 1 "$program" --load model --predict a.jpg 2>err
        bash -euc "$(sed -n 's/.*or: \(convert .*\) (ImageMagick 6)$/\1/p' err)"
        expect test "$("$program" --load model --digits-only --quiet --predict a.png)" = \
            "$(sed -n "$((i + 2))p" idx.csv | cut -d, -f3)"
    done
}

@test "classes have names" {
    printf '%s\n' T-shirt/top Trouser 'Pullover, "long"' Dress Coat Sandal Shirt Sneaker Bag 'Ankle boot' >names
    "$program" --load model --classes names --predict "$images" \
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
