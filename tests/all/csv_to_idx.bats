#!/usr/bin/env bats
# scripts/csv-to-idx.py: data sets that people have as CSV.

load ../support/program

images=images-idx3-ubyte labels=labels-idx1-ubyte

csv_to_idx() {
    "$python" "$root/scripts/csv-to-idx.py" "$@"
}

# Writes a CSV file of drawn images. The columns: label first, last, or none.
write_csv() { # FILE SPLIT first|last|none HEADER
    need "$python"
    "$python" - "$drawn" "$@" <<'END'
import gzip, sys
drawn, file, split, place, header = sys.argv[1:]
images = gzip.open(f"{drawn}/{split}-images-idx3-ubyte.gz").read()[16:]
labels = gzip.open(f"{drawn}/{split}-labels-idx1-ubyte.gz").read()[8:]
with open(file, "w") as out:
    if header:
        print(header, file=out)
    for i in range(256):
        pixels = list(images[784 * i:784 * i + 784])
        print(*{"first": [labels[i]] + pixels, "last": pixels + [labels[i]], "none": pixels}[place], sep=",", file=out)
END
}

# The files have the first 256 images and labels of the drawn digits, and the program reads them.
are_drawn() { # DIRECTORY
    local split
    for split in train t10k; do
        cmp <(tail -c +17 "$1/$split-$images") <(gzip -dc "$drawn/$split-$images.gz" | tail -c +17 | head -c $((256 * 784)))
        cmp <(tail -c +9 "$1/$split-$labels") <(gzip -dc "$drawn/$split-$labels.gz" | tail -c +9 | head -c 256)
    done
    "$program" --data "$1" --info | grep -x 'Test: 256 images of 28x28 pixels'
}

@test "usage.md's command converts CSV with and without a header" {
    columns=$(seq -f pixel%.0f -s , 0 783)
    write_csv "$scratch/mnist_train.csv" train first ""
    write_csv "$scratch/mnist_test.csv" t10k first "label,$columns"
    grep -E '^scripts/csv-to-idx.py mnist_(train|test).csv ' "$root/docs/usage.md" >"$scratch/commands"
    [ "$(wc -l <"$scratch/commands")" -eq 2 ]
    ln -s "$root/scripts" "$scratch/scripts"
    (cd "$scratch" && bash -eu commands)
    are_drawn "$scratch/mnist"
}

@test "a label in the last column, and images without labels, are converted" {
    columns=$(seq -f pixel%.0f -s , 1 784)
    write_csv "$scratch/a.csv" train last "$columns,class"
    write_csv "$scratch/b.csv" t10k first ""
    gzip "$scratch/b.csv"
    write_csv "$scratch/c.csv" t10k none "$columns"
    cd "$scratch"
    csv_to_idx a.csv set/train
    csv_to_idx b.csv.gz set/t10k
    are_drawn set
    csv_to_idx c.csv alone | grep -x 'alone: 256 images, without labels'
    cmp "alone-$images" "set/t10k-$images"
    [ ! -e "alone-$labels" ]
}

# As pandas names the columns. A first row with an odd number is no header.
@test "a header may have numbers and names the label" {
    cd "$scratch"
    (seq -s , 0 783 | sed 's/^/label,/' && printf '7' && printf ',0%.0s' {1..784} && echo) >in.csv
    (printf '7,1e2' && printf ',0%.0s' {1..783} && echo) >other.csv
    for file in in other; do
        expect grep -q '1 images' <(csv_to_idx $file.csv $file)
        expect test "$(tail -c 1 $file-labels-idx1-ubyte | od -An -tu1 | tr -d ' ')" = 7
    done
}

# pandas writes the number of a row in a column without a name; Kannada-MNIST's test.csv has an id, and no label.
@test "columns with the numbers of the rows are left out" {
    cd "$scratch"
    pixels=$(printf ',9%.0s' {1..784})
    (seq -s , -f p%.0f 784 | sed 's/^/,label,/' && echo "300,7$pixels") >numbered.csv
    (seq -s , -f p%.0f 784 | sed 's/^/id,/' && echo "5$pixels") >test.csv
    csv_to_idx numbered.csv numbered | grep -x 'numbered: 1 images'
    expect test "$(tail -c 1 "numbered-$labels" | od -An -tu1 | tr -d ' ')" = 7
    csv_to_idx test.csv test | grep -x 'test: 1 images, without labels'
    cmp "numbered-$images" "test-$images"
}

