#!/bin/bash
# Formatting of the C sources, and shellcheck for the scripts.
set -eu
. "$(dirname "$0")/../tap.sh"
cd "$root"

c_sources_are_formatted() {
    need clang-format
    find src include docs tests data/drawn -name '*.[ch]' -not -path 'tests/golden/*' -print0 |
        xargs -0 clang-format --dry-run -Werror
}

scripts_pass_shellcheck() {
    need shellcheck
    find scripts tests .ci -name '*.sh' -print0 | xargs -0 shellcheck .ci/run
}

tap_run c_sources_are_formatted scripts_pass_shellcheck
