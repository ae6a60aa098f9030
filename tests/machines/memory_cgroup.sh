#!/bin/bash
# In every memory cgroup the program gives a result or one line. For a machine where this script is root and
# nothing else makes cgroups: tests/ci/memory_cgroup.sh boots one.
set -eu
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../limited.sh"

time_limit=900
limit_seconds=300 # an emulated machine is slow
cgroup=/sys/fs/cgroup/limited

train_in_cgroups() { # DATA MEGABYTES...
    local megabytes
    # shellcheck disable=SC2016 # expanded by the inner shell
    as_user=(bash -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' - "$cgroup")
    for megabytes in "${@:2}"; do
        echo "${megabytes}M" >"$cgroup/memory.max"
        limited -c 0 --data "$1" --epochs 1 --quiet
        echo "$megabytes MB, $1: $(cat "$scratch/out" "$scratch/err" | tail -n 1)"
    done
    expect grep -q '^Test Accuracy' "$scratch/out"
}

every_memory_cgroup_gives_a_result_or_one_line() {
    mount -t cgroup2 none /sys/fs/cgroup
    echo +memory >/sys/fs/cgroup/cgroup.subtree_control
    mkdir "$cgroup"
    train_in_cgroups "$root/data/drawn" 16 32 48 64 128 256
    [ -z "$MNIST_DATA" ] || train_in_cgroups "$MNIST_DATA" 32 64 80 96
    none_is_bad
}

tap_run every_memory_cgroup_gives_a_result_or_one_line
