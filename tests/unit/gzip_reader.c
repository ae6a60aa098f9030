#include "io/gzip_reader.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdio.h>
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

// Reads a file in parts of `part` bytes until its end.
static bool read_in_parts(const char *path, size_t part, uint8_t *bytes, size_t capacity,
                          size_t *size, Error *error) {
    *size = 0;
    GzipReader *reader = gzip_reader_open(path, error);
    if (!reader)
        return false;
    bool is_read = true;
    for (size_t got = part; is_read && got == part; *size += got) {
        assert_true(*size + part <= capacity);
        is_read = gzip_reader_read(reader, bytes + *size, part, &got, error);
    }
    gzip_reader_close(reader);
    return is_read;
}

static void check_content(const char *path) {
    uint8_t *bytes = malloc(2 * SIZE);
    const size_t parts[] = {1, 7, 4096, 65536, SIZE - 1, SIZE};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t size = 0;
        Error error;
        if (!read_in_parts(path, parts[i], bytes, 2 * SIZE, &size, &error))
            fail_msg("%s", error.text);
        assert_int_equal(size, SIZE);
        assert_memory_equal(bytes, content, SIZE);
    }
    free(bytes);
}

static void check_error(const Error *error, const char *words) {
    if (!strstr(error->text, words))
        fail_msg("expected '%s' in: %s", words, error->text);
}

static void check_rejected(const char *path, const char *words) {
    uint8_t *bytes = malloc(3 * SIZE);
    size_t size;
    Error error;
    assert_false(read_in_parts(path, 1000, bytes, 3 * SIZE, &size, &error));
    check_error(&error, path);
    check_error(&error, words);
    free(bytes);
}

TEST(a_raw_file_is_read_as_it_is) {
    fill_content();
    scratch_write("raw", content, SIZE);
    check_content(scratch_path("raw"));
}

TEST(a_gzip_file_is_inflated_whatever_its_name) {
    fill_content();
    size_t size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &size);
    scratch_write("raw", gzip, size);
    check_content(scratch_path("raw"));
    free(gzip);
}

TEST(gzip_members_in_sequence_are_one_file) {
    fill_content();
    size_t first_size, second_size;
    uint8_t *first = gzip_bytes(content, 12345, &first_size);
    uint8_t *second = gzip_bytes(content + 12345, SIZE - 12345, &second_size);
    uint8_t *both = malloc(first_size + second_size);
    memcpy(both, first, first_size);
    memcpy(both + first_size, second, second_size);
    scratch_write("members.gz", both, first_size + second_size);
    check_content(scratch_path("members.gz"));
    free(first);
    free(second);
    free(both);
}

TEST(a_gzip_file_cut_short_anywhere_is_rejected) {
    size_t size;
    uint8_t *gzip = gzip_bytes("some words to compress", 22, &size);
    for (size_t cut = 2; cut < size; cut++) { // a file shorter than the magic number is raw
        scratch_write("cut.gz", gzip, cut);
        check_rejected(scratch_path("cut.gz"),
                       "cut.gz: expected more gzip data, found the end of the file");
    }
    free(gzip);
}

TEST(a_gzip_file_with_a_wrong_crc_or_length_is_rejected) {
    fill_content();
    size_t size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &size);
    gzip[size - 8] ^= 1;
    scratch_write("crc.gz", gzip, size);
    check_rejected(scratch_path("crc.gz"), "incorrect data check");
    gzip[size - 8] ^= 1;
    gzip[size - 4] ^= 1;
    scratch_write("length.gz", gzip, size);
    check_rejected(scratch_path("length.gz"), "incorrect length check");
    free(gzip);
}

TEST(bytes_after_the_gzip_data_are_rejected) {
    fill_content();
    size_t size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &size);
    gzip = realloc(gzip, size + 40);
    memset(gzip + size, 0, 40);
    scratch_write("more.gz", gzip, size + 40);
    check_rejected(scratch_path("more.gz"), "found more bytes");
    memset(gzip + size, 'x', 40);
    scratch_write("more.gz", gzip, size + 40);
    check_rejected(scratch_path("more.gz"), "found more bytes");
    scratch_write("more.gz", gzip, size + 1);
    check_rejected(scratch_path("more.gz"), "gzip data");
    free(gzip);
}

TEST(damage_within_the_gzip_data_is_rejected) {
    fill_content();
    size_t size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &size);
    memset(gzip + size / 2, 0xff, 100);
    scratch_write("damaged.gz", gzip, size);
    check_rejected(scratch_path("damaged.gz"), "expected valid gzip data");
    free(gzip);
}

