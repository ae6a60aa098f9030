#!/usr/bin/env bats
# The documents: their commands are run as written, in a copy of the project, and their output, links, paths,
# options and lengths are checked. CONTRIBUTING.md describes the marks of commands that are not run.
load ../support/program

cd "$root"
documents=(README.md README.zh-CN.md CONTRIBUTING.md data/drawn/README.md docs/*.md)

# A copy of the project as a repository, with what is built, in $scratch/project.
copy_project() {
    mkdir "$scratch/project"
    cp -a "$root"/[A-Z]* "$root/src" "$root/include" "$root/docs" "$root/scripts" "$root/tests" "$scratch/project"
    mkdir "$scratch/project/data"
    cp -a "$root/data/drawn" "$scratch/project/data"
    [ ! -e "$build" ] || cp -a "$build" "$scratch/project/build"
    cd "$scratch/project"
    printf '/build/\n/data/mnist/\n' >.gitignore
    git init -q .
    git add .
    git -c user.name=test -c user.email=test commit -qm test
}

# A picture of a digit, as from a camera: dark on light, 280x280.
draw_photo() {
    local convert
    convert=$(command -v magick || command -v convert) || return 0
    { printf 'P5 28 28 255\n' && gzip -dc data/drawn/t10k-images-idx3-ubyte.gz | tail -c +17 | head -c 784; } >small.pgm
    "$convert" small.pgm -negate -resize 1000% photo.jpg || rm -f photo.jpg
}

@test "every command in the documents works and prints what the document says" {
    need "$python" git
    local document failed=
    if (real_mnist) >/dev/null; then
        real_mnist
        MNIST=$(CDPATH='' cd -- "$mnist" && pwd)
        export MNIST MNIST_MIRROR=file://$MNIST
    fi
    copy_project
    for document in "${documents[@]}"; do
        [[ $document != *.zh-CN.md ]] || continue # has the same commands, as the next test checks
        git clean -fdq # what the document before has written
        draw_photo
        "$python" "$root/tests/documents.py" run "$document" 2>"$scratch/err" || {
            tail -n 20 "$scratch/err"
            failed=yes
        }
    done
    expect test -z "$failed"
}

@test "links, paths and blocks are right and so are translations" {
    need "$python"
    "$python" "$root/tests/documents.py" check "${documents[@]}" CHANGELOG.md
}

@test "the readme has at most 1000 words" {
    expect test "$(wc -w <README.md)" -le 1000
}

# Long names, each once.
option_names() {
    grep -oE -- '--[a-z][a-z-]*' | LC_ALL=C sort -u
}

@test "the documents name the options of the help" {
    "$program" --help | option_names >"$scratch/help"
    sed -n '/^## Options/,/^## [^O]/s/^|\(.*\)/\1/p' docs/usage.md | option_names | diff "$scratch/help" -
    # without a second name
    sed -n '/^## Options/,/^## [^O]/s/^|\(.*\)/\1/p' README.md | option_names | diff <(grep -v -- --batch-size "$scratch/help") -
}

# The fields of an event, one a line, without those in parentheses, which are parts of a field.
documented_fields() { # EVENT
    # shellcheck disable=SC2016 # backticks of the document
    sed -n "s/^| \`$1\` | \(.*\) |\$/\1/p" docs/usage.md | sed 's/([^)]*)//g' | grep -o '`[a-z][a-z_-]*`' | tr -d '`' |
        LC_ALL=C sort
}

@test "the documented fields are those of a log" {
    need jq
    "$program" --data data/drawn --epochs 1 --train-limit 64 --log "$scratch/log" --quiet >/dev/null
    for event in run epoch test; do
        jq -r "select(.event == \"$event\") | keys[] | select(. != \"event\")" "$scratch/log" | LC_ALL=C sort |
            diff <(documented_fields "$event") -
    done
}
