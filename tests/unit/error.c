#include "base/error.h"
#include "support/test.h"

#include <errno.h>

typedef void *AllocFn(size_t count, size_t size, const char *what, Error *error);

static AllocFn *const functions[] = {memory_alloc, memory_alloc_aligned};

enum { FUNCTIONS = sizeof functions / sizeof *functions };

TEST(an_error_is_one_printable_line_whatever_a_path_contains) {
    Error error;
    assert_false(error_set(&error, "%s: expected %d", "a\nb\x1b[31mc\x7f d\xc3\xa9j\xc3\xa0", 3));
    assert_string_equal(error.text, "a?b?[31mc? d\xc3\xa9j\xc3\xa0: expected 3");
    assert_false(error_no_memory(&error, "a\nb", 47040000));
    assert_string_equal(error.text, "a?b: out of memory (47040000 bytes)");
}

TEST(an_error_has_room_for_the_longest_path_and_a_reason) {
    static char path[4096];
    Error error;
    memset(path, 'x', sizeof path - 1);
    errno = ENOENT;
    error_errno(&error, "open", path);
    assert_string_equal(error.text + strlen("cannot open ") + sizeof path - 1,
                        ": No such file or directory");
}

TEST(memory_is_zeroed_and_aligned_if_asked) {
    const size_t sizes[][2] = {{1000, 12}, {1, 1}, {7, 9}, {0, 8}, {8, 0}};
    Error error;
    for (size_t i = 0; i < FUNCTIONS * sizeof sizes / sizeof *sizes; i++) {
        AllocFn *alloc = functions[i % FUNCTIONS];
        const size_t *size = sizes[i / FUNCTIONS];
        for (int repeat = 0; repeat < 3; repeat++) { // freed memory comes back
            uint8_t *memory = alloc(size[0], size[1], "test", &error);
            assert_non_null(memory);
            assert_true(alloc == memory_alloc || (uintptr_t)memory % 64 == 0);
            for (size_t j = 0; j < size[0] * size[1]; j++)
                assert_int_equal(memory[j], 0);
            memset(memory, 0xff, size[0] * size[1]);
            free(memory);
        }
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
    for (size_t i = 0; i < FUNCTIONS * sizeof products / sizeof *products; i++) {
        const size_t *product = products[i / FUNCTIONS];
        Error error = {{0}};
        assert_null(functions[i % FUNCTIONS](product[0], product[1], "dir/file", &error));
        text_after(error.text, "dir/file: out of memory (");
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
    assert_null(memory_resize(memory, SIZE_MAX / 4, "test", &error));
    assert_string_equal(error.text, "test: out of memory (4611686018427387903 bytes)");
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(memory[i], (uint8_t)(i * i >> 3));
    memory = memory_resize(memory, 0, "test", &error);
    assert_non_null(memory);
    free(memory);
}
