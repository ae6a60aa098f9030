#!/usr/bin/env bats
# Data sets as people have them: as they were unpacked and downloaded.

load ../support/program

setup_file() {
    export whole="$BATS_FILE_TMPDIR/whole"
    "$program" --data "$drawn" "${short[@]}" 2>/dev/null | without_seconds >"$whole"
}

short=(--reproducible --epochs 1 --train-limit 256 --test-limit 100)
images=images-idx3-ubyte labels=labels-idx1-ubyte

# Runs on a directory with the drawn digits print what a run on data/drawn prints.
trains_as_drawn() { # DIRECTORY
    train "$scratch/out" --data "$1" "${short[@]}" && cmp "$scratch/out" "$whole"
}

# Links the four drawn files to names in which SPLIT and KIND stand for theirs, and DOT for a kind with a dot.
link_drawn() { # NAME
    local split kind target
    for split in train t10k; do
        for kind in $images $labels; do
            target=${1//SPLIT/$split} target=${target//KIND/$kind}
            target=$scratch/${target//DOT/${kind/-idx/.idx}}
            mkdir -p "${target%/*}"
            ln -sf "$drawn/$split-$kind.gz" "$target"
        done
    done
}

@test "a folder for each file is read, as unpackers make it, with a hyphen or a dot" {
    link_drawn nested/SPLIT-KIND/SPLIT-KIND
    link_drawn dotted/SPLIT-KIND/SPLIT-DOT.gz
    link_drawn dots/SPLIT-DOT/SPLIT-DOT
    for way in nested dotted dots; do
        trains_as_drawn "$scratch/$way"
    done
}

@test "the folders of Kaggle's archive do not hide the files beside them" {
    link_drawn kaggle/SPLIT-DOT
    mkdir "$scratch/kaggle/train-$images" "$scratch/kaggle/t10k-$labels"
    trains_as_drawn "$scratch/kaggle"
}

@test "only regular files count" {
    link_drawn regular/SPLIT-KIND.gz
    mkfifo "$scratch/regular/train-$images"
    mkdir "$scratch/regular/t10k-$images"
    trains_as_drawn "$scratch/regular"
}

@test "torchvision's roots of MNIST, FashionMNIST and KMNIST are read" {
    for name in MNIST FashionMNIST KMNIST; do
        link_drawn "$name/$name/raw/SPLIT-KIND"
        trains_as_drawn "$scratch/$name"
        trains_as_drawn "$scratch/$name/$name"
    done
}

# Writes QMNIST's rows of labels, or EMNIST's transposed images.
convert() { # qmnist|emnist SOURCE TARGET
    "$python" - "$@" <<'END'
import gzip, os, struct, sys
kind, source, target = sys.argv[1:]
values = gzip.open(source).read()
os.makedirs(os.path.dirname(target), exist_ok=True)
if kind == "qmnist":
    count = len(values) - 8
    values = struct.pack(">3I", 0xC02, count, 8) + b"".join(struct.pack(">8i", v, *range(7)) for v in values[8:])
else:
    images = (values[i:i + 784] for i in range(16, len(values), 784))
    values = values[:16] + b"".join(i[x::28] for i in images for x in range(28))
open(target, "wb").write(values)
END
}

@test "torchvision's root of QMNIST is read" {
    need "$python"
    for split in train test; do
        mnist=${split/test/t10k} to=$scratch/root/QMNIST/raw/qmnist-$split
        convert qmnist "$drawn/$mnist-$labels.gz" "$to-labels-idx2-int"
        ln -s "$drawn/$mnist-$images.gz" "$to-$images.gz"
    done
    trains_as_drawn "$scratch/root"
}

make_emnist() { # DIRECTORY SPLIT
    need "$python"
    for split in train test; do
        mnist=${split/test/t10k} to=$1/emnist-$2-$split
        convert emnist "$drawn/$mnist-$images.gz" "$to-$images"
        ln -s "$drawn/$mnist-$labels.gz" "$to-$labels"
    done
}

@test "EMNIST's digits and mnist splits are read and turned upright, which the summary says" {
    make_emnist "$scratch/digits" digits
    trains_as_drawn "$scratch/digits"
    grep -x "Train: 256 images of .*/emnist-digits-train-$images, turned upright" "$scratch/err"
    grep -x "Test: 100 images of .*/emnist-digits-test-$images, turned upright" "$scratch/err"
    make_emnist "$scratch/root/EMNIST/raw" mnist
    trains_as_drawn "$scratch/root"
    "$program" --data "$scratch/root" --info | grep -x 'Test: 1000 images of 28x28 pixels, turned upright'
    "$program" --data "$scratch/root" --show 7 >"$scratch/turned"
    "$program" --data "$drawn" --show 7 | cmp - "$scratch/turned"
}

@test "predictions for EMNIST's files are for upright images" {
    make_emnist "$scratch" digits
    "$program" --data "$drawn" "${short[@]}" --save "$scratch/model" >/dev/null 2>&1
    predict() { "$program" --load "$scratch/model" --digits-only --predict "$1" 2>"$scratch/err"; }
    predict "$scratch/emnist-digits-test-$images" >"$scratch/digits"
    grep -x "$scratch/emnist-digits-test-$images: EMNIST's images, turned upright" "$scratch/err"
    predict "$drawn/t10k-$images.gz" | cmp - "$scratch/digits"
}

@test "EMNIST's other splits are refused by the number of their classes" {
    while read -r split classes; do
        mkdir -p "$scratch/$split/EMNIST/raw"
        touch "$scratch/$split/EMNIST/raw/emnist-$split-train-$images"
        rejects 1 "in it, found EMNIST $split: $classes classes;" --data "$scratch/$split"
    done <<'END'
letters 26
balanced 47
bymerge 47
byclass 62
END
}

@test "both splits are of one data set, that of the first place" {
    link_drawn two/FashionMNIST/raw/SPLIT-KIND.gz
    mkdir -p "$scratch/two/MNIST/raw"
    cp "$drawn/t10k-$images.gz" "$drawn/t10k-$labels.gz" "$scratch/two/MNIST/raw"
    rejects 1 "two: expected train-$images or .gz, or image folders train/0 to 9, in it, found FashionMNIST and 1 more;" --data "$scratch/two"
}

@test "a directory without a data set is described by what it holds" {
    holds() { # WORDS FILE...
        local directory=$scratch/holds words=$1
        rm -rf "$directory"
        mkdir "$directory"
        shift
        (cd "$directory" && touch "$@")
        rejects 1 "$directory: expected train-$images or .gz, or image folders train/0 to 9, in it, found $words;" \
            --data "$directory"
    }
    holds none .DS_Store
    holds "LICENSE and 1 more" README.md LICENSE
    holds "t10k-$images (1).gz and 4 more" {train,t10k}-{"$images","$labels"}" (1).gz" README.md
    holds "train-$images.gz.1" "train-$images.gz.1"
    holds "TRAIN-IMAGES-IDX3-UBYTE and 1 more" LICENSE TRAIN-IMAGES-IDX3-UBYTE
    holds "MNIST_data and 1 more" LICENSE MNIST_data
    holds "CSV files (scripts/csv-to-idx.py converts CSV)" mnist_test.csv mnist_train.csv README.md
    holds "a CSV file (scripts/csv-to-idx.py converts CSV)" TRAIN.CSV
    holds "a .npz file" mnist.npz
    holds ".parquet files" test-00000-of-00001.parquet train-00000-of-00001.parquet
    holds ".pt files" training.pt test.pt
    holds "a .zip file" archive.zip notes.txt
    holds "a .pkl.gz file" mnist.pkl.gz
    holds "a .mat file" mnist-original.mat
    holds ".png files" 0.png 1.png
    holds "a .crdownload file" "train-$images.gz.crdownload"
}

@test "a link to a missing file is named" {
    mkdir "$scratch/annex"
    ln -s ../.git/annex/objects/1/train "$scratch/annex/train-$images.gz"
    rejects 1 "cannot open $scratch/annex/train-$images.gz: No such file or directory" --data "$scratch/annex"
    # beside a file it does not count
    link_drawn annex/SPLIT-KIND.gz
    ln -s nowhere "$scratch/annex/train-$images"
    "$program" --data "$scratch/annex" --epochs 1 --train-limit 32 --test-limit 10 --quiet
}

@test "a file in place of the directory is named by its kind" {
    printf 'PK\3\4' >"$scratch/mnist.zip"
    echo label,1x1,1x2 >"$scratch/mnist.csv"
    rejects 1 "mnist.zip: expected a directory with MNIST's files, found a file: a zip archive" --data "$scratch/mnist.zip"
    rejects 1 "mnist.csv: expected a directory with MNIST's files, found a file: CSV" --data "$scratch/mnist.csv"
    rejects 1 "/dev/null: expected a directory with MNIST's files, found a file" --data /dev/null
}

# tests/unit/file_kind.c has all kinds.
@test "a foreign file under the name of MNIST's is named by its kind" {
    cd "$scratch"
    mkdir foreign
    ln -sf "$drawn/train-$labels.gz" foreign
    gzip -c "$drawn/train-$images.gz" >"foreign/train-$images.gz"
    rejects 1 "foreign/train-$images.gz: expected an IDX file, found a gzip file in a gzip file" --data foreign
    echo '<!DOCTYPE html><html>' >"foreign/train-$images.gz"
    rejects 1 "foreign/train-$images.gz: expected an IDX file, found HTML (a web page)" --data foreign
    printf '\0\0\15\3\0\0\0\1\0\0\0\34\0\0\0\34' >"foreign/train-$images.gz"
    rejects 1 "expected images (IDX magic 00000803), found 00000d03 (IDX of float, rank 3)" --data foreign
}
