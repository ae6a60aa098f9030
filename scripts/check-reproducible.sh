#!/bin/bash
# usage: check-reproducible.sh [--program PROGRAM] [--threads N] [GROUP...]
# Runs the command lines of tests/golden/reproducible.sha256, of all groups or of the named ones, and
# compares the hashes of their output. Groups whose data are missing, or that need a fused multiply-add
# instruction which the processor lacks, are left out with a notice. PROGRAM defaults to $MNIST_TRAIN, then
# the one that make has built, then the installed one. MNIST is looked for in $MNIST_DATA and data/mnist.
#
# Prints a line for each run. Exit status: 0 if all hashes are equal, 1 if not or if no run was made.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/build-dir.sh"
. "$root/scripts/say.sh"
golden=$root/tests/golden/reproducible.sha256
program='' threads=''
groups=()

fail() {
    say "$*"
    exit 2
}

while [ "$#" -gt 0 ]; do
    case $1 in
    -h | --help)
        sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    --program | --threads)
        [ "$#" -ge 2 ] || fail "$1: expected a value, found none"
        if [ "$1" = --program ]; then program=$2; else threads=$2; fi
        shift
        ;;
    -*) fail "expected --program or --threads, found '$1'" ;;
    *)
        awk -v group="$1" '$1 == "run" && $2 == group { found = 1 } END { exit !found }' "$golden" ||
            fail "expected a group of ${golden##*/}, found '$1'"
        groups+=("$1")
        ;;
    esac
    shift
done

program=${program:-${MNIST_TRAIN:-$build/mnist-train}}
command -v "$program" >/dev/null || program='mnist-train'
command -v "$program" >/dev/null || fail "expected mnist-train, found none; run make"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mnist=''
for directory in "${MNIST_DATA-}" "$root/data/mnist"; do
    if [ -n "$directory" ] && [ -r "$directory/t10k-labels-idx1-ubyte.gz" ]; then
        mnist=$directory
        break
    fi
done

# All groups, apart from those that cannot be run; one that was named is run on any processor.
if [ "${#groups[@]}" -eq 0 ]; then
    groups=(small overfitted drawn mnist-2000 mnist)
    if "$program" --version | grep -q 'software multiply-add'; then
        groups=(small)
        echo "left out: all but small: this processor has no fused multiply-add instructions"
    fi
fi
if [[ " ${groups[*]}" == *" mnist"* ]] && [ -z "$mnist" ]; then
    groups=("${groups[@]/mnist*/}")
    echo "left out: mnist: MNIST is missing (scripts/fetch-mnist.sh downloads it)"
fi

hash() {
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1
}

# The bytes after the header of a safetensors file.
tensors_of() { # FILE
    local bytes
    read -r -a bytes <<<"$(od -An -tu1 -N4 "$1" | tr -s ' ')"
    tail -c "+$((9 + bytes[0] + 256 * bytes[1] + 65536 * bytes[2]))" "$1"
}

# The weights and Adam's two moments: 101,770 floats each. The seconds of the run follow them.
checkpoint_bytes=$((3 * 4 * 101770))

# Writes the numbers of JSON with 17 digits, as the committed hashes have them.
with_17_digits() {
    LC_ALL=C awk '{
        text = ""
        while (match($0, /:[-+.e0-9]+/)) {
            text = text substr($0, 1, RSTART) sprintf("%.17g", substr($0, RSTART + 1, RLENGTH - 1))
            $0 = substr($0, RSTART + RLENGTH)
        }
        print text $0
    }'
}

# Prints the hash of one kind of output of the run whose files are in $work.
hash_of() { # KIND
    case $1 in
    stdout) hash <"$work/stdout" ;;
    weights) tensors_of "$work/weights" | hash ;;
    checkpoint) tensors_of "$work/checkpoint" | head -c "$checkpoint_bytes" | hash ;;
    log) sed -e 1d -e 's/,"seconds":[^,}]*//' "$work/log" | with_17_digits | hash ;;
    predictions)
        # without the first column, the path of the file
        "$program" --load "$work/weights" --reproducible --predict "$data/t10k-images-idx3-ubyte.gz" 2>/dev/null |
            sed 's/^[^,]*,//' | hash
        ;;
    *) fail "$golden: expected a kind of output, found '$1'" ;;
    esac
}

# Makes a run and leaves its files in $work.
make_run() { # OPTION...
    local arguments=() word
    for word in "$@"; do
        case $word in
        drawn) data=$root/data/drawn word=$root/data/drawn ;;
        mnist) data=$mnist word=$mnist ;;
        esac
        arguments+=("$word")
    done
    "$program" --reproducible --quiet "${arguments[@]}" ${threads:+--threads "$threads"} --save "$work/weights" \
        --checkpoint "$work/checkpoint" --log "$work/log" >"$work/stdout" 2>"$work/stderr"
}

compared=0 different=0 run='' wrong=''

# Prints what came of the run, if there is one.
end_run() {
    [ -n "$run" ] || return 0
    compared=$((compared + 1))
    if [ -z "$wrong" ]; then
        echo "equal: $run"
    else
        different=$((different + 1))
        printf 'different: %s\n%s' "$run" "$wrong"
    fi
    run='' wrong=''
}

while read -r kind value options <&3; do
    case $kind in
    '' | '#'*) ;;
    run)
        end_run
        [[ " ${groups[*]} " == *" $value "* ]] || continue
        run="$value $options"
        rm -f "$work"/*
        # shellcheck disable=SC2086 # the options are words
        make_run $options || {
            wrong="    $(head -n 1 "$work/stderr")"$'\n'
            end_run
        }
        ;;
    *)
        [ -n "$run" ] || continue
        found=$(hash_of "$kind") || found=nothing
        [ "$found" = "$value" ] || wrong+="    $kind: expected $value, found $found"$'\n'
        ;;
    esac
done 3<"$golden"
end_run

echo "$compared runs, $different different"
[ "$compared" -gt 0 ] && [ "$different" -eq 0 ]
