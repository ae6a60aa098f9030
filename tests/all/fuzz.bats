#!/usr/bin/env bats
# Replays the corpus of tests/fuzz/run.sh with any compiler, with the address and undefined-behaviour
# sanitizers if the compiler has them.
load ../support/program
cd "$root"
# shellcheck source=tests/fuzz/sources.sh
. tests/fuzz/sources.sh

# Compiles the sources that all targets have. The flags are in $compile.
setup_file() {
    local sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all" empty=$BATS_FILE_TMPDIR/empty
    echo 'int main(void) { return 0; }' >"$empty.c"
    # shellcheck disable=SC2086 # flags are words
    ${CC:-cc} $sanitizers -o "$empty" "$empty.c" && "$empty" || sanitizers=
    export compile="${CC:-cc} $fuzz_flags -iquote tests/fuzz $sanitizers ${CPPFLAGS:-}"
    # shellcheck disable=SC2016,SC2086 # $0 is the inner shell's, files are words
    printf '%s\n' $fuzz_common tests/fuzz/replay.c | xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 1 \
        sh -c '$compile -c -o "$BATS_FILE_TMPDIR/$(basename "$0").o" "$0"'
}

build_replay() { # SOURCE...
    # shellcheck disable=SC2154,SC2086 # setup_file sets $compile, flags are words
    $compile -o "$scratch/replay" "$@" "$BATS_FILE_TMPDIR"/*.o ${LDFLAGS:-} -lz -lm
}

replay() { # TARGET
    local inputs=(tests/fuzz/corpus/"$1"/*)
    expect test "${#inputs[@]}" -ge 10
    # shellcheck disable=SC2046
    build_replay $(fuzz_sources "$1")
    "$scratch/replay" "${inputs[@]}" >"$scratch/count" 2>"$scratch/err" || {
        tail -n 40 "$scratch/err"
        return 1
    }
    expect test "$(cat "$scratch/count")" -eq "${#inputs[@]}"
}

@test "files of the corpus are read or rejected" {
    for target in idx safetensors pnm png; do
        replay $target
    done
}
