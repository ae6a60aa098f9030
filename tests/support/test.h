// Test programs. A program is a file of tests, each of which registers itself:
//
//     TEST(idx_rejects_a_payload_cut_short) {
//         assert_false(...);
//     }
//
// The assertions are cmocka's (cmocka.h). The linker adds main, which runs the tests in the order
// of the file. CMOCKA_MESSAGE_OUTPUT=TAP makes their results readable for prove. This header also
// has the headers of the C library that nearly every test needs.
#ifndef MNIST_TRAIN_TESTS_TEST_H
#define MNIST_TRAIN_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEST(name) TEST_WITH(NULL, NULL, name)

// A test between a set-up and a tear-down, functions `int f(void **state)`.
#define TEST_WITH(set_up, tear_down, name)                                                         \
    TEST_CASES(name, test_register(#name, name, set_up, tear_down))

// One function as several tests: `registrations` calls test_register for each.
#define TEST_CASES(name, registrations)                                                            \
    static void name(void **state);                                                                \
    __attribute__((constructor)) static void register_##name(void) {                               \
        registrations;                                                                             \
    }                                                                                              \
    static void name(void **state __attribute__((unused)))

void test_register(const char *name, CMUnitTestFunction test, CMFixtureFunction set_up,
                   CMFixtureFunction tear_down);

// A test that begins, or whose set-up begins, with *state == initial_state: a case of a table.
void test_register_case(const char *name, CMUnitTestFunction test, CMFixtureFunction set_up,
                        CMFixtureFunction tear_down, const void *initial_state);

// Before the first and after the last test of the program.
#define TEST_PROGRAM(set_up, tear_down)                                                            \
    __attribute__((constructor)) static void register_program(void) {                              \
        test_program(set_up, tear_down);                                                           \
    }
void test_program(CMFixtureFunction set_up, CMFixtureFunction tear_down);

// Returns the text after the first occurrence of `part`; fails the test and prints the part if
// there is none.
const char *text_after(const char *text, const char *part);

// The number of occurrences of `part` in `text`; they do not overlap.
size_t count_of(const char *text, const char *part);

// Fails the test unless |found - expected| <= tolerance, and prints
// "d1.weight[7]: expected 0.5 within 1e-06, found 0.25". NaN is near nothing. `what` names the
// values and `index` is the place of this one among them.
#define check_near(what, index, found, expected, tolerance)                                        \
    check_near_at(what, index, (double)(found), (double)(expected), (double)(tolerance), __FILE__, \
                  __LINE__)

void check_near_at(const char *what, size_t index, double found, double expected, double tolerance,
                   const char *file, int line);

// Skips the running test. Does not return.
void skip_because(const char *reason);

#endif
