#!/bin/bash
# The test runner, tap.sh and test_group.h: every kind of failure is counted, no test can hang, and no
# process stays after a test.
set -eu
. "$(dirname "$0")/tap.sh"
cd "$root"

# Writes an executable script to $scratch.
script() { # NAME SHELL LINE...
    local file=$scratch/$1
    printf '#!%s\n' "$2" >"$file"
    shift 2
    printf '%s\n' "$@" >>"$file"
    chmod +x "$file"
}

# Writes a script that runs these lines as a test of tap.sh.
tap_script() { # NAME TEST LINE...
    local name=$1 test=$2
    shift 2
    script "$name" /bin/bash "set -eu" ". '$root/tests/tap.sh'" "$test() {" "$@" "}" "tap_run $test"
}

# Builds a program with cmocka from these lines.
cmocka_program() { # NAME LINE...
    local name=$1
    shift
    printf '%s\n' '#include <math.h>' '#include <setjmp.h>' '#include <stdarg.h>' '#include <stddef.h>' \
        '#include <stdint.h>' '#include <unistd.h>' '#include <cmocka.h>' \
        '#include "support/assert_near.h"' '#include "support/test_group.h"' "$@" >"$scratch/$name.c"
    # shellcheck disable=SC2046 # flags
    "${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -iquote tests $(pkg-config --cflags cmocka 2>/dev/null) \
        "$scratch/$name.c" tests/support/test_group.c tests/support/assert_near.c \
        -o "$scratch/$name" $(pkg-config --libs cmocka 2>/dev/null || echo -lcmocka) -lm
}

# The suite fails and ends in these numbers; its output is in $scratch/log.
suite_fails() { # PASSED FAILED SKIPPED PROGRAM...
    local last="$1 passed, $2 failed, $3 skipped"
    shift 3
    fails_with 1 tests/run-suite.sh "$@" >"$scratch/log" 2>&1
    expect test "$(tail -n 1 "$scratch/log")" = "$last" || {
        cat "$scratch/log"
        return 1
    }
}

# Of the processes whose numbers are in the file none runs, within a second. (A zombie does not run;
# it stays where process 1 collects none, as in some containers.)
nothing_runs() { # FILE
    need ps
    read -r -d '' -a processes <"$1" || true
    expect test "${#processes[@]}" -gt 0
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        ps -o stat=,pid=,args= -p "${processes[*]}" | grep -v '^Z' >"$scratch/running" || return 0
        sleep 0.1
    done
    echo "expected no process to run, found:"
    cat "$scratch/running"
    return 1
}

# Lines that start children which a TERM does not end, and then hang.
hang() { # FILE
    echo "sleep 1000 & echo \$! >>'$1'"
    echo "sh -c 'trap \"\" TERM; sleep 1000 & echo \$! \$\$ >>\"\$1\"; wait; sleep 1000' sh '$1'"
}

what_goes_wrong_is_counted() {
    script stops /bin/sh 'echo 1..2' 'echo ok 1 - a'
    script dies /bin/sh 'echo 1..1' 'echo ok 1 - a' 'exit 3'
    script says-nothing /bin/sh ''
    tap_script falls falls false true
    suite_fails 1 1 0 "$scratch/stops"
    expect grep -qF "$scratch/stops: 1 did not report; exit status 0" "$scratch/log"
    suite_fails 1 1 0 "$scratch/dies"
    suite_fails 0 1 0 "$scratch/says-nothing"
    suite_fails 0 1 0 "$scratch/falls"
    fails_with 1 tests/run-suite.sh
}

# Two programs that wait for each other end only if both run, and each program runs once.
programs_run_at_the_same_time_and_once() {
    script left /bin/sh 'echo 1..1' "mkdir '$scratch/left.runs'" \
        "until [ -e '$scratch/right.runs' ]; do sleep 0.1; done" 'echo ok 1 - left'
    script right /bin/sh 'echo 1..1' "mkdir '$scratch/right.runs'" \
        "until [ -e '$scratch/left.runs' ]; do sleep 0.1; done" 'echo ok 1 - right'
    tap_script falls falls false true
    TEST_TIMEOUT=20 suite_fails 2 1 0 -j 2 "$scratch/left" "$scratch/right" "$scratch/falls"
    expect test "$(grep -c '^left: 1 passed' "$scratch/log")" -eq 1
    expect test "$(grep -c '^falls: 0 passed, 1 failed' "$scratch/log")" -eq 1
}

