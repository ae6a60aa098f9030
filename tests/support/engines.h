// Tests of both engines: with *state == &engine_blas, and reproducibly with *state ==
// &engine_ordered.
#ifndef MNIST_TRAIN_TESTS_ENGINES_H
#define MNIST_TRAIN_TESTS_ENGINES_H

#include "nn/engine.h"
#include "support/test.h"

#define TEST_OF_BOTH(set_up, tear_down, name)                                                      \
    TEST_CASES(name, {                                                                             \
        test_register_case(#name, name, set_up, tear_down, &engine_blas);                          \
        test_register_case(#name "_reproducibly", name, set_up, tear_down, &engine_ordered);       \
    })

#endif
