#!/usr/bin/env bats
# The command line, the output and the exit status. The net (tests/net) has usage errors and damaged data.
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
    readelf -d "$program" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' >"$scratch/needed"
    cat "$scratch/needed"
    fails_with 1 grep -qvE '^(libopenblas|libz|libc|libm|libpthread)\.so' "$scratch/needed"
}
