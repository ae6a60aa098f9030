#!/usr/bin/env bats
# No number that is not finite is printed as a result, saved, logged or drawn, however large the
# learning rate or the weights are.
load ../support/program

setup() {
    scratch=$BATS_TEST_TMPDIR
    cd "$scratch"
    need "$python"
}

# Fails if one of the files has "nan" or "inf" as a number. An error names what it found.
all_finite() { # FILE...
    ! cat "$@" 2>/dev/null |
        sed '/"event":"error"/d; s/base64,[^"]*//g; s/\(id="draw-parameters">\)[^<]*/\1/' |
        grep -iE '(^|[^a-z])-?(nan|inf|infinity)([^a-z]|$)'
}

# Runs the program with all outputs. It must succeed with a network whose predictions are finite, or end
# with status 1, one line, and neither model nor report; no output may have a number that is not finite.
check() { # ARGUMENT...
    local status=0
    rm -f model report log
    echo "$*"
    "$program" "${data[@]}" --train-limit 96 --test-limit 96 --save model --report report --log log --quiet "$@" \
        >out 2>err || status=$?
    all_finite out log report
    if [ "$status" -eq 0 ]; then
        expect test ! -s err
        "$program" --load model --predict "$drawn/t10k-images-idx3-ubyte.gz" >csv 2>err || true
        all_finite csv
    else
        expect test "$status" -eq 1 -a "$(wc -l <err)" -eq 1 -a ! -e model -a ! -e report
    fi
}

# From a run that is finite to weights, moments and losses that overflow float.
@test "no learning rate gives a result that is not finite" {
    for rate in 1 1e19 1e38 1e300; do
        for options in '--batch 96 --epochs 1' '--batch 32 --epochs 2 --loss logits' '--epochs 2 --reproducible'; do
            # shellcheck disable=SC2086 # options are words
            check --lr $rate --checkpoint checkpoint $options
        done
    done
}

# Replaces all values of the tensors of the model `trained` by this one.
fill_model() { # VALUE
    "$python" - "$1" <<'END'
import struct, sys
data = open("trained", "rb").read()
start = 8 + struct.unpack("<Q", data[:8])[0]
open("filled", "wb").write(data[:start] + struct.pack("<f", float(sys.argv[1])) * ((len(data) - start) // 4))
END
}

@test "no weights give a result that is not finite, and infinite logits are refused" {
    train out --epochs 1 --train-limit 96 --save trained
    for weight in 1e5 1e18 1e30 -3e38 inf nan; do
        fill_model "$weight"
        check --epochs 0 --load filled
        check --epochs 0 --load filled --reproducible
    done
    fill_model 1e30
    rejects 1 "test: image 0: expected finite logits, found" --epochs 0 --load filled --quiet
    data=()
    rejects 1 "t10k-images-idx3-ubyte.gz: image 0: expected finite logits, found" \
        --load filled --predict "$drawn/t10k-images-idx3-ubyte.gz"
}
