#include "base/memory.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

typedef void *AllocFn(size_t count, size_t size, const char *what, Error *error);

static AllocFn *const functions[] = {memory_alloc, memory_alloc_aligned};

enum { FUNCTIONS = sizeof functions / sizeof *functions };

TEST(memory_is_zeroed) {
    static const uint8_t zeros[1000 * 12];
    Error error;
    for (size_t i = 0; i < FUNCTIONS; i++) {
        for (int repeat = 0; repeat < 3; repeat++) { // freed memory comes back
            uint8_t *memory = functions[i](1000, 12, "test", &error);
            assert_non_null(memory);
            assert_memory_equal(memory, zeros, sizeof zeros);
            memset(memory, 0xff, sizeof zeros);
            free(memory);
        }
    }
}

TEST(nothing_is_memory_too) {
    Error error;
    for (size_t i = 0; i < FUNCTIONS; i++) {
        void *no_elements = functions[i](0, 8, "test", &error);
        void *no_size = functions[i](8, 0, "test", &error);
        assert_non_null(no_elements);
        assert_non_null(no_size);
        free(no_elements);
        free(no_size);
    }
}

TEST(aligned_memory_begins_a_cache_line) {
    Error error;
    for (size_t size = 1; size < 300; size += 7) {
        void *memory = memory_alloc_aligned(1, size, "test", &error);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 64, 0);
        free(memory);
    }
}

TEST(a_product_that_overflows_is_refused) {
    const size_t products[][2] = {
        {SIZE_MAX / 2 + 1, 2}, // 2^64 is 0
        {SIZE_MAX / 8 + 2, 8}, // 8
        {SIZE_MAX, SIZE_MAX},  // 1
        {2, SIZE_MAX},         {SIZE_MAX, 1},
        {1, SIZE_MAX - 10}, // overflows when it is rounded up to cache lines
        {1, SIZE_MAX - 63},
    };
    for (size_t i = 0; i < FUNCTIONS; i++) {
        for (size_t j = 0; j < sizeof products / sizeof *products; j++) {
            Error error = {{0}};
            assert_null(functions[i](products[j][0], products[j][1], "dir/file", &error));
            assert_non_null(strstr(error.text, "dir/file: out of memory ("));
        }
    }
}

TEST(memory_that_is_not_there_is_an_error_with_its_size) {
    for (size_t i = 0; i < FUNCTIONS; i++) {
        Error error = {{0}};
        assert_null(functions[i](SIZE_MAX / 64, 16, "test", &error));
        char expected[64];
        snprintf(expected, sizeof expected, "test: out of memory (%zu bytes)", SIZE_MAX / 64 * 16);
        assert_string_equal(error.text, expected);
    }
}

TEST(resized_memory_keeps_its_contents) {
    Error error;
    uint8_t *memory = NULL;
    for (size_t size = 1; size < 100000; size *= 3) {
        memory = memory_resize(memory, size, "test", &error);
        assert_non_null(memory);
        for (size_t i = size / 3; i < size; i++)
            memory[i] = (uint8_t)(i * i >> 3);
    }
    memory = memory_resize(memory, 1000, "test", &error);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(memory[i], (uint8_t)(i * i >> 3));
    Error too_large = {{0}};
    assert_null(memory_resize(memory, SIZE_MAX / 4, "test", &too_large));
    assert_non_null(strstr(too_large.text, "test: out of memory ("));
    assert_int_equal(memory[999], (uint8_t)(999 * 999 >> 3));
    memory = memory_resize(memory, 0, "test", &error);
    assert_non_null(memory);
    free(memory);
}
