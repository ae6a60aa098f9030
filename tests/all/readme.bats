#!/usr/bin/env bats
# The documents: every command is run as written, in a copy of the project, and their links, options,
# lengths and numbers are checked. CONTRIBUTING.md describes the marks of commands that are not run.
load ../support/program

command_limit=240   # for a command
build_limit=600     # for a command that builds everything
cd "$root"
documents=(README.md CONTRIBUTING.md data/drawn/README.md docs/*.md)

@test "documents py" {
    python3 "$root/tests/documents.py" "$@"
}

# --- Running --------------------------------------------------------------------------------------

# Copies the project to $scratch/project, with two of its tests: the suite does not run itself.
@test "copy project" {
    local project=$scratch/project
    mkdir -p "$project/tests" "$project/data"
    cp -a "$root"/[A-Z]* "$root/src" "$root/include" "$root/docs" "$root/scripts" "$project"
    cp -a "$root/data/drawn" "$project/data"
    cp -a "$root"/tests/* "$project/tests"
    find "$project/tests" -maxdepth 1 -name 'test_*' ! -name test_layers.c ! -name test_check_layers.sh -delete
    cd "$project"
}

# Saves the time of a build, where nothing but this copy would be built again.
@test "copy build" {
    [ -e "$build/mnist-train" ] || return 0
    mkdir build
    for part in base io data nn train report cli flags libraries mnist-train; do
        cp -a "$build/$part" build
    done
}

# For `make dist`.
@test "make repository" {
    command -v git >/dev/null || return 0
    printf '/build/\n/runs/\n/data/mnist/\n' >.gitignore
    git init -q .
    git add .
    git -c user.name=test -c user.email=test commit -qm test
}

# A picture of a digit, as from a camera: dark on light, 280x280.
@test "make photo" {
    local convert
    convert=$(command -v magick || command -v convert) || return 0
    { printf 'P5 28 28 255\n' && gzip -dc data/drawn/t10k-images-idx3-ubyte.gz | tail -c +17 | head -c 784; } >small.pgm
    "$convert" small.pgm -negate -resize 1000% photo.jpg || rm -f photo.jpg
}

# The Python that has a module, preferably the usual one.
python_with() { # MODULE
    local candidate
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -c "import $1" 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

is_available() { # NEED
    case $1 in
    "a network" | MNIST) [ -n "$mnist" ] ;; # a mirror of the files, see prepare
    python3-torch | torch) python_with torch >/dev/null ;;
    safetensors) true ;; # or the substitute, see run_python
    *.*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# Debian has no package of safetensors: tests/safetensors_substitute reads the files then.
run_python() { # FILE
    local python
    python=$(python_with torch || echo python3)
    export PYTHONDONTWRITEBYTECODE=yes
    "$python" -c 'import safetensors' 2>/dev/null ||
        export PYTHONPATH=$root/tests/safetensors_substitute
    "$python" "$1"
}

# A smaller command in place of a long one.
small_variant() { # COMMAND
    case $1 in
    "make check" | scripts/test.sh) echo "$1" ;; # two tests, see copy_project
    "make bench") echo "BENCH_OPTIONS='--quick --runs 1' make bench" ;;
    "make "*) echo "make --dry-run ${1#make }" ;;
    "scripts/reproduce.sh "*) echo "scripts/reproduce.sh --seeds 1" ;;
    tests/fuzz/run.sh) echo "tests/fuzz/run.sh 1000" ;;
    *) echo "${1%% *} --help" ;;
    esac
}

time_limit_of() { # COMMAND
    case $1 in
    make | make\ * | scripts/run.sh | scripts/test.sh | tests/fuzz/run.sh*) echo "$build_limit" ;;
    *) echo "$command_limit" ;;
    esac
}

run_command() { # COMMAND
    local limit begun=$SECONDS
    case $1 in
    "python "*)
        run_python "${1#python }"
        return
        ;;
    esac
    limit=$(time_limit_of "$1")
    timeout "$limit" bash -euc "$1" || {
        echo "status $? after $((SECONDS - begun)) s (limit $limit s): $1"
        return 1
    }
}

# Runs a document's commands in their order.
run_commands() { # DOCUMENT
    local line needs long command need
    while IFS=$'\t' read -r line needs long command <&3; do
        [ -n "$command" ] || continue
        echo "== $1:$line: $command"
        IFS=, read -r -a needs <<<"${needs#-}"
        for need in "${needs[@]}"; do
            is_available "$need" || {
                echo "skipped: needs $need"
                continue 2
            }
        done
        case $command in "not run: "*) continue ;; esac
        [ "$long" = - ] || command=$(small_variant "$command")
        run_command "$command"
    done 3<"$scratch/commands"
}

# Without MNIST, the commands run on the drawn digits.
prepare() { # DOCUMENT
    need python3 timeout
    if find_mnist; then mnist=$(CDPATH='' cd -- "$mnist" && pwd); fi
    copy_project
    [ "$1" = README.md ] || copy_build
    unset MNIST_DATA MAKEFLAGS MAKELEVEL BUILD MNIST_TRAIN
    if [ -n "$mnist" ]; then
        export MNIST_MIRROR=file://$mnist
        [ "$1" = README.md ] || cp -r "$mnist" data/mnist
    else
        export MNIST_DATA=data/drawn
    fi
    make_repository
    make_photo
}

run_document() { # DOCUMENT
    prepare "$1"
    mkdir "$scratch/snippets"
    documents_py commands "$1" "$scratch/snippets" >"$scratch/commands"
    run_commands "$1"
}

# A test for each document.
names=()
for document in "${documents[@]}"; do
    name=commands_in_$(echo "${document%.md}" | tr 'A-Z/' 'a-z_')_work
    eval "$name() { run_document '$document'; }"
    names+=("$name")
done

# --- Text -----------------------------------------------------------------------------------------

@test "the parser finds commands needs and long ones" {
    cat >"$scratch/some.md" <<'END'
Text `a`

```sh
one two  # needs jq, a network
three \
    four  # takes 5 minutes
```

```sh
# Not run by the tests: no reason
five
```
END
    documents_py commands "$scratch/some.md" "$scratch" | tr '\t' '|' >"$scratch/found"
    diff "$scratch/found" - <<'END'
3|jq,a network|-|one two
3|-|long|three      four
9|-|-|not run: no reason
END
}

@test "links paths and blocks are right" {
    documents_py check "${documents[@]}" CHANGELOG.md
}

@test "numbers stand beside the command that measured them" {
    documents_py figures README.md docs/performance.md
}

@test "the readme has at most 1200 words" {
    expect test "$(wc -w <README.md)" -le 1200
}

@test "the glossary has at most 20 terms" {
    terms=$(grep '^| [a-z]' docs/glossary.md | grep -vc '^| term ')
    expect test "$terms" -ge 10
    expect test "$terms" -le 20
}

# Long names, each once.
@test "option names" {
    grep -oE -- '--[a-z][a-z-]*' | LC_ALL=C sort -u
}

@test "the documents name the options of the help" {
    "$program" --help | option_names >"$scratch/help"
    expect test "$(wc -l <"$scratch/help")" -ge 20
    for document in docs/usage.md README.md; do
        sed -n '/^## Options/,/^## [^O]/s/^|\(.*\)/\1/p' "$document" | option_names >"$scratch/named"
        # a second name, in the full table only
        [ "$document" = docs/usage.md ] || echo --batch-size | LC_ALL=C sort -u - "$scratch/named" -o "$scratch/named"
        echo "$document"
        diff "$scratch/help" "$scratch/named"
    done
}

# --- Output ---------------------------------------------------------------------------------------

@test "without seconds" {
    sed 's/ | [0-9.]* s$//'
}

# Without --reproducible, kernels round differently: losses differ by 0.0006 at most, training accuracies
# by 0.15 and test accuracies by 0.5.
is_near() { # FILE FILE
    paste -d ' ' <(grep -oE '(Loss|Accuracy): [0-9.]+' "$1") <(grep -oE '(Loss|Accuracy): [0-9.]+' "$2") | awk '
        {
            bound = $1 == "Loss:" ? 0.0006 : NR == 11 ? 0.5 : 0.15
            difference = $2 > $4 ? $2 - $4 : $4 - $2
            if ($1 != $3 || difference > bound) { print "too far: " $0; wrong = 1 }
        }
        END { if (NR != 11) print "expected 11 numbers, found " NR; exit wrong || NR != 11 }'
}

# Compares the output in a document with that of the command above it, exactly where that is promised.
output_is_the_programs() { # DOCUMENT TEXT-IN-THE-COMMAND
    local command options
    real_mnist
    documents_py output "$1" "$2" >"$scratch/output"
    command=$(head -n 1 "$scratch/output")
    read -r -a options <<<"${command#build/mnist-train }"
    tail -n +2 "$scratch/output" | without_seconds >"$scratch/shown"
    MNIST_DATA=$mnist "$program" "${options[@]}" 2>/dev/null | without_seconds >"$scratch/printed"
    case $command in
    *--reproducible*) diff "$scratch/shown" "$scratch/printed" ;;
    *) is_near "$scratch/shown" "$scratch/printed" ;;
    esac
}

@test "the readmes output is the programs" {
    output_is_the_programs README.md "--epochs 5 --batch 32"
}

@test "the output in the usage is the programs" {
    output_is_the_programs docs/usage.md "--epochs 1 "
}

# The results of the default mode differ between processors.
@test "every output in the documents is of the reproducible mode" {
    local document
    for document in "${documents[@]}"; do
        # the command of the block before each block with a line of results
        awk -v document="$document" '
            /^```sh/ { in_commands = 1; next }
            /^```/ { in_commands = 0 }
            in_commands { command = $0 }
            /^Epoch: [0-9]+ \| Loss: / && command !~ /--reproducible/ {
                print document ": expected --reproducible, found: " command
                wrong = 1
            }
            /^#/ { command = "" }
            END { exit wrong }' "$document"
    done
}

# Either batch has 32 images; the sum of both is divided by 1, as the document says.
@test "the documented run of two batches has doubled accuracies" {
    local command options
    expect grep -q 'With a single batch' docs/reproducibility.md
    command=$(grep '^build/mnist-train .*--train-limit 64' docs/reproducibility.md)
    read -r -a options <<<"${command#build/mnist-train }"
    "$program" "${options[@]}" --epochs 40 2>/dev/null | sed -n 's/^Epoch.*Accuracy: \([0-9.]*\) (\([0-9.]*\)).*/\1 \2/p' |
        awk '{ exact = 2 * $2; above += $1 > 100
               if ($1 > exact + 0.015 || $1 < exact - 2) { print; wrong = 1 } }
             END { exit wrong || NR != 40 || above == 0 }'
}

