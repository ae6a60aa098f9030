#include "io/idx.h"
#include "support/scratch.h"
#include "support/test.h"

enum { MAX_BYTES = 3000 * 784 };

// Opens the file and reads all values, in steps of this size. Sets *idx to its header.
static bool read_file(size_t step, Idx *idx, uint8_t **bytes, Error *error) {
    const char *path = scratch_path("file");
    GzipReader *reader = gzip_reader_open(path, error);
    assert_non_null(reader);
    *bytes = malloc(MAX_BYTES + 1);
    assert_non_null(*bytes);
    bool is_read = idx_open(idx, reader, path, error);
    for (size_t done = 0; is_read && idx->left > 0; done = idx->size - idx->left) {
        size_t size = idx->left < step ? idx->left : step;
        size_t room = MAX_BYTES - done; // a header may promise more than there is
        is_read = idx_read(idx, *bytes + done, size < room ? size : room, error);
    }
    gzip_reader_close(reader);
    if (!is_read) {
        free(*bytes);
        *bytes = NULL;
    }
    return is_read;
}

// The error ends so, whatever the steps.
static void check_rejected(const void *bytes, size_t size, const char *expected) {
    Idx idx;
    Error error;
    uint8_t *values;
    scratch_write("file", bytes, size);
    const char *path = scratch_path("file");
    assert_false(read_file(SIZE_MAX, &idx, &values, &error));
    assert_null(values);
    assert_string_equal(error.text + strlen(path), expected);
    assert_false(read_file(1, &idx, &values, &error));
    assert_null(values);
    assert_string_equal(error.text + strlen(path), expected);
}

// The shape (2, 3) and the values 1 to 6.
static const uint8_t small[] = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7};

enum { SMALL = sizeof small - 1, SMALL_HEADER = 12 };

TEST(idx_reads_shape_and_values) {
    Idx idx;
    uint8_t *bytes;
    Error error;
    scratch_write("file", small, SMALL);
    for (size_t step = 1; step <= 7; step++) {
        assert_true(read_file(step, &idx, &bytes, &error));
        assert_int_equal(idx.type, IDX_UNSIGNED_BYTE);
        assert_int_equal(idx.rank, 2);
        assert_int_equal(idx.shape[0], 2);
        assert_int_equal(idx.shape[1], 3);
        assert_int_equal(idx.shape[2], 1);
        assert_int_equal(idx.size, 6);
        assert_memory_equal(bytes, small + SMALL_HEADER, 6);
        free(bytes);
    }
}

// Source: http://yann.lecun.com/exdb/mnist, "the IDX file format".
TEST(idx_knows_the_width_of_each_type) {
    const struct {
        uint8_t type;
        size_t width;
        const char *cut;
    } types[] = {{0x08, 1, ": expected 3 bytes of values, found only 2"},
                 {0x09, 1, ": expected 3 bytes of values, found only 2"},
                 {0x0b, 2, ": expected 6 bytes of values, found only 5"},
                 {0x0c, 4, ": expected 12 bytes of values, found only 11"},
                 {0x0d, 4, ": expected 12 bytes of values, found only 11"},
                 {0x0e, 8, ": expected 24 bytes of values, found only 23"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        uint8_t bytes[8 + 3 * 8] = {0, 0, types[i].type, 1, 0, 0, 0, 3};
        Idx idx;
        uint8_t *values;
        Error error;
        scratch_write("file", bytes, 8 + 3 * types[i].width);
        assert_true(read_file(SIZE_MAX, &idx, &values, &error));
        free(values);
        check_rejected(bytes, 8 + 3 * types[i].width - 1, types[i].cut);
    }
}

// More than the first buffer, in steps that no image ends with.
TEST(idx_reads_gzip_and_raw_alike_at_once_and_in_steps) {
    const uint32_t shape[] = {3000, 28, 28};
    size_t size, gzip_size;
    uint8_t *bytes = idx_bytes(IDX_UNSIGNED_BYTE, 3, shape, &size);
    for (size_t i = 16; i < size; i++)
        bytes[i] = (uint8_t)(i * i >> 7);
    uint8_t *gzip = gzip_bytes(bytes, size, &gzip_size);
    for (int i = 0; i < 4; i++) {
        const size_t steps[] = {50001, SIZE_MAX};
        Idx idx;
        uint8_t *values;
        Error error;
        scratch_write("file", i % 2 == 0 ? bytes : gzip, i % 2 == 0 ? size : gzip_size);
        assert_true(read_file(steps[i / 2], &idx, &values, &error));
        assert_int_equal(idx.shape[0], 3000);
        assert_memory_equal(values, bytes + 16, size - 16);
        free(values);
    }
    free(bytes);
    free(gzip);
}

TEST(idx_rejects_a_file_cut_at_every_byte_or_with_one_too_many) {
    static const char *const values[] = {
        ": expected 6 bytes of values, found only 0", ": expected 6 bytes of values, found only 1",
        ": expected 6 bytes of values, found only 2", ": expected 6 bytes of values, found only 3",
        ": expected 6 bytes of values, found only 4", ": expected 6 bytes of values, found only 5"};
    check_rejected("", 0, ": expected an IDX file, found an empty one");
    check_rejected(small, 1, ": expected an IDX file, found a file that begins 00");
    check_rejected(small, 3, ": expected 1 to 4 dimensions, found 0");
    for (size_t cut = 4; cut < SMALL_HEADER; cut++)
        check_rejected(small, cut, ": expected a whole IDX header, found the end of the file");
    for (size_t cut = SMALL_HEADER; cut < SMALL; cut++)
        check_rejected(small, cut, values[cut - SMALL_HEADER]);
    size_t gzip_size;
    uint8_t *gzip = gzip_bytes(small, SMALL + 1, &gzip_size);
    check_rejected(gzip, gzip_size, ": expected the end after 6 bytes of values, found more");
    check_rejected(small, SMALL + 1, ": expected the end after 6 bytes of values, found more");
    free(gzip);
}

TEST(idx_rejects_other_files) {
    const struct {
        const char *bytes;
        size_t size;
        const char *expected;
    } rows[] = {
        {"<!DOCTYPE html>", 15, ": expected an IDX file, found HTML (a web page)"},
        {"\1\0\10\1\0\0\0\0", 8, ": expected an IDX file, found a file that begins 01 00 08 01"},
        {"\0\1\10\1\0\0\0\0", 8, ": expected an IDX file, found a file that begins 00 01 08 01"},
        {"\0\0\12\1\0\0\0\0", 8, ": expected an IDX file, found a file that begins 00 00 0a 01"},
        {"\0\0\10\0\0\0\0\0", 8, ": expected 1 to 4 dimensions, found 0"},
        {"\0\0\10\5\0\0\0\0", 8, ": expected 1 to 4 dimensions, found 5"},
        {"\0\0\10\377\0\0\0\0", 8, ": expected 1 to 4 dimensions, found 255"},
        {"\0\0\10\4\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377", 20,
         ": expected a shape that fits memory, found a larger one"},
        // an allocation of 1.7 TB would fail with another message
        {"\0\0\10\3\200\0\0\0\0\0\0\34\0\0\0\34abcd", 20,
         ": expected 1683627180032 bytes of values, found only 4"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t gzip_size;
        uint8_t *gzip = gzip_bytes(rows[i].bytes, rows[i].size, &gzip_size);
        check_rejected(rows[i].bytes, rows[i].size, rows[i].expected);
        check_rejected(gzip, gzip_size, rows[i].expected);
        free(gzip);
    }
}

TEST_PROGRAM(scratch_create, scratch_remove)
