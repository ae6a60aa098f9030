#!/bin/bash
# The style of sources and scripts.
set -eu
. "$(dirname "$0")/../tap.sh"
cd "$root"

sources_are_formatted() {
    find src include docs tests data/drawn -name '*.[ch]' -not -path 'tests/golden/*' -print0 |
        xargs -0 clang-format --dry-run -Werror
}

scripts_pass_shellcheck() {
    shellcheck scripts/*.sh tests/*.sh tests/ci/*.sh .ci/run
}

# The runner is not to be fooled: each of these must count as a failure.
the_test_runner_notices_what_goes_wrong() {
    printf '#!/bin/sh\necho 1..2\necho ok 1 - a\n' >"$scratch/stops"
    printf '#!/bin/sh\necho 1..1\necho ok 1 - a\nexit 3\n' >"$scratch/dies"
    printf '#!/bin/sh\n' >"$scratch/says-nothing"
    printf '#!/bin/bash\n. %q/tests/tap.sh\nfalls() { false; true; }\ntap_run falls\n' "$root" >"$scratch/falls"
    chmod +x "$scratch"/*
    for wrong in stops dies says-nothing falls; do
        fails_with 1 tests/run-suite.sh "$scratch/$wrong" >"$scratch/log"
        tail -n 1 "$scratch/log" | grep -E '^[0-9]+ passed, 1 failed, 0 skipped$'
    done
    fails_with 1 tests/run-suite.sh
}

tap_run sources_are_formatted scripts_pass_shellcheck the_test_runner_notices_what_goes_wrong
