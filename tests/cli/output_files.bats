#!/usr/bin/env bats
# The files that a run writes: checked before training, and never half written.
load ../support/program

setup() {
    scratch=$BATS_TEST_TMPDIR
    cd "$scratch"
}

@test "files that cannot be written are found before training" {
    mkdir directory
    for option in --save --checkpoint --log --report --grid; do
        rejects 1 "cannot write none/m: No such file" $option none/m
        rejects 1 "directory: expected a regular file or a new one, found a directory" $option directory
    done
    for option in --save --checkpoint --report; do
        rejects 1 "/dev/null: expected a regular file or a new one" $option /dev/null
    done
    expect test -c /dev/null
}

@test "two options that name the same file are a usage error" {
    touch real
    ln -s real link
    train out --epochs 1 --train-limit 64 --checkpoint run
    rejects_each 2 <<'END'
--save a --checkpoint a => --checkpoint and --save name the same file: a
--save a --checkpoint ./a => --checkpoint and --save name the same file: a
--save link --log real => --save and --log name the same file: real
--save none/a --grid none/a => --save and --grid name the same file: none/a
--resume run --save ./run => --resume and --save name the same file: ./run
--show digit.pgm --grid digit.pgm => --show and --grid name the same file: digit.pgm
END
    rejects 2 "--save and --report name the same file: $scratch/b" --save b --report "$scratch/b"
    # a run may replace the checkpoint that it continues from
    train out --resume run --checkpoint run --epochs 2
    # two names of one file: --log appends to what --resume reads
    ln run other
    rejects 2 "--resume and --log name the same file: other" --resume run --log other
}

@test "no output replaces an input" {
    seq 10 >classes
    cp -r "$drawn" data
    data=(--data data)
    train out --epochs 1 --train-limit 64 --save model
    cksum model classes data/* >sums
    rejects 2 "--load and --log name the same file: ./model" --load model --log ./model
    rejects 2 "--classes and --save name the same file: classes" --classes classes --report report --save classes
    for option in save checkpoint grid log report; do
        file=./data/t10k-labels-idx1-ubyte.gz
        rejects 1 "cannot write $file: it is a file of the data set" --epochs 1 "--$option" $file
    done
    rejects 1 "it is a file of the data set" --info --grid data/train-images-idx3-ubyte.gz
    cksum model classes data/* | diff sums -
    train out --load model --save model --epochs 1 --train-limit 64
}

# A limit of the file size acts like a full disk.
@test "a full disk keeps the old file" {
    train part --epochs 1 --train-limit 100 --save m --checkpoint c
    echo old >report
    cksum m c report >sums
    touch names
    find . | sort >names
    for option in "--save m" "--checkpoint c" "--report report"; do
        (
            ulimit -f 200 # kilobytes
            # shellcheck disable=SC2086 # words
            fails_with 1 train out --epochs 1 --train-limit 200 $option
        )
        expect grep -qE "cannot write (m|c|report): File too large" err
    done
    cksum m c report | diff sums -
    find . | sort | diff names -
}

# An image folder with one image in each class of both splits.
@test "no output replaces an image of an image folder" {
    write_png 0 a.png
    for folder in data/{train,test}/{0..9}; do
        mkdir -p "$folder"
        cp a.png "$folder"
    done
    ln -s data/train/3/a.png link.png
    find data -type f -exec cksum {} + | sort >sums
    data=(--data data)
    for file in data/train/3/a.png data/train/0/new.png link.png; do
        rejects 1 "cannot write $file: images of the data set are in its directory" --epochs 1 --grid "$file"
    done
    find data -type f -exec cksum {} + | sort | diff sums -
    train out --epochs 1 --grid data/grid.png --save data/train/model
}

@test "weights that are not finite replace nothing" {
    train part --epochs 1 --train-limit 64 --save m --checkpoint c
    cksum m c >sums
    for option in "--save m" "--checkpoint c"; do
        # shellcheck disable=SC2086 # words
        fails_with 1 train out --epochs 1 --train-limit 32 --lr 1e38 $option
        expect grep -q "^mnist-train: epoch 0, after batch 1: expected finite weights, found" err
    done
    cksum m c | diff sums -
}

# A file that is opened must not get the descriptor of a closed stream, and then its output.
@test "files receive no output if stdout or stderr are closed" {
    fails_with 1 "$program" "${data[@]}" --epochs 2 --train-limit 320 --quiet --checkpoint c --log log >&- 2>err
    expect grep -q '^mnist-train: cannot write stdout: ' err
    fails_with 1 grep -v '^{' log
    train rest --resume c --epochs 3
    "$program" "${data[@]}" --epochs 1 --train-limit 320 --log log >out 2>&-
    fails_with 1 grep -v '^{' log
    expect test "$(wc -l <out)" -eq 2
}

@test "two runs can share a checkpoint" {
    options=("${data[@]}" --train-limit 200 --test-limit 100 --batch 5 --epochs 1 --quiet --checkpoint c
        --checkpoint-every 1)
    "$program" "${options[@]}" >out1 2>err1 3>&- &
    "$program" "${options[@]}" >out2 2>err2
    ends_with 0 $!
    expect cmp out1 out2
    train out3 --resume c --quiet
    tail -n 1 out1 | cmp - out3
    expect test "$(find . -name '.mnist-train-*' | wc -l)" -eq 0
}
