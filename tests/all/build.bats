#!/usr/bin/env bats
# The Makefile, as those who build with it see it.
load ../support/program

# The headers and sources alone: quick to build, and the checkout stays as it is.
copy_sources() {
    mkdir -p "$scratch/copy/scripts"
    cp -r "$root/Makefile" "$root/src" "$root/include" "$scratch/copy"
    cp -r "$root/scripts/probe" "$scratch/copy/scripts"
    cd "$scratch/copy"
    unset MAKEFLAGS MAKELEVEL
}

# make fails with status 2 before it compiles a source; what it said is in $scratch/out.
make_refuses() { # VARIABLE...
    fails_with 2 make "$@" >"$scratch/out" 2>&1
    cat "$scratch/out"
    fails_with 1 grep -q '^CC ' "$scratch/out"
}

@test "a missing header is named with its package" {
    copy_sources
    make_refuses CBLAS_HEADER='<no-cblas.h>'
    expect grep -q 'fatal error: no-cblas.h' "$scratch/out"
    expect grep -q '^cblas_sgemm: expected to link with .* libopenblas-dev' "$scratch/out"
}

# As where cblas.h is there, from Debian's libblas-dev, and OpenBLAS is not.
@test "a library that does not link is named with its package" {
    copy_sources
    make_refuses PKG_CONFIG=false BLAS=no-such-blas
    expect grep -q 'no-such-blas' "$scratch/out"
    expect grep -q '^cblas_sgemm: expected to link with -lno-such-blas, .* libopenblas-dev' "$scratch/out"
}

# Writes a compiler that refuses a flag with these words.
make_compiler() { # FLAG WORDS
    cat >"$scratch/compiler" <<EOF
#!/bin/sh
case " \$* " in *" $1 "*) echo "$2" >&2; exit 1 ;; esac
exec cc "\$@"
EOF
    chmod +x "$scratch/compiler"
}

# A linker that finds OpenBLAS and no zlib.
@test "a zlib that does not link is named with its package" {
    copy_sources
    make_compiler -lz 'ld: cannot find -lz'
    make_refuses CC="$scratch/compiler"
    expect grep -q '^ld: cannot find -lz$' "$scratch/out"
    expect grep -q '^inflate: expected to link with -lz, .* zlib1g-dev' "$scratch/out"
}

# A compiler without -iquote, as tcc is.
@test "a compiler that refuses the flags is shown with its own words" {
    copy_sources
    make_compiler -iquote "compiler: error: invalid option -- '-iquote'"
    make_refuses CC="$scratch/compiler"
    expect grep -q "^compiler: error: invalid option -- '-iquote'$" "$scratch/out"
    expect grep -q "^$scratch/compiler: expected a C11 compiler and linker" "$scratch/out"
}

@test "standards before c11 are refused" {
    copy_sources
    for standard in c99 gnu99 c89; do
        make_refuses STD="$standard"
        expect grep -q 'expected C11 or a later standard (STD=c11), found an earlier one' "$scratch/out"
    done
}

# -o /dev/null: a linker that runs as root may replace the device.
@test "probes write to temporary files" {
    copy_sources
    # shellcheck disable=SC2016 # a variable of the script
    printf '#!/bin/sh\necho "$*" >>"%s"\nexec cc "$@"\n' "$scratch/commands" >"$scratch/compiler"
    chmod +x "$scratch/compiler"
    mkdir "$scratch/temporary"
    TMPDIR=$scratch/temporary make CC="$scratch/compiler" CFLAGS=-O0 build/libraries >"$scratch/out"
    expect test "$(grep -cE -- "-o $scratch/temporary/[^ ]+ scripts/probe/(compiler|blas|zlib)\.c" "$scratch/commands")" -eq 3
    fails_with 1 grep -q /dev/null "$scratch/commands"
    expect test -z "$(ls "$scratch/temporary")"
}

@test "an empty BUILD counts as unset and one with spaces is refused" {
    copy_sources
    BUILD='' make -n >"$scratch/out"
    expect grep -q -- '-o build/mnist-train ' "$scratch/out"
    make -n BUILD='' >"$scratch/out"
    expect grep -q -- '-o build/mnist-train ' "$scratch/out"
    make_refuses BUILD="$scratch/a b"
    expect grep -qF "BUILD: expected a path without spaces, found '$scratch/a b'" "$scratch/out"
}

