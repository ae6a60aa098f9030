# Sourced by the scripts that build the targets: the sources that all are linked with, and those of each.
# shellcheck shell=bash disable=SC2034

fuzz_targets="idx safetensors pnm png"

fuzz_common="src/base/*.c src/io/*.c"

fuzz_sources() { # TARGET
    echo "tests/fuzz/fuzz_$1.c"
    case $1 in
    pnm | png) echo src/pictures/*.c ;;
    esac
}

# The Makefile's flags that the sources need.
fuzz_flags="-std=c11 -pthread -D_POSIX_C_SOURCE=200809L -iquote include -iquote src -g"
