#!/usr/bin/env bats
# Formatting of the C sources, and shellcheck for the scripts.
load ../support/program
cd "$root"

@test "c sources are formatted" {
    need clang-format
    find src include docs tests data/drawn -name '*.[ch]' -not -path 'tests/golden/*' -print0 |
        xargs -0 clang-format --dry-run -Werror
}

@test "scripts pass shellcheck" {
    need shellcheck
    find scripts tests .ci -name '*.sh' -print0 | xargs -0 shellcheck .ci/run
}
