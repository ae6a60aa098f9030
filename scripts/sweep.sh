#!/bin/bash
# usage: sweep.sh [--seeds LIST] [--lr LIST] [--batch LIST] [--epochs LIST] [--loss LIST]
#                 [--out DIR] [--jobs N] [--task K/N] [--print] [--no-table] [-- OPTIONS]
# Trains with every combination of the values in the lists, such as 0-99, 1,2,5-7 or 0.001,0.002. Each run
# is a process; as many run at a time as there are processors (--jobs). Each run writes its log into DIR (runs/sweep); finished
# runs are not repeated. Prints a table at the end. OPTIONS are passed to mnist-train.
# --print runs nothing and prints the remaining commands, for GNU parallel:
#     scripts/sweep.sh --seeds 0-99 --print | parallel --sshlogin one,other
# --task K/N runs every Nth run from the Kth on (K from 0 to N-1), for job arrays.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/build-dir.sh"
. "$root/scripts/say.sh"

fail() {
    say "$*"
    exit 2
}

# 0-3,7 -> 0 1 2 3 7
expand_whole() { # OPTION LIST
    local part
    case $2 in
    '' | ,* | *, | *,,*) fail "$1: expected numbers as in 0-99 or 1,2,5-7, found '$2'" ;;
    esac
    for part in ${2//,/ }; do
        if [[ $part =~ ^[0-9]{1,15}$ ]]; then
            echo "$part"
        elif [[ $part =~ ^([0-9]{1,15})-([0-9]{1,15})$ ]] && [ "${BASH_REMATCH[1]}" -le "${BASH_REMATCH[2]}" ]; then
            seq "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
        else
            fail "$1: expected numbers as in 0-99 or 1,2,5-7, found '$2'"
        fi
    done
}

# Sets $program to the program of this checkout, or to the installed one.
find_program() {
    program=${MNIST_TRAIN:-$build/mnist-train}
    [ -x "$program" ] || program=$(command -v mnist-train) ||
        fail "expected $build/mnist-train or an installed mnist-train, found none; run make"
}

seeds=0 rates=0.001 batches=32 epochs=5 losses=tutorial
out=runs/sweep jobs=$(getconf _NPROCESSORS_ONLN) task=0/1 print='' table=yes
while [ "$#" -gt 0 ]; do
    option=$1
    shift
    case $option in
    --print) print=yes && continue ;;
    --no-table) table='' && continue ;;
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 0 ;;
    --) break ;;
    --seeds | --lr | --batch | --epochs | --loss | --out | --jobs | --task) ;;
    *) fail "expected an option that --help lists, found '$option'" ;;
    esac
    [ "$#" -gt 0 ] || fail "$option: expected a value, found nothing"
    case $option in
    --seeds) seeds=$1 ;;
    --lr) rates=$1 ;;
    --batch) batches=$1 ;;
    --epochs) epochs=$1 ;;
    --loss) losses=$1 ;;
    --out) out=$1 ;;
    --jobs) jobs=$1 ;;
    --task) task=$1 ;;
    esac
    shift
