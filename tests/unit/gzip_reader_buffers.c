// gzip_reader_read_up_to and gzip_reader_read_file, which allocate their buffers.
#include "io/gzip_reader.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { SIZE = 200000 }; // more than the reader's buffer

static uint8_t content[SIZE];

static void fill_content(void) {
    uint32_t x = 1;
    for (size_t i = 0; i < SIZE; i++) {
        x = x * 1664525U + 1013904223U;
        content[i] = (uint8_t)(i % 7 ? x >> 24 : 0); // compresses a little
    }
}

static void check_error(const Error *error, const char *words) {
    if (!strstr(error->text, words))
        fail_msg("expected '%s' in: %s", words, error->text);
}

// Reads a raw and a gzip file with gzip_reader_read_up_to, and the rest with gzip_reader_read.
static void check_read_up_to(size_t max) {
    size_t gzip_size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &gzip_size);
    uint8_t *rest = malloc(SIZE + 1);
    for (int i = 0; i < 2; i++) {
        uint8_t *bytes;
        size_t size, rest_size;
        Error error;
        scratch_write("file", i == 0 ? content : gzip, i == 0 ? SIZE : gzip_size);
        GzipReader *reader = gzip_reader_open(scratch_path("file"), &error);
        assert_non_null(reader);
        assert_true(gzip_reader_read_up_to(reader, max, &bytes, &size, &error));
        assert_non_null(bytes);
        assert_int_equal(size, max < SIZE ? max : SIZE);
        assert_memory_equal(bytes, content, size);
        assert_true(gzip_reader_read(reader, rest, SIZE + 1, &rest_size, &error));
        assert_int_equal(rest_size, SIZE - size);
        assert_memory_equal(rest, content + size, rest_size);
        gzip_reader_close(reader);
        free(bytes);
    }
    free(rest);
    free(gzip);
}

TEST(read_up_to_leaves_the_rest) {
    fill_content();
    const size_t maxima[] = {
        0,        1,    65535,    65536,    65537,        131072,  131073,
        SIZE - 1, SIZE, SIZE + 1, 2 * SIZE, SIZE_MAX / 2, SIZE_MAX}; // memory for all of the latter
                                                                     // would not be there
    for (size_t i = 0; i < sizeof maxima / sizeof *maxima; i++)
        check_read_up_to(maxima[i]);
}

TEST(read_file_reads_raw_and_gzip_files_whole) {
    fill_content();
    size_t gzip_size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &gzip_size);
    const size_t maxima[] = {SIZE, SIZE + 1, SIZE_MAX};
    for (int i = 0; i < 2; i++) {
        scratch_write("file", i == 0 ? content : gzip, i == 0 ? SIZE : gzip_size);
        for (size_t j = 0; j < sizeof maxima / sizeof *maxima; j++) {
            uint8_t *bytes;
            size_t size;
            Error error;
            assert_true(
                gzip_reader_read_file(scratch_path("file"), maxima[j], &bytes, &size, &error));
            assert_int_equal(size, SIZE);
            assert_memory_equal(bytes, content, SIZE);
            free(bytes);
        }
    }
    free(gzip);
}

TEST(read_file_reads_an_empty_file) {
    scratch_write("file", "", 0);
    const size_t maxima[] = {0, 10};
    for (size_t i = 0; i < sizeof maxima / sizeof *maxima; i++) {
        uint8_t *bytes;
        size_t size;
        Error error;
        assert_true(gzip_reader_read_file(scratch_path("file"), maxima[i], &bytes, &size, &error));
        assert_non_null(bytes);
        assert_int_equal(size, 0);
        free(bytes);
    }
}

static void check_file_rejected(const char *name, size_t max, const char *words) {
    uint8_t byte;
    uint8_t *bytes = &byte;
    size_t size;
    Error error;
    assert_false(gzip_reader_read_file(scratch_path(name), max, &bytes, &size, &error));
    assert_null(bytes);
    check_error(&error, words);
}

TEST(read_file_rejects_a_file_that_is_too_large) {
    uint8_t zeros[2000] = {0};
    size_t gzip_size;
    uint8_t *gzip = gzip_bytes(zeros, sizeof zeros, &gzip_size);
    assert_in_range(gzip_size, 1, 999); // the inflated size counts
    for (int i = 0; i < 2; i++) {
        scratch_write("file", i == 0 ? zeros : gzip, i == 0 ? sizeof zeros : gzip_size);
        check_file_rejected("file", 1999, "file: expected at most 1999 bytes, found more");
        check_file_rejected("file", 0, "file: expected at most 0 bytes, found more");
    }
    free(gzip);
}

TEST(read_file_rejects_files_that_cannot_be_read) {
    check_file_rejected("nowhere", 10, "nowhere: No such file or directory");
    scratch_make_directory("another");
    check_file_rejected("another", 10, "another: Is a directory");
    size_t gzip_size;
    uint8_t *gzip = gzip_bytes("some text", 9, &gzip_size);
    scratch_write("file", gzip, gzip_size - 1);
    check_file_rejected("file", 10, "file: expected more gzip data, found the end of the file");
    check_file_rejected("file", 9, "file: expected more gzip data, found the end of the file");
    free(gzip);
}

TEST_PROGRAM(scratch_create, scratch_remove)
