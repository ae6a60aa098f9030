// What all targets share: checks that abort, and what every error's text must be.
#ifndef MNIST_TRAIN_TESTS_FUZZ_H
#define MNIST_TRAIN_TESTS_FUZZ_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// Reads one input; called by libFuzzer or by replay.c.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

// As assert, which -DNDEBUG would leave out.
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);               \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

// One line for a person: some text, no control character.
static inline void check_error_text(const Error *error) {
    size_t length = 0;
    for (; length < sizeof error->text && error->text[length]; length++) {
        unsigned char c = (unsigned char)error->text[length];
        CHECK(c >= 0x20 && c != 0x7f);
    }
    CHECK(length > 0);
    CHECK(length < sizeof error->text);
}

// Reads every byte, so that the address sanitizer looks at each.
static inline void touch(const uint8_t *bytes, size_t size) {
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
}

#endif
