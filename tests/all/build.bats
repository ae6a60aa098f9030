#!/usr/bin/env bats
# The Makefile, as those who build with it see it.
load ../support/program

# The headers and sources alone: the checkout stays as it is.
copy_sources() {
    mkdir -p "$scratch/copy/scripts"
    cp -r "$root/Makefile" "$root/src" "$root/include" "$scratch/copy"
    cp -r "$root/scripts/probe" "$scratch/copy/scripts"
    cd "$scratch/copy"
}

# make fails with status 2 and prints the words, before it compiles a source.
make_refuses() { # WORDS VARIABLE...
    local words=$1
    shift
    fails_with 2 make "$@" >"$scratch/out" 2>&1
    cat "$scratch/out"
    expect grep -qE -- "$words" "$scratch/out"
    fails_with 1 grep -q '^CC ' "$scratch/out"
}

# Writes a compiler that refuses a flag with these words.
write_compiler() { # FLAG WORDS
    cat >"$scratch/compiler" <<END
#!/bin/sh
case " \$* " in *" $1 "*) echo "$2" >&2; exit 1 ;; esac
exec cc "\$@"
END
    chmod +x "$scratch/compiler"
}

@test "what is missing is named with its package below the compiler's own words" {
    copy_sources
    make_refuses '^cblas_sgemm: expected to link with .* libopenblas-dev' CBLAS_HEADER='<no-cblas.h>'
    expect grep -q 'fatal error: no-cblas.h' "$scratch/out"
    # as where cblas.h is there, from Debian's libblas-dev, and OpenBLAS is not
    make_refuses '^cblas_sgemm: expected to link with -lno-such-blas, .* libopenblas-dev' \
        PKG_CONFIG=false BLAS=no-such-blas
    write_compiler -lz 'ld: cannot find -lz'
    make_refuses '^inflate: expected to link with -lz, .* zlib1g-dev' CC="$scratch/compiler"
    expect grep -q '^ld: cannot find -lz$' "$scratch/out"
    # a compiler without -iquote, as tcc is
    write_compiler -iquote 'error: invalid option'
    make_refuses "^$scratch/compiler: expected a C11 compiler and linker" CC="$scratch/compiler"
    expect grep -q '^error: invalid option$' "$scratch/out"
    make_refuses 'expected C11 or a later standard .STD=c11., found an earlier one' STD=c99
}

@test "an empty BUILD counts as unset and one with spaces is refused" {
    copy_sources
    BUILD='' make -n | grep -- '-o build/mnist-train '
    make_refuses "BUILD: expected a path without spaces, found '/tmp/a b'" BUILD='/tmp/a b'
}

@test "the user's compiler and flags are used" {
    copy_sources
    make -n V=1 CC=my-cc CFLAGS=-my-cflag CPPFLAGS=-my-cppflag LDFLAGS=-my-ldflag LDLIBS=-my-lib >"$scratch/out"
    expect grep -q '^my-cc .*-my-cppflag -my-cflag .*-c ' "$scratch/out"
    expect grep -q '^my-cc .*-my-ldflag -o build/mnist-train .*-my-lib' "$scratch/out"
    fails_with 1 grep -qE '^(cc|gcc|clang) ' "$scratch/out"
}

# With a stand-in for Apple's compiler. The linker for macOS refuses functions that no library defines.
@test "Apple's linker is told which functions a library may lack" {
    copy_sources
    # shellcheck disable=SC2016 # the stand-in's variables
    printf '#!/bin/sh\ncase $1 in -dumpmachine) echo arm64-apple-darwin23.6.0 ;; *) exec cc "$@" ;; esac\n' \
        >"$scratch/compiler"
    chmod +x "$scratch/compiler"
    make -n V=1 CC="$scratch/compiler" build/mnist-train >"$scratch/out" 2>&1
    grep -oE '^OPTIONAL .*\(' src/nn/gemm.c | grep -oE '[A-Za-z_]+\(' | tr -d '(' >"$scratch/names"
    expect test -s "$scratch/names"
    while read -r name; do
        expect grep -q -- "-Wl,-U,_$name .* -o build/mnist-train " "$scratch/out"
    done <"$scratch/names"
    fails_with 1 grep -q -- '-Wl,-U' <(make -n V=1 build/mnist-train)
}