@test "the converter reads a pipe" {
    write_csv "$scratch/a.csv" t10k first ""
    csv_to_idx "$scratch/a.csv" "$scratch/a"
    csv_to_idx <(cat "$scratch/a.csv") "$scratch/pipe"
    gzip -c "$scratch/a.csv" | csv_to_idx - "$scratch/stdin"
    for kind in "$images" "$labels"; do
        cmp "$scratch/a-$kind" "$scratch/pipe-$kind"
        cmp "$scratch/a-$kind" "$scratch/stdin-$kind"
    done
}

@test "images without labels are not put beside the labels of others" {
    write_csv "$scratch/a.csv" t10k first ""
    write_csv "$scratch/b.csv" train none ""
    cd "$scratch"
    csv_to_idx a.csv set
    cp "set-$images" before
    for kind in "$labels" "$labels.gz"; do
        fails_with 1 csv_to_idx b.csv set 2>err
        grep -x "csv-to-idx: b.csv: expected labels, as set-$kind exists, found none" err
        [ ! -e "set-$labels" ] || gzip "set-$labels"
    done
    cmp before "set-$images"
}

@test "the converter refuses what is no CSV of images" {
    need "$python"
    refuses() { # WORDS: the file on stdin
        cat >"$scratch/in.csv"
        fails_with 1 csv_to_idx "$scratch/in.csv" "$scratch/to" 2>"$scratch/err"
        grep -F -- "$1" "$scratch/err"
        [ ! -e "$scratch/to-$images" ]
    }
    echo 1,2,3 | refuses "in.csv: expected 784 pixels in row 1, and a label, between commas, found 3 values"
    seq -s , 0 784 | refuses "in.csv: expected whole numbers from 0 to 255 in row 1, found '256'"
    (printf '0,%.0s' {1..784} && echo 0.5) | refuses "in.csv: expected whole numbers from 0 to 255 in row 1, found '0.5'"
    (printf '0,%.0s' {1..784} && printf '\033\n') | refuses "in row 1, found '\x1b'"
    for _ in 1 2; do printf '0,%.0s' {1..784} && echo 5; done |
        refuses "in.csv: expected the label in the first column, found 0 in all 2 rows"
    (printf '0,%.0s' {1..784} && echo 1) | refuses "in.csv: expected pixels up to 255, found none above 1"
    (seq -s , -f p%.0f 0 784 && printf '7,%.0s' {1..784} && echo 7) | refuses "in.csv: expected a label in the header (label, class, digit, target, y), found none"
    echo label,pixel0 | refuses "in.csv: expected rows of 784 pixels, all with a label or all without, found others"
    printf '\211PNG\r\n\32\n' | refuses "in.csv: expected CSV in UTF-8, found other bytes"
    fails_with 2 csv_to_idx "$scratch/in.csv" 2>/dev/null
    fails_with 2 csv_to_idx "$scratch/in.csv" "$scratch/" 2>/dev/null
}

@test "a converted file replaces an old one when it is complete" {
    cd "$scratch"
    write_csv a.csv t10k first ""
    csv_to_idx a.csv a >/dev/null
    cksum a-* >sums
    (
        ulimit -f 8 # kilobytes
        fails_with 1 csv_to_idx a.csv a 2>err
    )
    expect test "$(wc -l <err)" -eq 1
    cksum a-* | diff sums -
    # the damaged gzip file of a CSV
    gzip -c a.csv | head -c 1000 >cut.csv.gz
    { gzip -c a.csv | head -c 500 && head -c 500 /dev/zero; } >damaged.csv.gz
    for file in cut damaged; do
        fails_with 1 csv_to_idx $file.csv.gz b 2>err
        expect grep -qE "^csv-to-idx: $file.csv.gz: " err
        expect test "$(wc -l <err)" -eq 1
    done
    # a header names the label, so that all may be zeros
    (seq -s , -f p%.0f 784 | sed 's/^/label,/' && for _ in 1 2; do printf 0 && printf ',9%.0s' {1..784} && echo; done) >zeros.csv
    csv_to_idx zeros.csv zeros | grep -x 'zeros: 2 images'
}
