#!/bin/bash
# usage: coverage.sh [PERCENT]
# Line coverage of src/ by the test suite: builds into build/coverage with gcc's counters, runs the
# suite, and prints a table of the files and then each line that was not executed. Exit status 1 below
# PERCENT (90). Needs gcovr.
[ -n "${BASH_VERSION-}" ] || exec bash -- "$0" "$@" # as in `sh FILE`
set -eu +o posix

if [ "${1-}" = --help ]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 0
fi
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
min_percent=${1:-90}
build=$root/build/coverage
command -v gcovr >/dev/null || {
    echo "coverage: expected gcovr, found none; install gcovr" >&2
    exit 2
}
cd "$root"
unset MAKEFLAGS MAKELEVEL
make -j"$(getconf _NPROCESSORS_ONLN)" BUILD="$build" CC=gcc CFLAGS="--coverage -O1 -g" ARCH= all tests >/dev/null
find "$build" -name '*.gcda' -delete

# The other shell tests are slow or build their own programs; they execute no further lines.
programs=()
for source in tests/test_*.c; do
    programs+=("$build/tests/$(basename "$source" .c)")
done
for name in program predict resume inspect log report progress; do
    programs+=("$root/tests/test_$name.sh")
done
# Ignores failures: a test that runs the program as another user fails, since that user cannot write
# the counters.
KILLS=3 MNIST_TRAIN=$build/mnist-train tests/run-suite.sh "${programs[@]}" >"$build/suite" || true
tail -n 1 "$build/suite"
gcovr --root "$root" --filter "$root/src/" --object-directory "$build" --json "$build/lines.json" \
    --exclude-unreachable-branches --print-summary >"$build/summary"
gcovr --root "$root" --add-tracefile "$build/lines.json" --txt "$build/table" --fail-under-line "$min_percent" ||
    failed=yes
cat "$build/table"
python3 - "$build/lines.json" "$root" <<'END'
import json, sys
print("Not executed:")
for file in json.load(open(sys.argv[1]))["files"]:
    text = open(f"{sys.argv[2]}/{file['file']}").read().splitlines()
    for line in file["lines"]:
        if line["count"] == 0 and not line.get("gcovr/noncode"):
            print(f"{file['file']}:{line['line_number']}: {text[line['line_number'] - 1].strip()}")
END
[ -z "${failed-}" ]
