#!/usr/bin/env bats
# The PNG decoder against PIL, pixel by pixel.
load ../support/program

@test "every pixel equals that of pil" {
    "$python" -c 'import PIL' 2>/dev/null || skip "python3-pil is missing"
    cd "$root"
    # shellcheck disable=SC2086 # flags are words
    ${CC:-cc} -std=c11 -pthread -D_POSIX_C_SOURCE=200809L -iquote include -iquote src -O1 ${CPPFLAGS:-} \
        -o "$scratch/decode" tests/decode_image.c src/base/*.c src/io/*.c src/pictures/*.c ${LDFLAGS:-} -lz -lm
    mkdir "$scratch/files"
    "$python" tests/png_cases.py "$scratch/decode" "$scratch/files" >"$scratch/result" || {
        head -n 20 "$scratch/result"
        tail -n 1 "$scratch/result"
        return 1
    }
    expect grep -qE '^[0-9]{4} files, [0-9]{6,} pixels, 0 files differ$' "$scratch/result"
}