a_program_that_hangs_is_ended_with_its_children() {
    mapfile -t lines < <(hang "$scratch/processes")
    script hangs /bin/sh 'echo 1..3' 'echo ok 1 - first' "${lines[@]}"
    TEST_TIMEOUT=1 suite_fails 1 2 0 "$scratch/hangs"
    expect grep -qx 'not ok - the test after first: no result after 1 s' "$scratch/log"
    expect grep -qF "$scratch/hangs: 1 did not report" "$scratch/log"
    nothing_runs "$scratch/processes"
}

a_program_that_prints_without_results_hangs_too() {
    script chatters /bin/sh 'echo 1..1' 'while sleep 0.1; do echo "# still here"; done'
    TEST_TIMEOUT=1 suite_fails 0 1 0 "$scratch/chatters"
    expect grep -qx 'not ok - the first test: no result after 1 s' "$scratch/log"
}

a_shell_function_that_hangs_is_ended_with_its_children() {
    mapfile -t lines < <(hang "$scratch/processes")
    tap_script hangs it_hangs "${lines[@]}"
    sed -i 's/^tap_run .*/good() { true; }\ntime_limit=1\ntap_run it_hangs good/' "$scratch/hangs"
    suite_fails 1 1 0 "$scratch/hangs"
    expect grep -qx 'not ok 1 - it_hangs: no result after 1 s' "$scratch/log"
    expect grep -qx 'ok 2 - good' "$scratch/log"
    nothing_runs "$scratch/processes"
}

# As in tests/ci, whose functions run other shell tests.
a_function_that_runs_a_hanging_script_is_ended_with_all_children() {
    mapfile -t lines < <(hang "$scratch/processes")
    tap_script inner it_hangs "${lines[@]}"
    tap_script outer it_runs_another "env -u TEST_TIMEOUT '$scratch/inner'"
    TEST_TIMEOUT=1 suite_fails 0 1 0 "$scratch/outer"
    expect grep -qx 'not ok 1 - it_runs_another: no result after 1 s' "$scratch/log"
    nothing_runs "$scratch/processes"
}

a_function_leaves_no_process() {
    tap_script leaves it_starts_a_process "sleep 1000 & echo \$! >'$scratch/processes'"
    tests/run-suite.sh "$scratch/leaves"
    nothing_runs "$scratch/processes"
}

a_terminated_suite_leaves_no_process() {
    mapfile -t lines < <(hang "$scratch/processes")
    tap_script hangs it_hangs "${lines[@]}"
    touch "$scratch/processes"
    tests/run-suite.sh "$scratch/hangs" >"$scratch/log" 2>&1 &
    suite=$!
    until [ "$(wc -w <"$scratch/processes")" -eq 3 ]; do sleep 0.05; done
    kill -s TERM "$suite"
    fails_with 143 wait "$suite"
    nothing_runs "$scratch/processes"
}

TEST_TIMEOUT_overrides_the_limit_of_a_script() {
    tap_script waits it_waits 'sleep 2'
    sed -i 's/^tap_run /time_limit=1\n&/' "$scratch/waits"
    suite_fails 0 1 0 "$scratch/waits"
    TEST_TIMEOUT=10 tests/run-suite.sh "$scratch/waits"
}

the_runner_waits_as_long_as_a_program_states() {
    script slow /bin/sh 'echo "# time limit: 20 s"' 'echo 1..1' 'sleep 7' 'echo ok 1 - slow'
    TEST_TIMEOUT=1 tests/run-suite.sh "$scratch/slow"
}

every_c_test_has_a_time_limit() {
    fails_with 1 grep -l cmocka_run_group_tests tests/test_*.c
}

