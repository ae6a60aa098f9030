#!/bin/bash
# Under limits of memory, stack, processes and open files, and with files that promise more than they
# hold, the program ends within 20 seconds, with a result or with one line on stderr.
set -eu
. "$(dirname "$0")/tap.sh"

drawn=$root/data/drawn
tried=0
bad=0

# Runs the program under a limit of bash's ulimit, and counts the run as bad unless it ends with a
# result or with status 1 and one line. Where the memory does not suffice to load the libraries, that
# line and status 127 are the dynamic loader's.
limited() { # LIMIT VALUE ARGUMENT...
    local limit=$1 value=$2 status=0
    shift 2
    # shellcheck disable=SC2016 # expanded by the inner shell
    timeout -s KILL 20 "${as_user[@]}" bash -c 'ulimit "$1" "$2"; shift 2; exec "$@"' - "$limit" "$value" \
        "$program" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    tried=$((tried + 1))
    if [ "$status" -eq 0 ]; then
        [ -s "$scratch/out" ] && [ ! -s "$scratch/err" ] && return
    elif [ "$status" -eq 1 ]; then
        [ "$(grep -c '^mnist-train: ' "$scratch/err")" -eq 1 ] && [ "$(wc -l <"$scratch/err")" -eq 1 ] && return
    elif [ "$status" -eq 127 ]; then
        [ "$(grep -c 'error while loading shared libraries' "$scratch/err")" -eq 1 ] &&
            [ "$(wc -l <"$scratch/err")" -eq 1 ] && return
    fi
    bad=$((bad + 1))
    echo "ulimit $limit $value, status $status: $*"
    tail -n 3 "$scratch/out" "$scratch/err"
}
as_user=()

none_is_bad() {
    echo "$tried tried, $bad bad"
    [ "$bad" -eq 0 ]
}

train=(--data "$drawn" --epochs 1 --quiet)

save_network() {
    "$program" "${train[@]}" --save "$scratch/network" >"$scratch/out"
}

every_limit_of_the_address_space_gives_a_result_or_one_line() {
    save_network
    for ((megabytes = 20; megabytes <= 1000; megabytes += 20)); do
        limited -v $((1000 * megabytes)) "${train[@]}" --checkpoint "$scratch/checkpoint"
    done
    for ((megabytes = 50; megabytes <= 1000; megabytes += 100)); do
        limited -v $((1000 * megabytes)) "${train[@]}" --reproducible --threads 4
        limited -v $((1000 * megabytes)) --load "$scratch/network" --predict "$drawn/t10k-images-idx3-ubyte.gz"
    done
    limited -v 1000000 "${train[@]}"
    expect grep -q '^Test Accuracy' "$scratch/out"
    none_is_bad
}

every_limit_of_the_stack_gives_a_result_or_one_line() {
    save_network
    for kilobytes in 16 20 24 32 48 64 96 128 256 512 1024 2048 4096 8192; do
        limited -s "$kilobytes" "${train[@]}" --threads 4 --report "$scratch/report" --log "$scratch/log" \
            --checkpoint "$scratch/checkpoint" --save "$scratch/saved" --grid "$scratch/grid"
        limited -s "$kilobytes" --load "$scratch/network" --predict "$drawn/t10k-images-idx3-ubyte.gz"
    done
    none_is_bad
}

every_limit_of_processes_gives_a_result_or_one_line() {
    [ "$(id -u)" -eq 0 ] || tap_skip "only root can run the program as a user without other processes"
    need setpriv
    chmod 755 "$scratch" "$scratch/.."
    cp "$program" "$scratch/program"
    program=$scratch/program
    as_user=(setpriv --reuid=64321 --regid=64321 --clear-groups)
    "${as_user[@]}" "$program" --version >/dev/null || tap_skip "another user cannot run the program"
    for processes in 1 2 3 4 5 8; do
        limited -u "$processes" --data "$drawn" --epochs 1 --quiet
        limited -u "$processes" --data "$drawn" --epochs 1 --quiet --threads 4
    done
    none_is_bad
}

every_limit_of_open_files_gives_a_result_or_one_line() {
    for files in 3 4 5 6 7 8 10 12 16 20; do
        limited -n "$files" "${train[@]}" --report "$scratch/report" --log "$scratch/log" \
            --checkpoint "$scratch/checkpoint" --save "$scratch/saved"
    done
    none_is_bad
}

openblas_starts_no_thread_and_chooses_its_kernel() {
    need strace
    "$program" --version | grep -q '^OpenBLAS' || tap_skip "the BLAS library is not OpenBLAS"
    unset OPENBLAS_NUM_THREADS
    strace -f -e trace=clone,clone3,execve -o "$scratch/trace" "$program" --version >"$scratch/out" ||
        tap_skip "strace cannot trace here"
    fails_with 1 grep -q 'clone' "$scratch/trace"
    expect test "$(grep -c 'execve(' "$scratch/trace")" -eq 2
    OPENBLAS_NUM_THREADS=1 "$program" --version | expect cmp - "$scratch/out"
    OPENBLAS_NUM_THREADS=1 strace -f -e trace=execve -o "$scratch/trace" "$program" --version >"$scratch/out"
    expect test "$(grep -c 'execve(' "$scratch/trace")" -eq 1
    OPENBLAS_NUM_THREADS=64 strace -f -e trace=clone,clone3 -o "$scratch/trace" "$program" --version >"$scratch/out"
    fails_with 1 grep -q 'clone' "$scratch/trace"
}

tap_run \
    every_limit_of_the_address_space_gives_a_result_or_one_line \
    every_limit_of_the_stack_gives_a_result_or_one_line \
    every_limit_of_processes_gives_a_result_or_one_line \
    every_limit_of_open_files_gives_a_result_or_one_line \
    openblas_starts_no_thread_and_chooses_its_kernel
