// Tests of both engines: *state is "blas", and in the test whose name ends with _reproducibly
// "ordered".
#ifndef MNIST_TRAIN_TESTS_ENGINES_H
#define MNIST_TRAIN_TESTS_ENGINES_H

#include "nn/engine.h"
#include "support/test.h"

static inline bool engine_is_reproducible(void *const *state) {
    return strcmp(*state, "ordered") == 0;
}

#define TEST_OF_BOTH(set_up, tear_down, name)                                                      \
    TEST_CASES(name, {                                                                             \
        test_register_case(#name, name, set_up, tear_down, "blas");                                \
        test_register_case(#name "_reproducibly", name, set_up, tear_down, "ordered");             \
    })

#endif
