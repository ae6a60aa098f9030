#include "io/idx.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

static const uint32_t shape_2x3[] = {2, 3};

// Returns a file with the shape (2, 3) and the values 1 to 6.
static uint8_t *small_file(size_t *size) {
    uint8_t *bytes = idx_bytes(IDX_UNSIGNED_BYTE, 2, shape_2x3, size);
    for (size_t i = 0; i < 6; i++)
        bytes[*size - 6 + i] = (uint8_t)(i + 1);
    return bytes;
}

static void check_rejected(const void *bytes, size_t size, const char *words) {
    scratch_write("file", bytes, size);
    IdxArray array;
    Error error;
    assert_false(idx_read(scratch_path("file"), NULL, NULL, &array, &error));
    assert_null(array.bytes);
    if (!strstr(error.text, words))
        fail_msg("expected '%s' in: %s", words, error.text);
}

TEST(idx_reads_shape_and_values) {
    size_t size;
    uint8_t *bytes = small_file(&size);
    scratch_write("file", bytes, size);
    IdxArray array;
    Error error;
    assert_true(idx_read(scratch_path("file"), NULL, NULL, &array, &error));
    assert_int_equal(array.type, IDX_UNSIGNED_BYTE);
    assert_int_equal(array.rank, 2);
    assert_int_equal(array.shape[0], 2);
    assert_int_equal(array.shape[1], 3);
    assert_int_equal(array.shape[2], 1);
    const uint8_t expected[6] = {1, 2, 3, 4, 5, 6};
    assert_memory_equal(array.bytes, expected, sizeof expected);
    free(array.bytes);
    free(bytes);
}

// Source: http://yann.lecun.com/exdb/mnist, "the IDX file format".
TEST(idx_knows_the_width_of_each_type) {
    const struct {
        uint8_t type;
        size_t width;
    } types[] = {{0x08, 1}, {0x09, 1}, {0x0b, 2}, {0x0c, 4}, {0x0d, 4}, {0x0e, 8}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        uint8_t bytes[8 + 3 * 8] = {0, 0, types[i].type, 1, 0, 0, 0, 3};
        IdxArray array;
        Error error;
        scratch_write("file", bytes, 8 + 3 * types[i].width);
        assert_true(idx_read(scratch_path("file"), NULL, NULL, &array, &error));
        free(array.bytes);
        check_rejected(bytes, 8 + 3 * types[i].width - 1, "bytes of values, found only");
    }
}

TEST(idx_reads_sizes_as_big_endian) {
    const uint32_t shape[] = {0x010203};
    size_t size;
    uint8_t *bytes = idx_bytes(IDX_UNSIGNED_BYTE, 1, shape, &size);
    scratch_write("file", bytes, size);
    IdxArray array;
    Error error;
    assert_true(idx_read(scratch_path("file"), NULL, NULL, &array, &error));
    assert_int_equal(array.shape[0], 0x010203);
    free(array.bytes);
    free(bytes);
}

TEST(idx_reads_gzip_and_raw_alike) {
    const uint32_t shape[] = {3000, 28, 28}; // more than the first buffer
    size_t size, gzip_size;
    uint8_t *bytes = idx_bytes(IDX_UNSIGNED_BYTE, 3, shape, &size);
    for (size_t i = 16; i < size; i++)
        bytes[i] = (uint8_t)(i * i >> 7);
    uint8_t *gzip = gzip_bytes(bytes, size, &gzip_size);
    const struct {
        const void *bytes;
        size_t size;
    } forms[] = {{bytes, size}, {gzip, gzip_size}};
    for (int i = 0; i < 2; i++) {
        scratch_write("file", forms[i].bytes, forms[i].size);
        IdxArray array;
        Error error;
        assert_true(idx_read(scratch_path("file"), NULL, NULL, &array, &error));
        assert_memory_equal(array.bytes, bytes + 16, size - 16);
        free(array.bytes);
    }
    free(bytes);
    free(gzip);
}

