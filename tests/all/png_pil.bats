#!/usr/bin/env bats
# The PNG decoder against PIL, pixel by pixel.
load ../support/program

compiler=${CC:-cc}
python=/usr/bin/python3
[ -x "$python" ] || python=python3

build_decoder() {
    # shellcheck disable=SC2086 # flags are words
    (cd "$root" && $compiler -std=c11 -pthread -D_POSIX_C_SOURCE=200809L -iquote include -iquote src -O1 ${CPPFLAGS:-} \
        -o "$scratch/decode" tests/decode_image.c src/base/*.c src/io/*.c src/pictures/*.c ${LDFLAGS:-} -lz -lm)
}

@test "every pixel equals that of pil" {
    "$python" -c 'import PIL' 2>/dev/null || skip "python3-pil is missing"
    build_decoder
    mkdir "$scratch/files"
    "$python" "$root/tests/png_cases.py" write "$scratch/files"
    (cd "$scratch/files" && LC_ALL=C && "$scratch/decode" ./*) >"$scratch/pixels"
    "$python" "$root/tests/png_cases.py" compare "$scratch/files" <"$scratch/pixels" >"$scratch/result" || {
        head -n 20 "$scratch/result"
        tail -n 1 "$scratch/result"
        return 1
    }
    expect grep -qE '^[0-9]{4} files, [0-9]{6,} pixels, 0 files differ$' "$scratch/result"
}

# A comparison that never fails would pass the test above.
@test "a wrong pixel is found" {
    "$python" -c 'import PIL' 2>/dev/null || skip "python3-pil is missing"
    build_decoder
    mkdir "$scratch/all" "$scratch/files"
    "$python" "$root/tests/png_cases.py" write "$scratch/all"
    cp "$scratch/all"/2-8-7x9-all-1-1.png "$scratch/all"/0-16-7x9-4-1-1.png "$scratch/files"
    "$scratch/decode" "$scratch/files"/0* "$scratch/files"/2* >"$scratch/pixels"
    expect "$python" "$root/tests/png_cases.py" compare "$scratch/files" <"$scratch/pixels"
    head -c -1 "$scratch/pixels" >"$scratch/wrong"
    tail -c 1 "$scratch/pixels" | tr '\000-\377' '\001-\377\000' >>"$scratch/wrong"
    fails_with 1 "$python" "$root/tests/png_cases.py" compare "$scratch/files" <"$scratch/wrong"
}