@test "the tutorial is linked in the readme the help and the man page" {
    local link=https://github.com/AINewHorizon/pytorch_notebooks
    expect grep -qF "$link" README.md
    expect grep -qF "$link" docs/mnist-train.1
    "$program" --help >"$scratch/help"
    expect grep -qF "$link" "$scratch/help"
}

@test "the nearest seeds output is the programs and near the tutorial" {
    local seed
    seed=$(sed -n 's/.*seed \([0-9]*\) is nearest to the tutorial.*/\1/p' docs/reproducibility.md)
    output_is_the_programs docs/reproducibility.md "--seed $seed"
    printf '%s\n' 1.6167 1.5299 1.5143 1.5059 1.5003 | paste - <(grep '^Epoch' "$scratch/printed") |
        awk '{ if ($1 - $6 > 0.003 || $6 - $1 > 0.003) wrong = 1 } END { exit wrong || NR != 5 }'
}

# The fields of an event, one a line, without those in parentheses, which are parts of a field.
documented_fields() { # EVENT
    # shellcheck disable=SC2016 # backticks of the document
    sed -n "s/^| \`$1\` | \(.*\) |\$/\1/p" docs/usage.md | sed 's/([^)]*)//g' | grep -o '`[a-z]*`' | tr -d '`' |
        LC_ALL=C sort
}

@test "the documented fields are those of a log" {
    need jq
    "$program" --data data/drawn --epochs 1 --train-limit 64 --log "$scratch/log" --quiet >/dev/null
    for event in run epoch test; do
        echo "$event"
        jq -r "select(.event == \"$event\") | keys[] | select(. != \"event\")" "$scratch/log" | LC_ALL=C sort |
            diff <(documented_fields "$event") -
    done
}
