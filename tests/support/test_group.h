// Runs cmocka tests under a time limit, and skips tests with a reason.
#ifndef MNIST_TRAIN_TESTS_TEST_GROUP_H
#define MNIST_TRAIN_TESTS_TEST_GROUP_H

#include <stddef.h>

struct CMUnitTest;

// As cmocka_run_group_tests(tests, set_up, tear_down): `tests` is an array of at most 200 tests,
// set_up and tear_down belong to the group and may be NULL. Returns the number of failed tests.
//
// Each test has 120 seconds with its own set-up and tear-down, or TEST_TIMEOUT of the environment.
// Tests whose name contains TEST_LEAVE_OUT of the environment do not run.
// A test that exceeds them is printed as "not ok N - name: no result after 120 s", and the program
// exits with status 1.
#define test_group_run(tests, set_up, tear_down)                                                   \
    test_group_run_named(#tests, tests, sizeof(tests) / sizeof(tests)[0], set_up, tear_down)

int test_group_run_named(const char *group, const struct CMUnitTest *tests, size_t count,
                         int (*set_up)(void **state), int (*tear_down)(void **state));

// Skips the running test; tests/run-suite.sh prints the reason at its end. Does not return.
void skip_because(const char *reason);

#endif
