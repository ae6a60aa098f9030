#!/bin/bash
# scripts/check-layers.sh: the sources pass it, and a copy that breaks one of its rules does not.
set -eu
. "$(dirname "$0")/tap.sh"

check=$root/scripts/check-layers.sh

# A copy of the sources in $scratch/copy, which the tests then break.
copy_sources() {
    mkdir "$scratch/copy"
    cp -r "$root/src" "$root/include" "$scratch/copy"
    "$check" "$scratch/copy" >"$scratch/before" || true
}

# The check fails and reports these lines and no others.
expect_violations() { # LINE...
    fails_with 1 "$check" "$scratch/copy" >"$scratch/after"
    diff "$scratch/before" "$scratch/after" | sed -n 's/^[<>] //p' | LC_ALL=C sort >"$scratch/found"
    printf '%s\n' "$@" | LC_ALL=C sort | expect diff - "$scratch/found"
}

include_first() { # FILE INCLUDED
    sed "1i #include \"$2\"" "$scratch/copy/$1" >"$scratch/new"
    mv "$scratch/new" "$scratch/copy/$1"
}

the_sources_pass() {
    "$check" >"$scratch/out" || {
        cat "$scratch/out"
        return 1
    }
    expect test ! -s "$scratch/out"
}

an_include_of_a_higher_directory_is_refused() {
    copy_sources
    include_first src/base/clock.c nn/gemm.h
    expect_violations 'src/base/clock.c:1: "nn/gemm.h": base is below nn and must not include it'
}

a_header_obeys_the_order_as_well() {
    copy_sources
    include_first include/report/html.h cli/options.h
    expect_violations 'include/report/html.h:1: "cli/options.h": report is below cli and must not include it'
}

an_include_without_a_directory_is_refused() {
    copy_sources
    include_first src/base/clock.c clock.h
    include_first src/base/error.c other/error.h
    include_first src/base/random.c ../include/base/random.h
    expect_violations \
        'src/base/clock.c:1: "clock.h": expected an include of the form "directory/name.h"' \
        'src/base/error.c:1: "other/error.h": expected an include of the form "directory/name.h"' \
        'src/base/random.c:1: "../include/base/random.h": expected an include of the form "directory/name.h"'
}

an_include_of_no_file_is_refused() {
    copy_sources
    include_first src/base/clock.c base/watch.h
    expect_violations 'src/base/clock.c:1: "base/watch.h": no such header'
}

a_cycle_of_two_modules_is_refused() {
    copy_sources
    # the header of one, the source of the other
    printf '#include "base/yin.h"\n' >"$scratch/copy/include/base/yang.h"
    touch "$scratch/copy/src/base/yang.c" "$scratch/copy/include/base/yin.h"
    printf '#include <time.h>\n\n#include "base/yang.h"\n' >"$scratch/copy/src/base/yin.c"
    expect_violations 'src/base/yin.c:3: a cycle of includes: base/yang -> base/yin -> base/yang'
}

a_cycle_of_three_modules_is_refused() {
    copy_sources
    printf '#include "data/b.h"\n' >"$scratch/copy/include/data/a.h"
    printf '#include "data/c.h"\n' >"$scratch/copy/include/data/b.h"
    printf '#include "data/a.h"\n' >"$scratch/copy/include/data/c.h"
    expect_violations 'include/data/c.h:1: a cycle of includes: data/a -> data/b -> data/c -> data/a'
}

a_source_without_a_header_is_refused() {
    copy_sources
    touch "$scratch/copy/src/io/alone.c"
    expect_violations \
        'src/io/alone.c:1: expected the header include/io/alone.h or a private one, found none'
}

a_private_header_belongs_to_its_directory() {
    copy_sources
    touch "$scratch/copy/src/io/pair_internal.h" "$scratch/copy/include/io/pair.h"
    printf '#include "io/pair.h"\n#include "pair_internal.h"\n' >"$scratch/copy/src/io/pair.c"
    printf '#include "io/pair_internal.h"\n' >"$scratch/copy/src/io/pair_write.c"
    "$check" "$scratch/copy" >"$scratch/after" || true
    expect diff "$scratch/before" "$scratch/after"
    include_first src/data/dataset.c io/pair_internal.h
    include_first src/data/transforms.c pair_internal.h
    expect_violations \
        'src/data/dataset.c:1: "io/pair_internal.h": a private header of io' \
        'src/data/transforms.c:1: "pair_internal.h": expected an include of the form "directory/name.h"'
}

a_file_outside_of_the_directories_is_refused() {
    copy_sources
    mkdir "$scratch/copy/src/utils"
    touch "$scratch/copy/src/stray.c" "$scratch/copy/src/utils/text.c"
    expect_violations \
        'src/stray.c:1: expected one of the directories base io data nn train report cli' \
        'src/utils/text.c:1: expected one of the directories base io data nn train report cli'
}

# Appends the code to the file and expects a complaint about this name, or none.
expect_printing() { # FILE CODE NAME
    cp "$root/$1" "$scratch/copy/$1"
    printf '%s\n' "$2" >>"$scratch/copy/$1"
    line=$(wc -l <"$scratch/copy/$1")
    if [ -n "$3" ]; then
        expect_violations "$1:$line: $3: expected print_stdout or print_stderr (report/print.h)"
    else
        expect "$check" "$scratch/copy"
    fi
    cp "$root/$1" "$scratch/copy/$1"
}

# C code that prints, and the name that is refused, or none.
only_one_module_prints() {
    copy_sources
    while IFS='|' read -r code name; do
        for file in src/report/notices.c src/cli/cmd_train.c src/train/trainer.c; do
            expect_printing "$file" "$code" "$name"
        done
    done <<'END'
void f(void) { fprintf(stderr, "x"); }|stderr
void f(void) { fputs("x", stdout); }|stdout
void f(void) { printf("x"); }|printf
void f(void) { wprintf(L"x"); }|wprintf
void f(void) { puts ("x"); }|puts
void f(void) { perror("x"); }|perror
void f(void) { warnx("x"); }|warnx
void f(void) { dprintf(2, "x"); }|dprintf
void f(void) { write(STDERR_FILENO, "x", 1); }|write
void f(void) { write(2, "x", 1); }|write
void f(int output) { write(output, "x", 1); }|write
void f(const struct iovec *text) { writev(2, text, 1); }|writev
void f(void) { fputs("x", fdopen(2, "w")); }|fdopen
void f(void) { fputs("x", fopen("/dev/tty", "w")); }|fopen
void f(void) { syslog(LOG_ERR, "x"); }|syslog
void f(FILE *page) { fprintf(page, "x \" stderr"); }|
// printf would print to stdout|
END
    expect_printing src/report/log.c 'void f(int log) { write(log, "stdout", 1); }' ''
}

a_commented_include_counts_for_nothing() {
    copy_sources
    include_first src/base/clock.c nn/gemm.h
    sed '1s|^|// |' "$scratch/copy/src/base/clock.c" >"$scratch/new"
    mv "$scratch/new" "$scratch/copy/src/base/clock.c"
    "$check" "$scratch/copy" >"$scratch/after" || true
    expect diff "$scratch/before" "$scratch/after"
}

a_directory_without_sources_is_an_error() {
    fails_with 2 "$check" "$scratch" 2>"$scratch/err"
    expect grep -qx "check-layers: expected src/ and include/ in $scratch, found none" "$scratch/err"
}

mapfile -t tests < <(sed -n 's/^\([a-z0-9_]*\)() {.*$/\1/p' "$0" | grep -vxE 'copy_sources|expect_violations|expect_printing|include_first')
tap_run "${tests[@]}"
