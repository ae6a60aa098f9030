#!/usr/bin/env bats
# Replays the corpus of tests/fuzz/run.sh with any compiler, with the address and
# undefined-behaviour sanitizers if the compiler has them.
load ../support/program
cd "$root"
# shellcheck source=fuzz/sources.sh
. tests/fuzz/sources.sh

compiler=${CC:-cc}

sanitizer_flags() {
    local flags="-fsanitize=address,undefined -fno-sanitize-recover=all"
    echo 'int main(void) { return 0; }' >"$scratch/empty.c"
    # shellcheck disable=SC2086 # flags are words
    if $compiler $flags -o "$scratch/empty" "$scratch/empty.c" && "$scratch/empty"; then
        echo "$flags"
    fi 2>/dev/null
}

replay() { # TARGET
    local inputs=(tests/fuzz/corpus/"$1"/*)
    expect test "${#inputs[@]}" -ge 10
    # shellcheck disable=SC2046,SC2086
    $compiler $fuzz_flags $(sanitizer_flags) ${CPPFLAGS:-} -o "$scratch/replay" tests/fuzz/replay.c \
        $(fuzz_sources "$1") ${LDFLAGS:-} -lz -lm
    "$scratch/replay" "${inputs[@]}" >"$scratch/count" 2>"$scratch/err" || {
        tail -n 40 "$scratch/err"
        return 1
    }
    expect test "$(cat "$scratch/count")" -eq "${#inputs[@]}"
}

@test "idx files of the corpus are read or rejected" {
    replay idx
}

@test "safetensors files of the corpus are read or rejected" {
    replay safetensors
}

@test "command lines of the corpus are read or rejected" {
    replay options
}

@test "pnm files of the corpus are read or rejected" {
    replay pnm
}

@test "png files of the corpus are read or rejected" {
    replay png
}

# A check that never fails would pass all tests above.
@test "a failed check aborts the replay" {
    printf '#include "fuzz.h"\nint LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
        CHECK(size < 4 || bytes[0] == 0);\n return 0; }\n' >"$scratch/check.c"
    # shellcheck disable=SC2086
    $compiler $fuzz_flags -iquote tests/fuzz -o "$scratch/replay" tests/fuzz/replay.c "$scratch/check.c"
    printf 'abc' >"$scratch/kept"
    printf 'abcd' >"$scratch/broken"
    "$scratch/replay" "$scratch/kept"
    # 134: abort
    fails_with 134 "$scratch/replay" "$scratch/kept" "$scratch/broken"
    fails_with 1 "$scratch/replay" "$scratch/missing"
}
