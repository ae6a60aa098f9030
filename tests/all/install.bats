#!/usr/bin/env bats
# make install and make dist: the program, the man page, the completions, the tarball.
load ../support/program

# Installs the program that is built into $destination, below $installed.
setup_file() {
    export destination="$BATS_FILE_TMPDIR/root directory" prefix="/opt/of mine"
    export installed=$destination$prefix
    make_with_program install DESTDIR="$destination" PREFIX="$prefix"
    "$installed/bin/mnist-train" --help >"$BATS_FILE_TMPDIR/help"
    # the names of its options, the long ones and all
    grep -o -- '--[a-z][a-z-]*' "$BATS_FILE_TMPDIR/help" | LC_ALL=C sort -u >"$BATS_FILE_TMPDIR/long"
    sed -n 's/^  \(-[a-zA-Z]\), .*/\1/p' "$BATS_FILE_TMPDIR/help" | LC_ALL=C sort - "$BATS_FILE_TMPDIR/long" \
        >"$BATS_FILE_TMPDIR/names"
    [ "$(wc -l <"$BATS_FILE_TMPDIR/names")" -gt 24 ]
}

# make takes the program as it is.
make_with_program() { # ARGUMENT...
    make -C "$root" -s BUILD="$build" -o "$build/mnist-train" "$@"
}

@test "the installed program runs anywhere" {
    cd "$scratch"
    "$installed/bin/mnist-train" --version | grep '^mnist-train '
    "$installed/bin/mnist-train" --data "$drawn" --epochs 1 --train-limit 64 --test-limit 64 |
        grep '^Test Accuracy: .* of 64 right'
    diff <(cd "$destination" && find . -type f | LC_ALL=C sort) - <<'END'
./opt/of mine/bin/mnist-train
./opt/of mine/share/bash-completion/completions/mnist-train
./opt/of mine/share/man/man1/mnist-train.1
./opt/of mine/share/zsh/site-functions/_mnist-train
END
}

@test "uninstalling removes everything that was installed and nothing else" {
    make_with_program install DESTDIR="$scratch"
    expect test -x "$scratch/usr/local/bin/mnist-train"
    make_with_program uninstall DESTDIR="$scratch"
    expect test -z "$(ls -A "$scratch")"
    # directories stay where there is another file
    make_with_program install DESTDIR="$scratch"
    touch "$scratch/usr/local/bin/other"
    make_with_program uninstall DESTDIR="$scratch"
    expect test "$(find "$scratch" -type f)" = "$scratch/usr/local/bin/other"
}

@test "the man page lists the options of the help and has no warnings" {
    local page=$installed/share/man/man1/mnist-train.1
    sed 's/\\-/-/g' "$page" >"$scratch/page"
    # the names in the titles of the options
    sed -n '/^\.TP$/{n;p;}' "$scratch/page" | grep -oE 'fB-[a-zA-Z-]+' | cut -c3- | LC_ALL=C sort |
        diff "$BATS_FILE_TMPDIR/names" -
    # and no other name in the text
    grep -oE -- '--[a-z][a-z-]*' "$scratch/page" | LC_ALL=C sort -u | diff "$BATS_FILE_TMPDIR/long" -
    expect grep -qE '^\.TH MNIST-TRAIN 1 20[0-9-]{8} "mnist-train [0-9.]+" ' "$scratch/page"
    expect grep -qF "$(sed -n 's/^VERSION := //p' "$root/Makefile")" <(head -n 1 "$scratch/page")
    need mandoc
    mandoc -T lint "$page"
}

# Prints the completions of bash for the last word, one a line.
offered_by_bash() { # WORD...
    bash --norc -euc '
        . "$1"
        shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _mnist_train
        [ "${#COMPREPLY[@]}" -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"
    ' bash "$installed/share/bash-completion/completions/mnist-train" mnist-train "$@" | LC_ALL=C sort
}

# Fails unless bash offers these completions, separated by commas.
bash_offers() { # COMPLETIONS WORD...
    diff <(tr , '\n' <<<"$1" | sed '/^$/d') <(shift && offered_by_bash "$@")
}

@test "bash completes the options of the help and their values" {
    offered_by_bash "" | diff "$BATS_FILE_TMPDIR/names" -
    bash_offers --checkpoint-every --checkpoint-
    bash_offers logits,tutorial --loss ""
    bash_offers logits --loss = lo
    mkdir "$scratch/here" "$scratch/here/a directory"
    cd "$scratch/here"
    touch "a file" 1
    bash_offers "1,a directory,a file" --save ""
    bash_offers "a directory" --data ""
    # all words after --predict are files, up to the next option
    bash_offers "1,a directory,a file" --predict x - ""
    bash_offers "a file" --predict = x "a f"
    bash_offers --digits-only --predict x --digits
    offered_by_bash --predict x --quiet "" | diff "$BATS_FILE_TMPDIR/names" -
    bash -c '. "$1" && complete -p mnist-train' bash "$installed/share/bash-completion/completions/mnist-train"
}

@test "zsh completes the options of the help" {
    need zsh
    # the names among the arguments of _arguments
    # shellcheck disable=SC2016 # zsh's variables
    zsh -fc '_arguments() { print -rl -- "$@" }; . "$1"' zsh "$installed/share/zsh/site-functions/_mnist-train" |
        sed -n 's/^\(\*\|([^)]*)\)\{0,1\}\(-[a-zA-Z]\|--[a-z-]*\)[=+]*\[.*/\2/p' | LC_ALL=C sort |
        diff "$BATS_FILE_TMPDIR/names" -
}

@test "the tarball is the same bytes each time and packs itself" {
    { [ -e "$root/.git" ] && command -v git >/dev/null; } || [ -e "$root/MANIFEST" ] ||
        skip "git with its directory, and MANIFEST, are missing"
    cd "$root"
    scripts/make-dist.sh mnist-train-1 "$scratch/one.tar.gz"
    (umask 077 && scripts/make-dist.sh mnist-train-1 "$scratch/two.tar.gz")
    cmp "$scratch/one.tar.gz" "$scratch/two.tar.gz"
    SOURCE_DATE_EPOCH=86400 scripts/make-dist.sh mnist-train-1 "$scratch/two.tar.gz"
    tar -tvzf "$scratch/two.tar.gz" >"$scratch/list"
    expect grep -q '1970-01-02 .*/README.md$' "$scratch/list"
    fails_with 1 grep -v ' 0/0 ' "$scratch/list"
    mkdir "$scratch/a directory"
    cd "$scratch/a directory"
    tar -xzf "$scratch/one.tar.gz"
    cd mnist-train-1
    diff MANIFEST <(find . -type f ! -name MANIFEST | cut -c3- | LC_ALL=C sort)
    make -n >"$scratch/commands" # from a path with a space
    expect grep -q 'src/cli/main.c' "$scratch/commands"
    scripts/make-dist.sh mnist-train-1 "$scratch/two.tar.gz"
    cmp "$scratch/one.tar.gz" "$scratch/two.tar.gz"
}
