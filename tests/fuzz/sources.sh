# Sourced by the scripts that build the targets: what each is linked with.
# shellcheck shell=bash disable=SC2034

fuzz_targets="idx safetensors options picture"

fuzz_sources() { # TARGET
    local names name
    case $1 in
    idx) names="idx byte_source error" ;;
    safetensors) names="safetensors json file byte_source error" ;;
    options) names="options option_table transforms random error" ;;
    picture) names="picture error" ;;
    esac
    echo "tests/fuzz/fuzz_$1.c"
    for name in $names; do
        echo "src/$name.c"
    done
}

# The flags of the Makefile that the sources need.
fuzz_flags="-std=c11 -D_POSIX_C_SOURCE=200809L -iquote include -g"
