#!/usr/bin/env bats
# What all scripts have in common.
load ../support/program

# With CDPATH=. a plain `cd scripts/..` prints the directory, so that $(cd ... && pwd) has two lines; with
# CDPATH=DIR it may go to DIR/scripts/.. instead.
@test "cdpath does not change the scripts directories" {
    mkdir -p "$scratch/a copy/scripts" "$scratch/elsewhere/scripts"
    cd "$scratch/a copy"
    local script copy count=0
    for script in "$root"/scripts/*.sh; do
        # the script up to the line that computes its root, which then prints it
        copy=scripts/${script##*/}
        # shellcheck disable=SC2016 # the script's variable
        sed -n '/^root=/{p;s/.*/echo "$root"; exit/p;q;};p' "$script" >"$copy"
        grep -q '^root=' "$copy" || continue
        chmod +x "$copy"
        count=$((count + 1))
        for cdpath in . "$scratch/elsewhere"; do
            CDPATH=$cdpath "$copy" name archive >"$scratch/out" 2>&1
            expect diff <(echo "$PWD") "$scratch/out"
        done
    done
    expect test "$count" -ge 10
}

# The program's stand-in prints where it is.
place_program() { # DIRECTORY
    mkdir -p "$1"
    # shellcheck disable=SC2016 # a variable of the script
    printf '#!/bin/sh\necho "$0"\n' >"$1/mnist-train"
    chmod +x "$1/mnist-train"
}

@test "the scripts take the program from the build directory" {
    local project=$scratch/project build
    mkdir "$project"
    cp -r "$root/scripts" "$project"
    cd "$scratch"
    unset MNIST_TRAIN MNIST_DATA
    for build in "" release "$scratch/elsewhere"; do
        case $build in
        /*) directory=$build ;;
        *) directory=$project/${build:-build} ;;
        esac
        place_program "$directory"
        echo "BUILD='$build'"
        BUILD=$build "$project/scripts/sweep.sh" --out runs --seeds 1 --print >commands
        expect grep -q "^$directory/mnist-train " commands
        # they find other lines than the expected ones
        BUILD=$build fails_with 1 "$project/scripts/smoke.sh" 2>err
        expect grep -qx "$directory/mnist-train" err
        mkdir -p mnist
        touch mnist/t10k-labels-idx1-ubyte.gz
        printf 'print("Test Accuracy: 1")\n' >"$project/scripts/pytorch_tutorial.py"
        BUILD=$build MNIST_DATA=mnist fails_with 2 python3 -B "$project/scripts/compare_pytorch.py" --seeds 1 >out 2>err
        expect grep -qx "    $directory/mnist-train" out
    done
}

@test "scripts for bash run when sh is another shell" {
    need dash
    cd "$root"
    local script count=0
    for script in scripts/*.sh tests/run-suite.sh tests/fuzz/run.sh; do
        head -n 1 "$script" | grep -q bash || continue
        count=$((count + 1))
        echo "$script"
        bash "$script" --help >"$scratch/bash" 2>&1 || true
        dash "$script" --help >"$scratch/dash" 2>&1 || true
        expect test -s "$scratch/dash"
        sed 's/line [0-9]*: //' "$scratch/bash" >"$scratch/expected"
        sed 's/line [0-9]*: //' "$scratch/dash" | diff "$scratch/expected" -
    done
    expect test "$count" -ge 9
    dash scripts/sweep.sh --out "$scratch/runs" --seeds 1-2 --print >"$scratch/commands"
    expect test "$(wc -l <"$scratch/commands")" -eq 2
    printf 'set -eu\n. "%s/tests/tap.sh"\nit_passes() { [[ a < b ]]; }\ntap_run it_passes\n' "$root" >"$scratch/test.sh"
    dash "$scratch/test.sh" >"$scratch/out"
    expect grep -qx 'ok 1 - it_passes' "$scratch/out"
}

@test "cdpath does not change what the scripts do" {
    cd "$root"
    unset MNIST_DATA
    export MNIST_TRAIN=$program CDPATH=.
    scripts/smoke.sh >"$scratch/out"
    expect grep -q '^smoke: the run printed the expected lines$' "$scratch/out"
    cd "$scratch"
    mkdir runs
    "$root/scripts/sweep.sh" --out runs --seeds 1 --print >commands
    cat commands
    expect test "$(wc -l <commands)" -eq 1
    expect grep -qF -- "--log $scratch/runs/" commands
}

# Each command fails, and prints the string. MNIST_DATA keeps them from a download. For fetch-mnist.sh see
# tests/test_fetch.sh.
@test "no script can control the terminal" {
    need python3
    local string shell line arguments
    MNIST_TRAIN=$(type -P false)
    export MNIST_DATA=$scratch/empty MNIST_TRAIN LC_ALL=C.UTF-8
    mkdir "$scratch/empty"
    cd "$scratch/empty"
    for string in $'\033]0;title\a' '\033[31m' $'\302\2335m' $'\2335m' $'a\rb' $'\342\200\256b'; do
        while read -r shell line; do
            read -r -a arguments <<<"$line"
            arguments=("${arguments[@]/@/$string}")
            command -v "$shell" >/dev/null || continue
            "$shell" "$root/${arguments[0]}" "${arguments[@]:1}" </dev/null && echo "no error: $line"
        done >out 2>&1 <<'END'
sh scripts/install-packages.sh @
dash scripts/install-packages.sh @
bash scripts/install-packages.sh --missing @
bash scripts/test.sh @
bash scripts/sweep.sh @
bash scripts/sweep.sh --seeds @
bash scripts/sweep.sh --lr @
bash scripts/sweep.sh --batch @
bash scripts/sweep.sh --epochs @
bash scripts/sweep.sh --loss @
bash scripts/sweep.sh --jobs @
bash scripts/sweep.sh --task @
bash scripts/sweep.sh --out @
bash scripts/reproduce.sh @
bash scripts/reproduce.sh --seeds @
bash scripts/mutate.sh -@
bash scripts/test-other-machines.sh @
bash scripts/check-layers.sh @
bash scripts/check-reproducible.sh @
python3 scripts/summarise.py @
python3 scripts/summarise.py . --@
python3 scripts/compare_pytorch.py --@
sh scripts/bench.sh --@
bash tests/run-suite.sh -j @
END
        fails_with 1 grep 'no error' out
        expect test "$(wc -l <out)" -ge 25
        expect python3 -c 'text = open("out", encoding="utf-8").read()
assert text.replace("\n", "").isprintable(), ascii(text)'
    done
}
