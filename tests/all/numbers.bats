#!/usr/bin/env bats
# No number that is not finite is printed as a result, saved, logged or drawn, however large the
# learning rate or the weights are.
load ../support/program

drawn=$root/data/drawn
tried=0
bad=0

# Fails if one of the files has "nan" or "inf" as a number. An error names what it found.
all_finite() { # FILE...
    ! cat "$@" 2>/dev/null |
        sed '/"event":"error"/d; s/base64,[^"]*//g; s/\(id="draw-parameters">\)[^<]*/\1/' |
        grep -iE '(^|[^a-z])-?(nan|inf|infinity)([^a-z]|$)'
}

# Runs the program with all outputs, and counts the run as bad unless it succeeds, or ends with status
# 1, one line, and neither model nor report; or if an output has a number that is not finite.
extreme() { # ARGUMENT...
    local status=0 directory=$scratch/run
    rm -rf "$directory"
    mkdir "$directory"
    timeout 60 "$program" --data "$drawn" --train-limit 96 --test-limit 96 --save "$directory/model" \
        --report "$directory/report" --log "$directory/log" --quiet "$@" \
        >"$directory/out" 2>"$directory/err" || status=$?
    tried=$((tried + 1))
    if all_finite "$directory/out" "$directory/log" "$directory/report"; then
        if [ "$status" -eq 0 ] && [ ! -s "$directory/err" ]; then
            predicts_finite "$directory/model" && return
        elif [ "$status" -eq 1 ] && [ "$(wc -l <"$directory/err")" -eq 1 ]; then
            [ ! -e "$directory/model" ] && [ ! -e "$directory/report" ] && return
        fi
    fi
    bad=$((bad + 1))
    echo "status $status: $*"
    head -n 5 "$directory/out" "$directory/err"
}

# Fails if predictions with the network have numbers that are not finite.
predicts_finite() { # MODEL ARGUMENT...
    local model=$1
    shift
    timeout 60 "$program" --load "$model" --predict "$drawn/t10k-images-idx3-ubyte.gz" "$@" \
        >"$scratch/csv" 2>"$scratch/err" || true
    all_finite "$scratch/csv"
}

@test "no learning rate gives a result that is not finite" {
    for rate in 1 1e5 1e10 1e15 1e19 1e20 1e25 1e30 1e35 1e37 1e38 1e39 1e100 1e300; do
        for options in '' '--loss logits' '--reproducible'; do
            # shellcheck disable=SC2086 # options are words
            extreme --lr $rate --batch 96 --epochs 1 --checkpoint "$scratch/checkpoint" $options
            # shellcheck disable=SC2086
            extreme --lr $rate --batch 32 --epochs 2 --checkpoint "$scratch/checkpoint" --checkpoint-every 1 $options
        done
    done
    echo "$tried tried, $bad bad"
    [ "$bad" -eq 0 ]
}

# Replaces all values of a model's tensors by this one.
fill_model() { # MODEL VALUE
    python3 - "$@" <<'END'
import struct, sys
path, value = sys.argv[1], float(sys.argv[2])
data = open(path, "rb").read()
start = 8 + struct.unpack("<Q", data[:8])[0]
open(path, "wb").write(data[:start] + struct.pack("<f", value) * ((len(data) - start) // 4))
END
}

@test "no weights give a result that is not finite" {
    need python3
    "$program" --data "$drawn" --epochs 1 --train-limit 96 --quiet --save "$scratch/model" >/dev/null
    for weight in 1e5 1e15 1e18 1e19 1e20 1e30 3e38 -3e38 inf nan; do
        fill_model "$scratch/model" "$weight"
        for options in '' '--reproducible'; do
            # shellcheck disable=SC2086
            extreme --epochs 0 --load "$scratch/model" $options
            # shellcheck disable=SC2086
            predicts_finite "$scratch/model" $options || bad=$((bad + 1))
            tried=$((tried + 1))
        done
    done
    fails_with 1 "$program" --load "$scratch/model" --predict "$drawn/t10k-images-idx3-ubyte.gz" >/dev/null
    echo "$tried tried, $bad bad"
    [ "$bad" -eq 0 ]
}

@test "weights that make logits infinite are refused by prediction and test" {
    need python3
    "$program" --data "$drawn" --epochs 1 --train-limit 96 --quiet --save "$scratch/model" >/dev/null
    fill_model "$scratch/model" 1e30
    fails_with 1 "$program" --load "$scratch/model" --predict "$drawn/t10k-images-idx3-ubyte.gz" \
        >"$scratch/out" 2>"$scratch/err"
    expect test ! -s "$scratch/out"
    expect grep -q "t10k-images-idx3-ubyte.gz: image 0: expected finite logits, found" "$scratch/err"
    fails_with 1 "$program" --load "$scratch/model" --epochs 0 --data "$drawn" --quiet >"$scratch/out" 2>"$scratch/err"
    expect test ! -s "$scratch/out"
    expect grep -q '^mnist-train: test: image 0: expected finite logits, found' "$scratch/err"
}
