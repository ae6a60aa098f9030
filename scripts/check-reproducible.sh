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

software=''
if "$program" --version | grep -q 'software multiply-add'; then software=yes; fi

unselected='not named'

# The reason to leave a group out, or nothing. A group that was named is run on any processor.
reason_against() { # GROUP
    if [ "${#groups[@]}" -gt 0 ] && [[ " ${groups[*]} " != *" $1 "* ]]; then
        echo "$unselected"
    elif [[ $1 == mnist* ]] && [ -z "$mnist" ]; then
        echo "MNIST is missing (scripts/fetch-mnist.sh downloads it)"
    elif [ "${#groups[@]}" -eq 0 ] && [ "$1" != small ] && [ -n "$software" ]; then
        echo "this processor has no fused multiply-add instructions"
    fi
}

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
        "$program" --load "$work/weights" --reproducible --predict "$data/t10k-images-idx3-ubyte.gz" \
            >"$work/predictions" 2>"$work/stderr" || return 1
        # without the first column, the path of the file
        sed 's/^[^,]*,//' "$work/predictions" | hash
        ;;
    *) fail "$golden: expected a kind of output, found '$1'" ;;
    esac
}

# Makes the run and leaves its files in $work.
make_run() { # OPTION...
    local arguments=("$@") i kind
    for i in "${!arguments[@]}"; do
        case ${arguments[i]} in
        drawn) data=$root/data/drawn ;;
        mnist) data=$mnist ;;
        *) continue ;;
        esac
        arguments[i]=$data
    done
    for kind in "${kinds[@]}"; do
        case $kind in
        checkpoint | log) arguments+=("--$kind" "$work/$kind") ;;
        esac
    done
    "$program" --reproducible --quiet "${arguments[@]}" ${threads:+--threads "$threads"} --save "$work/weights" \
        >"$work/stdout" 2>"$work/stderr"
}

compared=0 different=0 left_out=''

# The run that is being read: its group, options, kinds of output and expected hashes.
group='' options='' kinds=() expected=()

# Makes the run that has been read and compares its hashes.
end_run() {
    [ -n "$group" ] || return 0
    local reason i wrong=() started=$SECONDS
    reason=$(reason_against "$group")
    if [ -z "$reason" ]; then
        compared=$((compared + 1))
        # shellcheck disable=SC2086 # the options are words
        if make_run $options; then
            for i in "${!kinds[@]}"; do
                found=$(hash_of "${kinds[i]}") || found=$(head -n 1 "$work/stderr")
                [ "$found" = "${expected[i]}" ] || wrong+=("${kinds[i]}: expected ${expected[i]}, found $found")
            done
        else
            wrong+=("$(head -n 1 "$work/stderr")")
        fi
        if [ "${#wrong[@]}" -eq 0 ]; then
            echo "equal: $group $options ($((SECONDS - started)) s)"
        else
            different=$((different + 1))
            printf '%s\n' "different: $group $options" "${wrong[@]/#/    }"
        fi
    elif [ "$reason" != "$unselected" ]; then
        left_out+="left out: $group: $reason"$'\n'
    fi
    group='' kinds=() expected=()
}

while IFS= read -r line <&3; do
    read -r first second rest <<<"$line"
    case $first in
    stdout | weights | checkpoint | log | predictions)
        kinds+=("$first")
        expected+=("$second")
        continue
        ;;
    esac
    end_run
    case $first in
    '' | '#'*) ;;
    run) group=$second options=$rest ;;
    *) fail "${golden##*/}: expected 'run', a kind of output or a comment, found '$line'" ;;
    esac
done 3<"$golden"
end_run

printf '%s' "$left_out" | sort -u
echo "$compared runs, $different different"
[ "$compared" -gt 0 ] && [ "$different" -eq 0 ]
