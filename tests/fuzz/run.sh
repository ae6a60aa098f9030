#!/bin/bash
# usage: run.sh [EXECUTIONS]
# Builds the fuzz targets with clang and runs each for EXECUTIONS (default: 10,000,000), two at a
# time, starting from the inputs in corpus/. Fails if a target crashes or a check fails; the input is
# written to build/fuzz. New inputs that reach more code are written to build/fuzz/TARGET.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

if [ "${1-}" = --help ]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 0
fi
cd "$(CDPATH='' cd -- "$(dirname "$0")/../.." && pwd)"
executions=${1:-10000000}
case $executions in
'' | *[!0-9]*)
    echo "run: expected a number of executions, found '$executions'" >&2
    exit 2
    ;;
esac
# shellcheck source=tests/fuzz/sources.sh
. tests/fuzz/sources.sh

build=build/fuzz
# A small quarantine for freed memory doubles the speed.
export ASAN_OPTIONS=quarantine_size_mb=1
export UBSAN_OPTIONS=print_stacktrace=1

build_target() { # TARGET
    # shellcheck disable=SC2046,SC2086 # flags and files are words
    clang $fuzz_flags -O1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined \
        -fno-sanitize-recover=all -o "$build/fuzz_$1" $fuzz_common $(fuzz_sources "$1") -lz -lm
}

# Longer inputs are slower and reach no further code.
longest_input() { # TARGET
    case $1 in
    safetensors) echo 640 ;;
    *) echo 512 ;;
    esac
}

run_target() { # TARGET
    local status=0
    mkdir -p "$build/$1"
    "$build/fuzz_$1" -runs="$executions" -max_len="$(longest_input "$1")" -timeout=10 \
        -malloc_limit_mb=64 -rss_limit_mb=2048 -print_final_stats=1 -reload=0 \
        -dict="tests/fuzz/$1.dict" -artifact_prefix="$build/found_$1_" \
        "$build/$1" "tests/fuzz/corpus/$1" >"$build/$1.log" 2>&1 || status=$?
    if [ "$status" -eq 0 ]; then
        sed -n "s/^stat::number_of_executed_units: */$1: executions /p
                s/^stat::average_exec_per_sec: */$1: a second /p" "$build/$1.log"
    else
        tail -n 60 "$build/$1.log"
        echo "$1: failed, see $build/$1.log"
    fi
    return "$status"
}
export -f run_target longest_input
export build executions

mkdir -p "$build"
for target in $fuzz_targets; do
    build_target "$target"
done
# shellcheck disable=SC2086,SC2016 # targets are words; $0 is the inner shell's
printf '%s\n' $fuzz_targets | xargs -n 1 -P 2 bash -c 'run_target "$0" || exit 1'