TEST(idx_takes_a_dimension_of_zero) {
    const uint32_t shape[] = {0, 28, 28};
    size_t size;
    uint8_t *bytes = idx_bytes(IDX_UNSIGNED_BYTE, 3, shape, &size);
    scratch_write("file", bytes, size);
    IdxArray array;
    Error error;
    assert_true(idx_read(scratch_path("file"), NULL, NULL, &array, &error));
    assert_int_equal(array.shape[0], 0);
    free(array.bytes);
    free(bytes);
}

TEST(idx_rejects_an_empty_file) {
    check_rejected("", 0, "found an empty one");
}

TEST(idx_rejects_a_header_cut_at_every_byte) {
    size_t size;
    uint8_t *bytes = small_file(&size);
    for (size_t cut = 1; cut < 4; cut++)
        check_rejected(bytes, cut, "expected an IDX file, found only");
    for (size_t cut = 4; cut < 12; cut++)
        check_rejected(bytes, cut, "expected a whole IDX header, found the end of the file");
    free(bytes);
}

TEST(idx_rejects_a_payload_cut_short) {
    size_t size;
    uint8_t *bytes = small_file(&size);
    check_rejected(bytes, 12, "expected 6 bytes of values, found only 0");
    check_rejected(bytes, size - 1, "expected 6 bytes of values, found only 5");
    free(bytes);
}

TEST(idx_rejects_one_byte_too_many) {
    size_t size, gzip_size;
    uint8_t *bytes = small_file(&size);
    bytes = realloc(bytes, size + 1);
    bytes[size] = 0;
    check_rejected(bytes, size + 1, "expected the end after 6 bytes");
    uint8_t *gzip = gzip_bytes(bytes, size + 1, &gzip_size);
    check_rejected(gzip, gzip_size, "expected the end after 6 bytes");
    free(bytes);
    free(gzip);
}

TEST(idx_rejects_other_files) {
    const char *page = "<!DOCTYPE html><html>404</html>";
    check_rejected(page, strlen(page), "web page");
    const uint8_t wrong[][8] = {
        {1, 0, 8, 1, 0, 0, 0, 0},    // first byte not zero
        {0, 1, 8, 1, 0, 0, 0, 0},    // second byte not zero
        {0, 0, 0x0a, 1, 0, 0, 0, 0}, // unknown type
        {0, 0, 8, 0, 0, 0, 0, 0},    // no dimensions
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_rejected(wrong[i], sizeof *wrong, "expected an IDX file");
}

TEST(idx_rejects_more_than_four_dimensions) {
    uint8_t bytes[4 + 4 * 255] = {0, 0, 8, 255};
    check_rejected(bytes, sizeof bytes, "expected at most 4 dimensions, found 255");
    bytes[3] = 5;
    check_rejected(bytes, sizeof bytes, "expected at most 4 dimensions, found 5");
}

TEST(idx_rejects_a_shape_that_overflows) {
    uint8_t bytes[4 + 4 * 4] = {0, 0, 8, 4};
    memset(bytes + 4, 0xff, 16);
    check_rejected(bytes, sizeof bytes, "expected a shape that fits memory, found a larger one");
}

TEST(idx_allocates_no_memory_for_values_that_are_missing) {
    const uint8_t bytes[20] = {0, 0, 8, 3, 0x80, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28};
    // An allocation of 1.7 TB would fail with another message.
    check_rejected(bytes, sizeof bytes, "expected 1683627180032 bytes of values, found only 4");
}

static bool refuse(const void *context, const IdxArray *header, Error *error) {
    assert_null(header->bytes);
    assert_int_equal(header->type, IDX_UNSIGNED_BYTE);
    assert_int_equal(header->rank, 3);
    return error_set(error, "%s %zu", (const char *)context, header->shape[0]);
}

TEST(idx_asks_whether_the_values_are_wanted_before_it_reads_them) {
    const uint8_t bytes[17] = {0, 0, 8, 3, 0x80, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28};
    IdxArray array;
    Error error;
    scratch_write("file", bytes, sizeof bytes);
    assert_false(idx_read(scratch_path("file"), refuse, "refused", &array, &error));
    assert_string_equal(error.text, "refused 2147483648");
    assert_null(array.bytes);
}

TEST_PROGRAM(scratch_create, scratch_remove)