// Writes a gzip file that begins with a member whose header or body, `head`, is followed by 2 MB of
// `filler`, and reads it.
static void check_filler_rejected(const void *head, size_t head_size, const void *filler,
                                  size_t filler_size) {
    static uint8_t file[(2 << 20) + 64];
    size_t used = head_size;
    memcpy(file, head, head_size);
    for (; used + filler_size <= sizeof file; used += filler_size)
        memcpy(file + used, filler, filler_size);
    scratch_write("empty.gz", file, used);
    check_rejected(scratch_path("empty.gz"), "at most 1048576 bytes of gzip data without output");
}

TEST(gzip_data_that_expands_to_nothing_for_ever_is_rejected) {
    static const uint8_t header[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    static const uint8_t with_name[] = {0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3};
    static const uint8_t empty_block[] = {0, 0, 0, 0xff, 0xff};
    static const uint8_t empty_member[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3,
                                           3,    0,    0, 0, 0, 0, 0, 0, 0, 0};
    check_filler_rejected(with_name, sizeof with_name, "a", 1);
    check_filler_rejected(header, sizeof header, empty_block, sizeof empty_block);
    check_filler_rejected(empty_member, sizeof empty_member, empty_member, sizeof empty_member);
}

TEST(missing_files_and_directories_are_rejected) {
    char expected[8300];
    snprintf(expected, sizeof expected, "cannot open %s: No such file or directory",
             scratch_path("missing"));
    check_rejected(scratch_path("missing"), expected);
    scratch_make_directory("directory");
    snprintf(expected, sizeof expected, "cannot read %s: Is a directory",
             scratch_path("directory"));
    check_rejected(scratch_path("directory"), expected);
}

TEST(an_empty_file_ends_at_once) {
    scratch_write("empty", "", 0);
    uint8_t byte;
    size_t size;
    Error error;
    assert_true(read_in_parts(scratch_path("empty"), 1, &byte, 1, &size, &error));
    assert_int_equal(size, 0);
}

TEST(peeking_beyond_the_end_adds_no_bytes) {
    uint8_t peeked[2], bytes[4];
    size_t got;
    Error error;
    scratch_write("file", "a", 1);
    GzipReader *reader = gzip_reader_open(scratch_path("file"), &error);
    assert_non_null(reader);
    assert_true(gzip_reader_peek(reader, peeked, 2, &got, &error));
    assert_memory_equal(peeked, "a\0", 2);
    assert_int_equal(got, 1);
    assert_true(gzip_reader_read(reader, bytes, 4, &got, &error));
    assert_int_equal(got, 1);
    gzip_reader_close(reader);
}

TEST(peeked_bytes_are_read_again) {
    size_t gzip_size;
    uint8_t *gzip = gzip_bytes("abc", 3, &gzip_size);
    for (int i = 0; i < 2; i++) {
        uint8_t peeked[2], bytes[4];
        size_t got;
        Error error;
        scratch_write("file", i == 0 ? (const void *)"abc" : gzip, i == 0 ? 3 : gzip_size);
        GzipReader *reader = gzip_reader_open(scratch_path("file"), &error);
        assert_non_null(reader);
        for (int repeat = 0; repeat < 2; repeat++) {
            assert_true(gzip_reader_peek(reader, peeked, 2, &got, &error));
            assert_memory_equal(peeked, "ab", 2);
        }
        assert_true(gzip_reader_read(reader, bytes, 1, &got, &error));
        assert_int_equal(bytes[0], 'a');
        assert_true(gzip_reader_peek(reader, peeked, 2, &got, &error));
        assert_memory_equal(peeked, "bc", 2);
        assert_true(gzip_reader_read(reader, bytes, 4, &got, &error));
        assert_int_equal(got, 2);
        assert_memory_equal(bytes, "bc", 2);
        got = 3;
        assert_true(gzip_reader_peek(reader, peeked, 2, &got, &error));
        assert_memory_equal(peeked, "\0\0", 2);
        assert_int_equal(got, 0);
        gzip_reader_close(reader);
    }
    free(gzip);
}

TEST(sixteen_bytes_can_be_peeked) {
    static const char text[] = "abcdefghijklmnopqrst";
    uint8_t peeked[GZIP_READER_MAX_PEEK], bytes[32];
    size_t got;
    Error error;
    scratch_write("file", text, 20);
    GzipReader *reader = gzip_reader_open(scratch_path("file"), &error);
    assert_non_null(reader);
    assert_true(gzip_reader_peek(reader, peeked, 12, &got, &error));
    assert_int_equal(got, 12);
    assert_memory_equal(peeked, text, 12);
    assert_true(gzip_reader_read(reader, bytes, 3, &got, &error));
    assert_true(gzip_reader_peek(reader, peeked, sizeof peeked, &got, &error));
    assert_int_equal(got, 16);
    assert_memory_equal(peeked, text + 3, 16);
    assert_true(gzip_reader_read(reader, bytes, sizeof bytes, &got, &error));
    assert_int_equal(got, 17);
    assert_memory_equal(bytes, text + 3, 17);
    gzip_reader_close(reader);
}

TEST_PROGRAM(scratch_create, scratch_remove)
