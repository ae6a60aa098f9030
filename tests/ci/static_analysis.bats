#!/usr/bin/env bats
# make lint finds nothing in the sources (check-layers.sh, clang-tidy with .clang-tidy, cppcheck with
# .cppcheck-suppressions), and each tool finds a fault that is put in.
load ../support/program

@test "make lint finds nothing" {
    need clang-tidy cppcheck
    make -C "$root" lint
}

# Runs make lint on a source that dereferences a null pointer; `comment` follows that line.
lint_wrong_source() { # COMMENT
    need clang-tidy cppcheck
    mkdir -p "$scratch/src/base" "$scratch/include/base" "$scratch/scripts"
    cp "$root/Makefile" "$root/.clang-tidy" "$root/.cppcheck-suppressions" "$scratch"
    cp "$root/scripts/check-layers.sh" "$root/scripts/say.sh" "$scratch/scripts"
    printf 'int wrong_first(void);\n' >"$scratch/include/base/wrong.h"
    printf '#include "base/wrong.h"\n\nint wrong_first(void) {\n    const int *p = 0;\n    return *p; %s\n}\n' \
        "$1" >"$scratch/src/base/wrong.c"
    fails_with 2 make -C "$scratch" lint >"$scratch/found" 2>&1
    cat "$scratch/found"
}

@test "clang tidy finds a fault" {
    lint_wrong_source ''
    expect grep -q 'src/base/wrong.c:5:.*\[clang-analyzer-core.NullDereference' "$scratch/found"
}

@test "cppcheck finds a fault" {
    lint_wrong_source '// NOLINT'
    expect grep -q 'src/base/wrong.c:5:.*\[nullPointer\]' "$scratch/found"
}

@test "check layers finds a fault" {
    lint_wrong_source ''
    rm "$scratch/include/base/wrong.h"
    fails_with 2 make -C "$scratch" lint >"$scratch/found" 2>&1
    expect grep -q 'src/base/wrong.c:1: "base/wrong.h": no such header' "$scratch/found"
}

@test "the mutations fit the sources" {
    "$root/scripts/mutate.sh" --check
}

@test "a mutation that does not fit is reported" {
    cat >"$scratch/table" <<'END'
src/base/error.c: an old text that does not occur
- no_such_text
+ other

src/base/error.c: an old text that occurs several times
- error
+ other

src/base/none.c: a file that does not exist
- a
+ b
END
    fails_with 2 "$root/scripts/mutate.sh" --check --table "$scratch/table" 2>"$scratch/err"
    cat "$scratch/err"
    expect grep -qF 'table:1: src/base/error.c: expected the old text once, found it 0 times: no_such_text' "$scratch/err"
    expect grep -qE 'table:5: src/base/error.c: expected the old text once, found it [0-9]+ times: error' "$scratch/err"
    expect grep -qF 'table:9: expected the file src/base/none.c, found none' "$scratch/err"
}
