#!/bin/bash
# usage: mutate.sh [-j JOBS] [--table FILE] [PATTERN]
#        mutate.sh --check [--table FILE]      compares the table with the sources, and runs nothing
# Measures how many small faults in src/ the tests detect. Applies each mutation of the table
# (scripts/mutations.txt, which describes its format) to a private copy of this checkout, rebuilds
# and runs the tests up to the first failure: first the module's own, then the other C tests, then
# the quick shell tests. A test that exceeds its time limit has failed. PATTERN restricts the
# mutations to those whose file or description contains it. JOBS (2) run at a time.
#
# The copies have data/drawn but not MNIST, as in a fresh clone.
# Prints a line for each mutation, and at the end the survivors and the percentage that was detected.
# Exit status: 0 if at least 95 % were detected; 1 if fewer were; 2 if the table does not fit the
# sources, a mutation does not compile, or the tests fail without a mutation.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/say.sh"
table=$root/scripts/mutations.txt
jobs=2
pattern=
check=
required=95

fail() {
    say "$*"
    exit 2
}

while [ "$#" -gt 0 ]; do
    case $1 in
    -j)
        jobs=${2-}
        shift 2 || fail "-j: expected a number of jobs, found none"
        ;;
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit 0 ;;
    --check)
        check=yes
        shift
        ;;
    --table)
        table=${2-}
        shift 2 || fail "--table: expected a file, found none"
        ;;
    -*) fail "expected -j, --check or --table, found '$1'" ;;
    *)
        pattern=$1
        shift
        ;;
    esac
done
case $jobs in
'' | *[!0-9]* | 0) fail "-j: expected a number of jobs, found '$jobs'" ;;
esac
[ -r "$table" ] || fail "$table: expected a table of mutations, found none"

# The quick shell tests. KILLS is the number of runs that test_resume.sh kills.
shell_tests=(test_{program,predict,log,inspect,report,output_files,signals,resume,progress,threads}.sh)
export KILLS=3

# The table's columns, one entry for each mutation.
files=() lines=() descriptions=() old=() new=() survives=()

# Reads the table. A mutation is a paragraph; see the table's head.
read_table() {
    local line number=0 last=-1
    local inside=
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        case $line in
        '#'*) ;;
        '') inside= ;;
        src/*:' '* | include/*:' '*)
            [ -z "$inside" ] || fail "$table:$number: expected an empty line before a mutation"
            inside=yes
            last=$((last + 1))
            files[last]=${line%%: *}
            descriptions[last]=${line#*: }
            lines[last]=$number
            old[last]='' new[last]='' survives[last]=''
            ;;
        '- '*) old[last]+=${old[last]:+$'\n'}${line#- } ;;
        '+ '*) new[last]+=${new[last]:+$'\n'}${line#+ } ;;
        '+') ;;
        'survives: '*) survives[last]=${line#survives: } ;;
        *) fail "$table:$number: expected '- OLD', '+ NEW', 'survives: REASON' or 'FILE: DESCRIPTION', found '$line'" ;;
        esac
    done <"$table"
    [ "$last" -ge 0 ] || fail "$table: expected mutations, found none"
}

# Prints how often the text occurs in the file.
occurrences() { # FILE TEXT
    TEXT=$2 awk '
        BEGIN { RS = "\001" }
        { rest = $0 }
        END {
            while ((at = index(rest, ENVIRON["TEXT"])) > 0) {
                count++
                rest = substr(rest, at + length(ENVIRON["TEXT"]))
            }
            print count + 0
        }' "$1"
}

check_table() {
    local i found wrong=
    for i in "${!files[@]}"; do
        [ -n "${old[i]}" ] || fail "$table:${lines[i]}: expected a line '- OLD', found none"
        if [ ! -r "$root/${files[i]}" ]; then
            echo "$table:${lines[i]}: expected the file ${files[i]}, found none" >&2
            wrong=yes
            continue
        fi
        found=$(occurrences "$root/${files[i]}" "${old[i]}")
        [ "$found" -eq 1 ] || {
            echo "$table:${lines[i]}: ${files[i]}: expected the old text once, found it $found times: ${old[i]}" >&2
            wrong=yes
        }
        [ "${old[i]}" != "${new[i]}" ] || {
            echo "$table:${lines[i]}: expected another text than the old one" >&2
            wrong=yes
        }
    done
    [ -z "$wrong" ] || exit 2
}

# Writes the file with the old text, which occurs once, replaced.
replace() { # FROM TO OLD NEW
    OLD=$3 NEW=$4 awk '
        BEGIN { RS = "\001" }
        {
            at = index($0, ENVIRON["OLD"])
            printf "%s%s%s", substr($0, 1, at - 1), ENVIRON["NEW"], substr($0, at + length(ENVIRON["OLD"]))
        }' "$1" >"$2"
}

build() { # COPY TARGET...
    local copy=$1
    shift
    nice make -C "$copy" CFLAGS=-O2 ARCH= "$@" >"$copy.build" 2>&1
}

# Runs one test program of a copy, with a limit of seconds for each test. Fails if a test does.
run_test() { # COPY PROGRAM LIMIT
    (cd "$1" && nice env -u MNIST_DATA -u MNIST_TRAIN TEST_TIMEOUT="$3" tests/run-suite.sh "$2" >"$1.test" 2>&1)
}

# Runs the tests without a mutation. Sets $programs to their programs, C tests before shell tests and
# the quick ones first, and $limits to a time limit for each, which suits a busy machine too.
declare -A limits
find_programs() { # COPY
    local path started
    for path in "$1"/tests/test_*.c "${shell_tests[@]/#/$1/tests/}"; do
        path=${path#"$1/"}
        [ "${path%.c}" = "$path" ] || path=build/${path%.c}
        started=$SECONDS
        run_test "$1" "$path" 300 || run_test "$1" "$path" 300 || {
            cat "$1.test" >&2
            fail "expected tests that pass without a mutation, found $path failing"
        }
        echo "$((SECONDS - started)) $path"
    done >"$work/times"
    local seconds
    while read -r seconds path; do
        limits[$path]=$((20 + 3 * seconds))
    done <"$work/times"
    mapfile -t programs < <({
        grep '/test_[^.]*$' "$work/times" | sort -s -n
        grep 'sh$' "$work/times" | sort -s -n
    } | cut -d' ' -f2)
}

# Prints the program's name and its first failed test.
name_failure() { # COPY PROGRAM
    local name
    name=$(sed -n '/# SKIP/d; s/^not ok [0-9]* *-* *//p' "$1.test" | head -n 1)
    echo "$(basename "$2")${name:+: $name}"
}

