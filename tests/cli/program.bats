#!/usr/bin/env bats
# The command line, the output and the exit status.
load ../support/program

small=(--train-limit 320 --test-limit 100 --epochs 2)

@test "stdout has the results and stderr describes the run" {
    "$program" "${data[@]}" "${small[@]}" >"$scratch/out" 2>"$scratch/err"
    expect test "$(grep -cE "$epoch_line" "$scratch/out")" -eq 2
    expect test "$(grep -cE "$test_line" "$scratch/out")" -eq 1
    expect test "$(wc -l <"$scratch/out")" -eq 3
    expect grep -qF "Train: 320 images of $drawn/train-images-idx3-ubyte.gz" "$scratch/err"
    expect grep -qF "Test: 100 images of $drawn/t10k-images-idx3-ubyte.gz" "$scratch/err"
    expect grep -qE '^Threads: [1-4], kernel: .+' "$scratch/err"
    expect grep -qE 'Trained on 640 images in .* images/s' "$scratch/err"
    expect grep -qE 'peak memory [1-9][0-9]* MB' "$scratch/err"
}

@test "quiet prints only the tutorial's text" {
    train "$scratch/quiet" "${small[@]}" --quiet
    expect test ! -s "$scratch/err"
    train "$scratch/full" "${small[@]}"
    sed 's/ (.*//; s/ | exact.*//' "$scratch/full" | cmp "$scratch/quiet" -
}

@test "the same seed prints the same bytes and another one does not" {
    train "$scratch/first" "${small[@]}" --seed 7
    train "$scratch/second" "${small[@]}" --seed 7
    cmp "$scratch/first" "$scratch/second"
    train "$scratch/other" "${small[@]}" --seed 8
    fails_with 1 cmp -s "$scratch/first" "$scratch/other"
}

@test "a batch size above the data makes one short batch" {
    train "$scratch/out" "${small[@]}" --batch 65536
    expect test "$(grep -c '^Epoch: ' "$scratch/out")" -eq 2
    # as the tutorial divides by the size of a whole batch
    expect grep -q '^Test Accuracy: 0.00 ' "$scratch/out"
}

@test "the environment names the default directory and the option goes first" {
    MNIST_DATA=/nowhere train "$scratch/option" "${small[@]}"
    data=()
    MNIST_DATA=$drawn train "$scratch/variable" "${small[@]}"
    cmp "$scratch/option" "$scratch/variable"
}

@test "missing data is explained" {
    cd "$scratch"
    data=()
    MNIST_DATA=$scratch rejects 1 "$scratch: expected train-images-idx3-ubyte"
    rejects 1 "cannot open data/mnist: No such file or directory"
    grep 'scripts/fetch-mnist.sh.*--data data/drawn' err
    rejects 1 "cannot open /no/such: No such file or directory" --data /no/such
}

@test "zero epochs test only and need no training files" {
    data=(--data "$scratch")
    cp "$drawn"/t10k-* "$scratch"
    train "$scratch/out" -e 0
    expect test "$(wc -l <"$scratch/out")" -eq 1
    expect test "$(count_right "$scratch/out")" -gt 0
}

put_bytes() { # FILE OFFSET OCTAL...
    local file=$1 offset=$2
    shift 2
    # shellcheck disable=SC2059 # the octal escapes are the format
    printf "$(printf '\\%s' "$@")" | dd of="$file" bs=1 seek="$offset" conv=notrunc status=none
}