done
[[ $jobs =~ ^[1-9][0-9]{0,3}$ ]] || fail "--jobs: expected a number above 0, found '$jobs'"
[[ $task =~ ^[0-9]{1,9}/[0-9]{1,9}$ ]] || fail "--task: expected K/N, found '$task'"
task_number=$((10#${task%/*})) task_count=$((10#${task#*/}))
[ "$task_number" -lt "$task_count" ] || fail "--task: expected K from 0 to N-1, found '$task'"
[[ $rates =~ ^[0-9.eE+-]+(,[0-9.eE+-]+)*$ ]] || fail "--lr: expected numbers as in 0.001,0.002, found '$rates'"
[[ $losses =~ ^[a-z]+(,[a-z]+)*$ ]] || fail "--loss: expected tutorial, logits or both, found '$losses'"
seed_list=$(expand_whole --seeds "$seeds")
batch_list=$(expand_whole --batch "$batches")
epoch_list=$(expand_whole --epochs "$epochs")
find_program
mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd)

# The file name of a run contains all its settings and options.
options_part=$(printf '_%s' "$@" | tr -c 'A-Za-z0-9._=-' '_')
[ "$#" -gt 0 ] || options_part=''

# Prints a line for each run of the task: its name, then its options.
list_runs() {
    local number=0 seed rate batch epoch loss
    for rate in ${rates//,/ }; do
        for batch in $batch_list; do
            for epoch in $epoch_list; do
                for loss in ${losses//,/ }; do
                    for seed in $seed_list; do
                        if [ $((number % task_count)) -eq "$task_number" ]; then
                            echo "loss-${loss}_epochs-${epoch}_batch-${batch}_lr-${rate}${options_part}_seed-${seed}" \
                                --loss "$loss" --epochs "$epoch" --batch "$batch" --lr "$rate" --seed "$seed"
                        fi
                        number=$((number + 1))
                    done
                done
            done
        done
    done
}

# Prints the names of the finished runs, whose logs have the test.
list_done() {
    find "$out" -name '*.jsonl' -exec grep -lF '{"event":"test"' {} + | sed 's|.*/||; s|\.jsonl$||' || true
}

list_remaining() {
    { list_done | sed 's/^/done /' && echo "$runs"; } |
        awk '$1 == "done" { finished[$2]; next } !($1 in finished)'
}

print_command() { # NAME OPTION...
    local name=$1
    shift
    printf 'OPENBLAS_NUM_THREADS=1 '
    [ -z "${MNIST_DATA-}" ] || printf 'MNIST_DATA=%q ' "$MNIST_DATA"
    printf '%q ' "$program" "$@" --quiet --threads 1
    printf -- '--log %q >%q\n' "$out/$name.jsonl" /dev/null
}

# Prints the run's name; the error output of a failed run stays in its .err file.
# shellcheck disable=SC2317 # xargs calls it
run_one() { # OPTION... RUN
    local options name
    read -r -a options <<<"${*: -1}"
    name=${options[0]}
    if "$program" "${options[@]:1}" "${@:1:$#-1}" --quiet --threads 1 --log "$out/$name.jsonl" \
        >/dev/null 2>"$out/$name.err"; then
        rm -f "$out/$name.err"
    else
        say "$name: $(tail -n 1 "$out/$name.err")"
    fi
    echo "$name"
}

# Reads a line for each finished run and prints their number; on a terminal it overwrites the last one.
show_progress() { # RUNS
    local begun=$SECONDS done=0 left shown=-1
    while read -r _; do
        done=$((done + 1))
        left=$(((SECONDS - begun) * ($1 - done) / done))
        if [ -t 2 ]; then
            printf '\r%d of %d runs, %d:%02d left ' "$done" "$1" $((left / 60)) $((left % 60)) >&2
        elif [ $((done * 10 / $1)) -ne "$shown" ]; then
            shown=$((done * 10 / $1))
            printf '%d of %d runs, %d:%02d left\n' "$done" "$1" $((left / 60)) $((left % 60)) >&2
        fi
    done
    [ ! -t 2 ] || printf '\r\033[K' >&2
}

runs=$(list_runs)
[ -n "$runs" ] || fail "expected runs, found none in task $task"
remaining=$(list_remaining)
if [ -n "$print" ]; then
    while read -r name options; do
        # shellcheck disable=SC2086 # options are words
        [ -z "$name" ] || print_command "$name" $options "$@"
    done <<<"$remaining"
    exit 0
fi
status=0
if [ -n "$remaining" ]; then
    export -f run_one say
    export program out OPENBLAS_NUM_THREADS=1
    # shellcheck disable=SC2016 # variables of the inner shell
    tr '\n' '\0' < <(echo "$remaining") | xargs -0 -n 1 -P "$jobs" bash -c 'run_one "$@"' sweep "$@" |
        show_progress "$(echo "$remaining" | wc -l)"
fi
missing=$(list_remaining | wc -l)
if [ "$missing" -gt 0 ]; then
    say "expected $(echo "$runs" | wc -l) runs in $out, $missing are missing"
    status=1
fi
[ -z "$table" ] || "$root/scripts/summarise.py" "$out" --runs < <(echo "$runs" | cut -d' ' -f1)
exit "$status"
