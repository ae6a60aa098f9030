#!/bin/bash
# In every memory cgroup the program gives a result or one line. For a machine where this script is root and
# nothing else makes cgroups: tests/ci/memory_cgroup.sh boots one.
set -eu
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../limited.sh"

time_limit=900
limit_seconds=300 # an emulated machine is slow
cgroup=/sys/fs/cgroup/limited

make_cgroup() {
    mount -t cgroup2 none /sys/fs/cgroup
    echo +memory >/sys/fs/cgroup/cgroup.subtree_control
    mkdir "$cgroup"
    # shellcheck disable=SC2016 # expanded by the inner shell
    as_user=(bash -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' - "$cgroup")
}

run_in_cgroup() { # MEGABYTES ARGUMENT...
    echo "${1}M" >"$cgroup/memory.max"
    limited -c 0 "${@:2}"
    echo "$1 MB, ${*:2}: $(cat "$scratch/out" "$scratch/err" | tail -n 1)"
}

# tail keeps the whole line in memory, because the line does not end.
start_process_with_40_megabytes() {
    echo max >"$cgroup/memory.max"
    "${as_user[@]}" bash -c '{ head -c 40000000 /dev/zero; sleep 300; } | tail -n 1' >/dev/null &
    until [ "$(cat "$cgroup/memory.current")" -gt 40000000 ]; do sleep 1; done
}

# An epoch of MNIST takes minutes here. --info loads it too, and most of the memory is for that.
every_memory_cgroup_gives_a_result_or_one_line() {
    make_cgroup
    for megabytes in 16 32 64 256; do
        run_in_cgroup "$megabytes" --data "$root/data/drawn" --epochs 1 --quiet
    done
    expect grep -q '^Test Accuracy' "$scratch/out"
    if [ -n "$MNIST_DATA" ]; then
        for megabytes in 32 64 80 96; do
            run_in_cgroup "$megabytes" --data "$MNIST_DATA" --info
        done
        expect test -s "$scratch/out"
        start_process_with_40_megabytes
        run_in_cgroup 96 --data "$MNIST_DATA" --epochs 1 --quiet
        run_in_cgroup 112 --data "$MNIST_DATA" --epochs 1 --quiet
    fi
    none_is_bad
}

tap_run every_memory_cgroup_gives_a_result_or_one_line