# tests/unit/idx.c, gzip_reader.c and dataset.c have all kinds of damage.
@test "damaged data ends in one line that names the file" {
    data=(--data data)
    cd "$scratch"
    mkdir data kept
    gzip -dc "$drawn/train-images-idx3-ubyte.gz" >kept/images
    gzip -dc "$drawn/train-labels-idx1-ubyte.gz" >kept/labels
    cp "$drawn"/t10k-* data
    images=data/train-images-idx3-ubyte labels=data/train-labels-idx1-ubyte
    damage() { # WORDS COMMAND...
        local words=$1
        shift
        rm -rf data/train*
        cp kept/images $images
        cp kept/labels $labels
        "$@"
        rejects 1 "$words"
    }
    damage "$images: expected" truncate -s 15 $images
    damage "$images: expected" truncate -s 100000 $images
    damage "$labels: expected an IDX file, found an empty one" truncate -s 0 $labels
    damage "expected the end after 4000 bytes of values, found more" truncate -s +1 $labels
    damage "expected labels (IDX magic 00000801), found 00000803" cp $images $labels
    damage "expected 4000 labels, one for each image in $images, found 1000" \
        cp "$drawn/t10k-labels-idx1-ubyte.gz" $labels
    damage "expected labels from 0 to 9, found 10 at image 12" put_bytes $labels 20 012
    damage "expected labels in the same directory" rm $labels
    damage "expected labels in the same directory" eval "rm $labels; mkdir $labels"
    damage "expected an IDX file, found HTML (a web page)" eval "echo '<html>Not Found</html>' >$images"
    damage "expected more gzip data" eval "gzip $images; truncate -s -5 $images.gz"
    damage "incorrect data check" eval "gzip $images; truncate -s -8 $images.gz; head -c 8 /dev/zero >>$images.gz"
}

# tests/unit/options.c has all of them.
@test "usage errors have status 2" {
    rejects_each 2 <<'END'
--epochs -1 => --epochs: expected a whole number from 0 to 1000000, found '-1'
--batch 65537 => --batch: expected a whole number from 1 to 65536, found '65537'
--lr nan => --lr: expected a number of at least 0, found 'nan'
--unknown => unknown or ambiguous option '--unknown'; --help lists all
--epochs => --epochs: expected N, found no value
word => expected options only, found 'word'
--loss mse => --loss: expected tutorial|logits, found 'mse'
--info --report r => --report cannot be combined with --info
--labels l => --labels needs --predict
--checkpoint c --epochs 0 => --checkpoint cannot be combined with --epochs 0
--save - => --save: expected a file, found '-'
END
}

@test "a loss that is not finite ends the run" {
    fails_with 1 train "$scratch/out" "${small[@]}" --lr 1e30
    tail -n 1 "$scratch/err" | grep 'mnist-train: epoch 0, batch .*: expected a finite loss'
}

@test "help and version go to stdout" {
    "$program" --help >"$scratch/help" 2>"$scratch/err"
    expect grep -q '^Usage: mnist-train' "$scratch/help"
    expect grep -q -- '-e, --epochs N .*(default: 5)' "$scratch/help"
    "$program" --version >"$scratch/version" 2>>"$scratch/err"
    expect grep -qE '^mnist-train [0-9]+\.[0-9]+\.[0-9]+$' "$scratch/version"
    expect grep -q '^kernel ' "$scratch/version"
    expect grep -qE '^zlib [0-9.]+' "$scratch/version"
    expect test ! -s "$scratch/err"
}

@test "output that cannot be written is an error" {
    [ -c /dev/full ] || skip "/dev/full is missing"
    fails_with 1 "$program" "${data[@]}" "${small[@]}" --quiet >/dev/full 2>"$scratch/err"
    expect grep -q '^mnist-train: cannot write stdout: ' "$scratch/err"
    expect test "$(wc -l <"$scratch/err")" -eq 1
    fails_with 1 "$program" --help >/dev/full 2>"$scratch/err"
    expect grep -qx 'mnist-train: cannot write stdout: No space left on device' "$scratch/err"
}

@test "the program links openblas, zlib and nothing else" {
    need readelf
    [ -z "${SANITIZED-}" ] || skip "the sanitizers add libraries"
    readelf -d "$program" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' >"$scratch/needed"
    cat "$scratch/needed"
    fails_with 1 grep -qvE '^(libopenblas|libz|libc|libm|libpthread)\.so' "$scratch/needed"
}