# A string from outside is an argument, which print_stdout makes printable, and never the format.
@test "a format that is no literal is a warning" {
    copy_sources
    local call compiler
    for compiler in gcc clang; do
        command -v "$compiler" >/dev/null || continue
        for file in report/notices cli/cmd_train; do
            make CC="$compiler" CFLAGS=-O0 WERROR=1 "build/$file.o" >"$scratch/out"
            for call in 'print_stdout(path)' 'print_stderr(path)' 'print_stderr(path, 1)'; do
                cp "$root/src/$file.c" "src/$file.c"
                printf '#include "report/print.h"\nvoid f(const char *path);\nvoid f(const char *path) { %s; }\n' "$call" \
                    >>"src/$file.c"
                fails_with 2 make CC="$compiler" CFLAGS=-O0 WERROR=1 "build/$file.o" >"$scratch/out" 2>&1
                cat "$scratch/out"
                expect grep -qE 'error: format.* not a string literal' "$scratch/out"
            done
            cp "$root/src/$file.c" "src/$file.c"
        done
    done
}

@test "make prints a short line a file" {
    copy_sources
    make CFLAGS=-O0 build/base/clock.o build/base/utf8.o >"$scratch/out" 2>&1
    expect diff - "$scratch/out" <<'END'
CC   src/base/clock.c
CC   src/base/utf8.c
END
    echo 'static int unused;' >>src/base/clock.c
    make CFLAGS=-O0 build/base/clock.o >"$scratch/out" 2>&1
    expect grep -q '^src/base/clock.c:.*unused' "$scratch/out"
}

# With a stand-in for Apple's compiler. The linker for macOS refuses functions that no library defines.
@test "apples linker is told which functions a library may lack" {
    local name names
    copy_sources
    names=$(grep '^OPTIONAL ' src/nn/gemm.c | grep -oE '[a-z_]+\(' | tr -d '(')
    expect test "$(echo "$names" | wc -l)" -ge 10
    cat >"$scratch/compiler" <<'EOF'
#!/bin/sh
if [ "$1" = -dumpmachine ]; then echo arm64-apple-darwin23.6.0; else exec cc "$@"; fi
EOF
    chmod +x "$scratch/compiler"
    make -n V=1 CC="$scratch/compiler" build/mnist-train >"$scratch/out" 2>&1
    for name in $names; do
        expect grep -q -- "-Wl,-U,_$name .* -o build/mnist-train " "$scratch/out"
    done
    make -n V=1 build/mnist-train >"$scratch/out" 2>&1
    fails_with 1 grep -q -- '-Wl,-U' "$scratch/out"
}

@test "the users compiler and flags are used" {
    copy_sources
    make -n V=1 CC=my-cc CFLAGS=-my-cflag CPPFLAGS=-my-cppflag LDFLAGS=-my-ldflag LDLIBS=-my-lib \
        >"$scratch/out"
    expect grep -q '^my-cc .*-my-cppflag -my-cflag .*-c ' "$scratch/out"
    expect grep -q '^my-cc .*-my-ldflag -o build/mnist-train .*-my-lib' "$scratch/out"
    fails_with 1 grep -qE '^(cc|gcc|clang) ' "$scratch/out"
}

@test "objects follow their headers and nothing else" {
    copy_sources
    make CFLAGS=-O0 >"$scratch/out"
    make CFLAGS=-O0 >"$scratch/out"
    fails_with 1 grep -q "^CC " "$scratch/out"
    sleep 1 # the clock of some file systems
    touch include/nn/adam.h
    make CFLAGS=-O0 >"$scratch/out"
    expect grep -q 'src/nn/adam.c' "$scratch/out"
    expect grep -q 'src/train/trainer.c' "$scratch/out"
    fails_with 1 grep -q 'src/io/idx.c' "$scratch/out"
    make CFLAGS=-O1 >"$scratch/out" # other flags: all anew
    expect grep -q 'src/io/idx.c' "$scratch/out"
}

@test "clean leaves what was there before" {
    copy_sources
    make CFLAGS=-O0 >/dev/null
    make clean >/dev/null
    expect test "$(find . -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort | tr '\n' ' ')" = "Makefile include scripts src "
    make help | grep 'make check'
}
