// Comparison of floating-point numbers that prints them when it fails.
#ifndef MNIST_TRAIN_TESTS_ASSERT_NEAR_H
#define MNIST_TRAIN_TESTS_ASSERT_NEAR_H

#include <stddef.h>

// Fails the test unless |found - expected| <= tolerance, and prints
// "d1.weight[7]: expected 0.5 within 1e-06, found 0.25". NaN is near nothing. `what` names the
// values and `index` is the place of this one among them.
#define check_near(what, index, found, expected, tolerance)                                        \
    check_near_at(what, index, (double)(found), (double)(expected), (double)(tolerance), __FILE__, \
                  __LINE__)

void check_near_at(const char *what, size_t index, double found, double expected, double tolerance,
                   const char *file, int line);

#endif