# Returns false if the program's tests fail twice, and then sets $detected to the failure. They run
# twice, because some tests depend on time and may fail on a busy machine.
passes() { # COPY PROGRAM
    run_test "$1" "$2" "${limits[$2]}" || run_test "$1" "$2" "${limits[$2]}" || {
        detected=$(name_failure "$1" "$2")
        return 1
    }
}

# Sets $detected to the first failure, to nothing if the tests pass, or to "invalid" if the copy does
# not compile. The module's own tests run before the other programs are linked.
find_failure() { # COPY FILE
    local own program
    own=build/tests/test_$(basename "${2%.*}")
    detected=invalid
    if [ -e "$root/${own#build/}.c" ]; then
        build "$1" "$own" || return 0
        passes "$1" "$own" || return 0
    fi
    build "$1" all tests || return 0
    for program in "${programs[@]}"; do
        [ "$program" = "$own" ] || passes "$1" "$program" || return 0
    done
    detected=
}

# Works through the mutations that no other job has taken.
run_job() { # COPY
    local i
    for i in "${selected[@]}"; do
        mkdir "$work/taken.$i" 2>/dev/null || continue
        replace "$root/${files[i]}" "$1/${files[i]}" "${old[i]}" "${new[i]}"
        find_failure "$1" "${files[i]}"
        echo "$detected" >"$work/result.$i"
        case $detected in
        '') echo "SURVIVED ${files[i]}: ${descriptions[i]}" ;;
        invalid)
            cp "$1.build" "$work/build.$i"
            echo "INVALID  ${files[i]}: ${descriptions[i]}"
            ;;
        *) echo "detected ${files[i]}: ${descriptions[i]} ($detected)" ;;
        esac
        cp "$root/${files[i]}" "$1/${files[i]}"
    done
}

read_table
check_table
if [ -n "$check" ]; then
    echo "${#files[@]} mutations fit the sources"
    exit 0
fi
selected=()
for i in "${!files[@]}"; do
    case "${files[i]}: ${descriptions[i]}" in
    *"$pattern"*) selected+=("$i") ;;
    esac
done
[ "${#selected[@]}" -gt 0 ] || fail "expected a mutation with '$pattern', found none"

work=$(mktemp -d)
chmod 755 "$work" # some tests run the program as another user
running=()
trap '[ "${#running[@]}" -eq 0 ] || { kill -- "${running[@]}" && sleep 3; } 2>/dev/null || true; rm -rf "$work"' EXIT
unset MAKEFLAGS MAKELEVEL

# The first copy is built and tested without a mutation; the others are copies of it.
mkdir "$work/1"
tar -C "$root" -c --exclude=./build --exclude=./.git --exclude=./data/mnist . | tar -x -C "$work/1"
build "$work/1" -j"$jobs" all tests || {
    cat "$work/1.build" >&2
    fail "expected sources that compile, found others"
}
find_programs "$work/1"
for ((job = 2; job <= jobs; job++)); do
    cp -a "$work/1" "$work/$job"
done

for ((job = 1; job <= jobs; job++)); do
    set -m # a job is a process group
    run_job "$work/$job" &
    running+=("-$!")
    set +m
done
wait "${running[@]#-}"
running=()

invalid=0 survivors=0
for i in "${selected[@]}"; do
    case $(cat "$work/result.$i") in
    invalid)
        invalid=$((invalid + 1))
        echo "$table:${lines[i]}: expected a mutation that compiles:" >&2
        grep -E 'error|Error' "$work/build.$i" >&2 || cat "$work/build.$i" >&2
        ;;
    '')
        survivors=$((survivors + 1))
        echo "survivor: ${files[i]}: ${descriptions[i]}: ${survives[i]:-no reason given}"
        ;;
    *)
        [ -z "${survives[i]}" ] || echo "$table:${lines[i]}: detected, although a reason to survive is given"
        ;;
    esac
done
detected=$((${#selected[@]} - survivors - invalid))
percent=$((100 * detected / ${#selected[@]}))
echo "${#selected[@]} mutations, $detected detected ($percent %), $survivors survived"
[ "$invalid" -eq 0 ] || exit 2
[ "$percent" -ge "$required" ]