a_c_test_that_hangs_is_named() {
    cmocka_program hangs \
        'static void it_ends(void **state) { (void)state; }' \
        'static void it_hangs(void **state) { (void)state; for (;;) pause(); }' \
        'int main(void) {' \
        '    const struct CMUnitTest tests[] = {cmocka_unit_test(it_ends), cmocka_unit_test(it_hangs),' \
        '                                       cmocka_unit_test(it_ends)};' \
        '    return test_group_run(tests, NULL, NULL);' \
        '}'
    TEST_TIMEOUT=1 suite_fails 1 2 0 "$scratch/hangs"
    expect grep -qx 'not ok 2 - it_hangs: no result after 1 s' "$scratch/log"
}

the_limit_holds_for_each_c_test_and_fixtures_run() {
    cmocka_program waits \
        'static int calls;' \
        'static int set_up(void **state) { static int value = 7; *state = &value; calls++; return 0; }' \
        'static int tear_down(void **state) { assert_int_equal(*(int *)*state, 7); calls++; return 0; }' \
        'static void it_waits(void **state) { assert_int_equal(*(int *)*state, 7); usleep(700000); }' \
        'static void calls_are_counted(void **state) { (void)state; assert_int_equal(calls, 4); }' \
        'int main(void) {' \
        '    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(it_waits, set_up, tear_down),' \
        '                                       cmocka_unit_test_setup_teardown(it_waits, set_up, tear_down),' \
        '                                       cmocka_unit_test(calls_are_counted)};' \
        '    return test_group_run(tests, NULL, NULL);' \
        '}'
    sed -i '1i #define _XOPEN_SOURCE 500 // usleep' "$scratch/waits.c"
    sed -i '1i #undef _POSIX_C_SOURCE' "$scratch/waits.c"
    TEST_TIMEOUT=1 tests/run-suite.sh "$scratch/waits" >"$scratch/log"
    expect grep -qx '3 passed, 0 failed, 0 skipped' "$scratch/log"
}

numbers_that_differ_are_printed() {
    cmocka_program numbers \
        'static void near(void **state) { (void)state; check_near("x", 0, 0.5, 0.25, 0.25); }' \
        'static void far(void **state) { (void)state; check_near("weight", 7, 0.25F, 0.75, 0.001); }' \
        'static void nan_is_far(void **state) { (void)state; check_near("loss", 1, NAN, 1.5, INFINITY); }' \
        'int main(void) {' \
        '    const struct CMUnitTest tests[] = {cmocka_unit_test(near), cmocka_unit_test(far),' \
        '                                       cmocka_unit_test(nan_is_far)};' \
        '    return test_group_run(tests, NULL, NULL);' \
        '}'
    suite_fails 1 2 0 "$scratch/numbers"
    expect grep -qF 'weight[7]: expected 0.75 within 0.001, found 0.25' "$scratch/log"
    expect grep -qF 'loss[1]: expected 1.5 within inf, found nan' "$scratch/log"
    expect grep -qE 'numbers\.c:[0-9]+: error: Failure!' "$scratch/log"
}

skipped_tests_are_listed_by_their_reason() {
    tap_script one it_needs_a_tool 'need no-such-tool'
    tap_script two it_needs_a_tool 'need no-such-tool'
    cmocka_program three \
        'static void it_needs_root(void **state) { (void)state; skip_because("only for root"); }' \
        'int main(void) {' \
        '    const struct CMUnitTest tests[] = {cmocka_unit_test(it_needs_root)};' \
        '    return test_group_run(tests, NULL, NULL);' \
        '}'
    tests/run-suite.sh "$scratch/one" "$scratch/two" "$scratch/three" >"$scratch/log"
    tail -n 3 "$scratch/log" >"$scratch/end"
    printf '%s\n' '2 skipped: no-such-tool is missing' '1 skipped: only for root' \
        '0 passed, 0 failed, 3 skipped' | expect diff - "$scratch/end"
}

# The tests' own limits are stated in them.
unset TEST_TIMEOUT
mapfile -t tests < <(sed -n 's/^\([a-zA-Z0-9_]*\)() {.*$/\1/p' "$0" |
    grep -vxE 'script|tap_script|cmocka_program|suite_fails|nothing_runs|hang')
tap_run "${tests[@]}"
