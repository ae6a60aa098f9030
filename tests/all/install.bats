#!/usr/bin/env bats
# make install and make dist: the program, the man page, the completions, the tarball.
load ../support/program

# Runs make with a separate build directory and flags that build quickly.
project() { # MAKE'S ARGUMENTS...
    make -C "$root" -j2 BUILD=build/install CFLAGS=-O0 ARCH= "$@" >"$scratch/make.log" 2>&1 || {
        cat "$scratch/make.log"
        return 1
    }
}

# Sets $installed to the directory that contains bin and share.
install_project() {
    destination="$scratch/root directory"
    project install DESTDIR="$destination" PREFIX="/opt/of mine"
    installed="$destination/opt/of mine"
}

@test "the installed program runs" {
    install_project
    (cd "$destination" && find . -type f | LC_ALL=C sort) >"$scratch/files"
    diff "$scratch/files" - <<'END'
./opt/of mine/bin/mnist-train
./opt/of mine/share/bash-completion/completions/mnist-train
./opt/of mine/share/man/man1/mnist-train.1
./opt/of mine/share/zsh/site-functions/_mnist-train
END
    cd "$scratch"
    "$installed/bin/mnist-train" --version | grep '^mnist-train '
    "$installed/bin/mnist-train" --data "$root/data/drawn" --epochs 1 --train-limit 64 --test-limit 64 |
        grep '^Test Accuracy: .* of 64 right'
}

@test "the default prefix is usr local" {
    project install DESTDIR="$scratch/root"
    expect test -x "$scratch/root/usr/local/bin/mnist-train"
}

@test "uninstalling removes everything" {
    install_project
    project uninstall DESTDIR="$destination" PREFIX="/opt/of mine"
    ls -A "$destination"
    expect test -z "$(ls -A "$destination")"
    # again, where nothing is installed
    project uninstall DESTDIR="$destination" PREFIX="/opt/of mine"
    project uninstall DESTDIR="$scratch/none"
}

@test "uninstalling keeps other files" {
    install_project
    touch "$installed/bin/other"
    mkdir -p "$scratch/own/bin"
    project uninstall DESTDIR="$destination" PREFIX="/opt/of mine"
    expect test "$(find "$destination" -type f)" = "$installed/bin/other"
    # without DESTDIR directories are kept
    project install PREFIX="$scratch/own"
    project uninstall PREFIX="$scratch/own"
    expect test -z "$(find "$scratch/own" -type f)"
    expect test -d "$scratch/own/bin"
}

@test "the man page has no warnings" {
    install_project
    page=$installed/share/man/man1/mnist-train.1
    found=
    if command -v mandoc >/dev/null; then
        found=yes
        mandoc -T lint "$page"
    fi
    if command -v groff >/dev/null; then
        found=yes
        groff -ww -man -T ascii -P -c -P -bou "$page" >"$scratch/shown" 2>"$scratch/warnings"
        cat "$scratch/warnings"
        expect test ! -s "$scratch/warnings"
        expect grep -q 'EXIT STATUS' "$scratch/shown"
    fi
    [ -n "$found" ] || skip "mandoc and groff are missing"
}

# Prints each long option name of a text once.
long_names() {
    grep -o -- '--[a-z][a-z-]*' | LC_ALL=C sort -u
}

# Writes the option names of --help to $scratch/names, and the long ones to $scratch/long.
names_of_the_help() {
    "$installed/bin/mnist-train" --help >"$scratch/help"
    long_names <"$scratch/help" >"$scratch/long"
    sed -n 's/^  \(-[a-zA-Z]\), .*/\1/p' "$scratch/help" >"$scratch/letters"
    expect test "$(wc -l <"$scratch/long")" -gt 20
    expect test "$(wc -l <"$scratch/letters")" -ge 4
    LC_ALL=C sort "$scratch/long" "$scratch/letters" >"$scratch/names"
}

@test "the man page lists the options of the help" {
    install_project
    names_of_the_help
    sed 's/\\-/-/g' "$installed/share/man/man1/mnist-train.1" >"$scratch/page"
    long_names <"$scratch/page" | diff "$scratch/long" -
    while read -r letter; do
        expect grep -q -- "^.fB$letter.fR" "$scratch/page"
    done <"$scratch/letters"
    version=$("$installed/bin/mnist-train" --version | sed -n 's/^mnist-train \([0-9.]*\).*/\1/p')
    expect grep -qF "\"mnist-train $version\"" "$scratch/page"
}

