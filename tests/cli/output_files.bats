#!/usr/bin/env bats
# The files that a run writes: checked before training, and never half written.
load ../support/program

@test "files that cannot be written are found before training" {
    mkdir "$scratch/directory"
    for option in --save --checkpoint; do
        rejects 1 "cannot write $scratch/none/m: No such file" $option "$scratch/none/m"
        rejects 1 "$scratch/directory: expected a regular file or a new one, found a directory" \
            $option "$scratch/directory"
        rejects 1 "/dev/null: expected a regular file or a new one" $option /dev/null
    done
    for option in --log --report --grid; do
        rejects 1 "cannot write $scratch/none/m: No such file" $option "$scratch/none/m"
    done
    expect test -c /dev/null
}

@test "two options that name the same file are a usage error" {
    cd "$scratch"
    touch real
    ln -s real link
    rejects 2 "--checkpoint and --save name the same file: a" --save a --checkpoint a
    rejects 2 "--checkpoint and --save name the same file: a" --save a --checkpoint ./a
    rejects 2 "--save and --log name the same file: real" --save link --log real
    rejects 2 "--save and --report name the same file: $scratch/b" --save b --report "$scratch/b"
    rejects 2 "--save and --grid name the same file: none/a" --save none/a --grid none/a
    train out --epochs 1 --train-limit 64 --checkpoint run
    rejects 2 "--resume and --save name the same file: ./run" --resume run --save ./run
    # a run may replace the checkpoint that it continues from
    train out --resume run --checkpoint run --epochs 2
    # two names of one file: --log appends to what --resume reads
    ln run other
    rejects 2 "--resume and --log name the same file: other" --resume run --log other
}

@test "no output replaces an input" {
    cd "$scratch"
    local option
    seq 10 >classes
    cp -r "$root/data/drawn" data
    train out --epochs 1 --train-limit 64 --save model
    cksum model classes data/* >sums
    for option in checkpoint grid log report; do
        rejects 2 "--load and --$option name the same file: ./model" --load model "--$option" ./model
    done
    for option in save checkpoint grid log; do
        rejects 2 "--classes and --$option name the same file: classes" --classes classes --report report "--$option" classes
    done
    for option in save checkpoint grid log report; do
        for file in data/train-images-idx3-ubyte.gz data/t10k-labels-idx1-ubyte.gz; do
            fails_with 1 "$program" --data data --epochs 1 "--$option" "./$file" 2>err
            expect grep -qx "mnist-train: cannot write ./$file: it is a file of the data set" err
        done
    done
    fails_with 1 "$program" --data data --info --grid data/train-images-idx3-ubyte.gz >out 2>err
    expect grep -q "it is a file of the data set" err
    printf 'P5 28 28 255\n%784s' '' >digit.pgm
    fails_with 2 "$program" --show digit.pgm --data data --grid digit.pgm 2>err
    expect grep -qx "mnist-train: --show and --grid name the same file: digit.pgm" err
    cksum model classes data/* | diff sums -
    train out --load model --save model --epochs 1 --train-limit 64
}

# Makes an image folder with one image in each class of both splits.
make_image_folder() { # DIRECTORY
    mkdir "$1"
    python3 - "$1" <<'END'
import os, struct, sys, zlib

def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

png = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0)) +
       chunk(b"IDAT", zlib.compress(bytes(29 * 28))) + chunk(b"IEND", b""))
for split in "train", "test":
    for label in range(10):
        folder = os.path.join(sys.argv[1], split, str(label))
        os.makedirs(folder)
        with open(os.path.join(folder, "a.png"), "wb") as file:
            file.write(png)
END
}

@test "no output replaces an image of an image folder" {
    need python3
    cd "$scratch"
    local file
    make_image_folder data
    ln -s data/train/3/a.png link.png
    find data -type f -exec cksum {} + | sort >sums
    for file in data/train/3/a.png data/test/9/a.png data/train/0/new.png link.png; do
        fails_with 1 "$program" --data data --epochs 1 --grid "$file" 2>err
        expect grep -qx "mnist-train: cannot write $file: images of the data set are in its directory" err
    done
    find data -type f -exec cksum {} + | sort | diff sums -
    "$program" --data data --epochs 1 --grid data/grid.png --save data/train/model
}

# A limit of the file size acts like a full disk.
@test "a full disk keeps the old file" {
    train "$scratch/part" --epochs 1 --train-limit 100 --save "$scratch/m" --checkpoint "$scratch/c"
    cat "$scratch/m" "$scratch/c" | sha256sum >"$scratch/sums"
    for option in "--save $scratch/m" "--checkpoint $scratch/c"; do
        status=0
        (
            ulimit -f 200 # kilobytes
            # shellcheck disable=SC2086 # words
            exec "$program" --data "$drawn" --epochs 1 --train-limit 200 $option
        ) >"$scratch/out" 2>"$scratch/err" || status=$?
        cat "$scratch/err"
        expect test "$status" -eq 1
        expect grep -qE "cannot write $scratch/[mc]: File too large" "$scratch/err"
    done
    cat "$scratch/m" "$scratch/c" | sha256sum | cmp - "$scratch/sums"
    expect test "$(find "$scratch" -name '[mc]*' | wc -l)" -eq 2
}

@test "weights that are not finite replace nothing" {
    train "$scratch/part" --epochs 1 --train-limit 64 --save "$scratch/m" --checkpoint "$scratch/c"
    cat "$scratch/m" "$scratch/c" | sha256sum >"$scratch/sums"
    for option in "--save $scratch/m" "--checkpoint $scratch/c"; do
        # shellcheck disable=SC2086 # words
        fails_with 1 train "$scratch/out" --epochs 1 --train-limit 32 --lr 1e38 $option
        expect grep -q "^mnist-train: epoch 0, after batch 1: expected finite weights, found" "$scratch/err"
    done
    cat "$scratch/m" "$scratch/c" | sha256sum | cmp - "$scratch/sums"
}

@test "the file that receives stdout is not replaced" {
    fails_with 1 "$program" --data "$drawn" --epochs 1 --quiet --save /dev/stdout >"$scratch/out" 2>"$scratch/err"
    expect grep -q '/dev/stdout: expected a separate file, found the output of stdout or stderr' "$scratch/err"
    expect test ! -s "$scratch/out"
}

# A file that is opened must not get the descriptor of a closed stream, and then its output.
@test "files receive no output if stdout or stderr are closed" {
    fails_with 1 "$program" --data "$drawn" --epochs 4 --train-limit 640 --quiet --checkpoint "$scratch/c" \
        --checkpoint-every 1 --log "$scratch/log" >&- 2>"$scratch/err"
    expect grep -q '^mnist-train: cannot write stdout: ' "$scratch/err"
    fails_with 1 grep -v '^{' "$scratch/log"
    train "$scratch/rest" --resume "$scratch/c" --epochs 5
    "$program" --data "$drawn" --epochs 1 --train-limit 640 --log "$scratch/log" >"$scratch/out" 2>&-
    fails_with 1 grep -v '^{' "$scratch/log"
    expect test "$(wc -l <"$scratch/out")" -eq 2
}
