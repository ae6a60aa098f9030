# Sourced by the scripts that build the targets: the sources that each is linked with.
# shellcheck shell=bash disable=SC2034

fuzz_targets="idx safetensors options pgm"

fuzz_sources() { # TARGET
    local names name
    case $1 in
    idx) names="io/idx io/gzip_reader base/error base/memory base/clock" ;;
    safetensors) names="io/safetensors io/json io/atomic_file io/gzip_reader base/byte_order base/error base/memory base/clock" ;;
    options) names="cli/options cli/option_table data/transforms base/random base/error base/memory base/clock" ;;
    pgm) names="io/pgm data/normalise base/error base/memory base/clock" ;;
    esac
    echo "tests/fuzz/fuzz_$1.c"
    for name in $names; do
        echo "src/$name.c"
    done
}

# The Makefile's flags that the sources need.
fuzz_flags="-std=c11 -D_POSIX_C_SOURCE=200809L -iquote include -g"