# Prints the completions of bash for the last word, one per line.
offered_by_bash() { # WORD...
    bash --norc -euc '
        . "$1"
        shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _mnist_train
        [ "${#COMPREPLY[@]}" -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"
    ' bash "$installed/share/bash-completion/completions/mnist-train" mnist-train "$@"
}

@test "bash completes the options of the help" {
    install_project
    names_of_the_help
    offered_by_bash "" | LC_ALL=C sort | diff "$scratch/names" -
    offered_by_bash -- --checkpoint- | diff <(echo --checkpoint-every) -
    offered_by_bash --loss "" | tr '\n' ' ' | diff <(printf 'tutorial logits ') -
    offered_by_bash --loss = lo | diff <(echo logits) -
    mkdir "$scratch/here" "$scratch/here/a directory"
    cd "$scratch/here"
    touch "a file" 1
    offered_by_bash --save "" | LC_ALL=C sort | diff <(printf '1\na directory\na file\n') -
    offered_by_bash --data "" | diff <(echo "a directory") -
    # all words after --predict are files, up to the next option
    offered_by_bash --predict "" | LC_ALL=C sort | diff <(printf '1\na directory\na file\n') -
    offered_by_bash --predict x - "" | LC_ALL=C sort | diff <(printf '1\na directory\na file\n') -
    offered_by_bash --predict = x "a f" | diff <(echo "a file") -
    offered_by_bash --predict x --digits | diff <(echo --digits-only) -
    offered_by_bash --predict x --quiet "" | LC_ALL=C sort | diff "$scratch/names" -
    for option in --epochs -e --batch-size --hflip; do
        expect test -z "$(offered_by_bash "$option" "")"
    done
    if command -v shellcheck >/dev/null; then
        shellcheck "$installed/share/bash-completion/completions/mnist-train"
    fi
}

@test "zsh completes the options of the help" {
    need zsh
    install_project
    names_of_the_help
    zsh -n "$installed/share/zsh/site-functions/_mnist-train"
    # the names among the arguments of _arguments
    # shellcheck disable=SC2016 # zsh's variables
    zsh -fc '_arguments() { print -rl -- "$@" }; . "$1"' zsh "$installed/share/zsh/site-functions/_mnist-train" |
        sed -n 's/^\(\*\|([^)]*)\)\(-[a-zA-Z]\|--[a-z-]*\)[=+]*\[.*/\2/p' | LC_ALL=C sort |
        diff "$scratch/names" -
}

# Types a tab after each line.
completes_on_a_terminal() { # SHELL
    need "$1"
    need_terminal
    install_project
    mkdir "$scratch/here" "$scratch/here/data directory" "$scratch/here/tutorial"
    cd "$scratch/here"
    touch "my file" data.txt "5 things"
    python3 "$root/tests/completion.py" "$1" "$installed" >"$scratch/completed" <<'END'
mnist-train --epo
mnist-train --batch-s
mnist-train --loss l
mnist-train --loss=l
mnist-train --save my
mnist-train --save "my
mnist-train --save=my
mnist-train --data da
mnist-train -e 
mnist-train --epochs=
mnist-train my
mnist-train --quiet -t 2 --vers
mnist-train --predict x my
mnist-train --predict=x - my
mnist-train --predict x --digits
END
    cat "$scratch/completed"
    sed 's|/]$|]|' "$scratch/completed" | diff - <(
        cat <<'END'
[--epochs]
[--batch-size]
[--loss][logits]
[--loss=logits]
[--save][my file]
[--save][my file]
[--save=my file]
[--data][data directory]
[-e]
[--epochs=]
[my]
[--quiet][-t][2][--version]
[--predict][x][my file]
[--predict=x][-][my file]
[--predict][x][--digits-only]
END
    )
}

@test "bash completes on a terminal" {
    completes_on_a_terminal bash
}

@test "zsh completes on a terminal" {
    completes_on_a_terminal zsh
}

# Builds the tarball and sets $tarball to its path.
pack() {
    { [ -e "$root/.git" ] && command -v git >/dev/null; } || [ -e "$root/MANIFEST" ] ||
        skip "git with its directory, and MANIFEST, are missing"
    project dist
    tarball=$(echo "$root"/build/install/mnist-train-*.tar.gz)
}

@test "the tarball is reproducible" {
    pack
    cp "$tarball" "$scratch/first"
    (umask 077 && project dist)
    cmp "$scratch/first" "$tarball"
    SOURCE_DATE_EPOCH=86400 project dist
    tar -tvzf "$tarball" | head -n 1 | grep '1970-01-02'
    tar -tvzf "$tarball" >"$scratch/list" # owned by root, and without build/
    expect grep -q '/README.md$' "$scratch/list"
    fails_with 1 grep -v ' 0/0 ' "$scratch/list"
    fails_with 1 grep -q '/build/' "$scratch/list"
}

@test "the tarball builds and packs itself" {
    pack
    mkdir "$scratch/a directory"
    tar -C "$scratch/a directory" -xzf "$tarball"
    cd "$scratch/a directory"/mnist-train-*
    make -j2 CFLAGS=-O0 all build/tests/test_options build/tests/test_idx build/tests/test_adam \
        >"$scratch/make.log" 2>&1 || cat "$scratch/make.log"
    tests/run-suite.sh build/tests/test_options build/tests/test_idx build/tests/test_adam
    build/mnist-train --data data/drawn --epochs 1 --train-limit 64 --test-limit 64 |
        grep '^Test Accuracy: .* of 64 right'
    make dist >/dev/null
    cmp "$tarball" build/mnist-train-*.tar.gz
}
