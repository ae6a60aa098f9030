#!/bin/bash
# usage: reproduce.sh [--seeds N] [--out DIR] [--jobs N] [--blas]
# Checks the program against the tutorial's results. Trains with the seeds 0 to N-1 (50), one run per
# processor at a time, and prints the tutorial's eleven values, their distribution over the seeds and
# the seed whose run is nearest. Runs are reproducible: every machine prints the same table; --blas
# runs the default mode instead, whose last digits depend on the BLAS library's kernel. Finished runs
# are kept in DIR (runs/reproduce) and are not repeated.
# Exit status with 400 seeds or more: 0 if every value is within the range of the seeds, 1 if not.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/say.sh"
seeds=50 mode=--reproducible out=runs/reproduce jobs=$(getconf _NPROCESSORS_ONLN)
while [ "$#" -gt 0 ]; do
    case $1 in
    --blas) mode='' ;;
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 0 ;;
    --seeds | --out | --jobs)
        [ "$#" -gt 1 ] || { say "$1: expected a value, found nothing" && exit 2; }
        case $1 in
        --seeds) seeds=$2 ;;
        --out) out=$2 ;;
        --jobs) jobs=$2 ;;
        esac
        shift
        ;;
    *)
        say "expected an option that --help lists, found '$1'"
        exit 2
        ;;
    esac
    shift
done
[[ $seeds =~ ^[1-9][0-9]{0,8}$ ]] || {
    say "--seeds: expected a number above 0, found '$seeds'"
    exit 2
}

"$root/scripts/sweep.sh" --seeds "0-$((seeds - 1))" --out "$out" --jobs "$jobs" --no-table ${mode:+-- "$mode"}
# only these seeds, even if the directory has more
seq -f "loss-tutorial_epochs-5_batch-32_lr-0.001${mode:+_$mode}_seed-%.0f" 0 $((seeds - 1)) |
    "$root/scripts/summarise.py" "$out" --runs --tutorial
