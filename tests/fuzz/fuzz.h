// Checks for the fuzz targets; they abort.
#ifndef MNIST_TRAIN_TESTS_FUZZ_H
#define MNIST_TRAIN_TESTS_FUZZ_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// Reads one input; called by libFuzzer or by replay.c.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

// As assert, but active with -DNDEBUG too.
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);               \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

// An error must be one line: not empty, without control characters.
static inline void check_error_text(const Error *error) {
    size_t length = 0;
    for (; length < sizeof error->text && error->text[length]; length++) {
        unsigned char c = (unsigned char)error->text[length];
        CHECK(c >= 0x20 && c != 0x7f);
    }
    CHECK(length > 0);
    CHECK(length < sizeof error->text);
}

// Reads every byte, so that the address sanitizer checks each.
static inline void touch(const uint8_t *bytes, size_t size) {
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
}

#endif
