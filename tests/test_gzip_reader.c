#include "io/gzip_reader.h"
#include "support/scratch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SIZE = 200000 }; // more than the source's buffer

static uint8_t content[SIZE];

static void fill_content(void) {
    uint32_t x = 1;
    for (size_t i = 0; i < SIZE; i++) {
        x = x * 1664525U + 1013904223U;
        content[i] = (uint8_t)(i % 7 ? x >> 24 : 0); // compresses, but not away
    }
}

// Reads the file in parts of `part` bytes; true when it could be read to its end.
static bool read_all(const char *path, size_t part, uint8_t *bytes, size_t room, size_t *size,
                     Error *error) {
    *size = 0;
    GzipReader *source = gzip_reader_open(path, error);
    if (!source)
        return false;
    bool right = true;
    for (size_t got = part; right && got == part; *size += got) {
        assert_true(*size + part <= room);
        right = gzip_reader_read(source, bytes + *size, part, &got, error);
    }
    gzip_reader_close(source);
    return right;
}

static void check_reads(const char *path) {
    uint8_t *bytes = malloc(2 * SIZE);
    const size_t parts[] = {1, 7, 4096, 65536, SIZE - 1, SIZE};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t size = 0;
        Error error;
        assert_true(read_all(path, parts[i], bytes, 2 * SIZE, &size, &error));
        assert_int_equal(size, SIZE);
        assert_memory_equal(bytes, content, SIZE);
    }
    free(bytes);
}

static void check_refused(const char *path, const char *words) {
    uint8_t *bytes = malloc(3 * SIZE);
    size_t size;
    Error error;
    assert_false(read_all(path, 1000, bytes, 3 * SIZE, &size, &error));
    if (!strstr(error.text, words) || strncmp(error.text, path, strlen(path)) != 0)
        fail_msg("expected '%s' in: %s", words, error.text);
    free(bytes);
}

static void a_raw_file_is_handed_out_as_it_is(void **state) {
    (void)state;
    fill_content();
    scratch_write("raw", content, SIZE);
    check_reads(scratch_path("raw"));
}

static void a_gzip_file_is_inflated_whatever_its_name(void **state) {
    (void)state;
    fill_content();
    size_t size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &size);
    scratch_write("raw", gzip, size);
    check_reads(scratch_path("raw"));
    free(gzip);
}

static void gzip_members_in_a_row_are_one_file(void **state) {
    (void)state;
    fill_content();
    size_t first_size, second_size;
    uint8_t *first = gzip_bytes(content, 12345, &first_size);
    uint8_t *second = gzip_bytes(content + 12345, SIZE - 12345, &second_size);
    uint8_t *both = malloc(first_size + second_size);
    memcpy(both, first, first_size);
    memcpy(both + first_size, second, second_size);
    scratch_write("members.gz", both, first_size + second_size);
    check_reads(scratch_path("members.gz"));
    free(first);
    free(second);
    free(both);
}

static void a_gzip_file_cut_short_anywhere_is_refused(void **state) {
    (void)state;
    size_t size;
    uint8_t *gzip = gzip_bytes("some words to compress", 22, &size);
    for (size_t cut = 2; cut < size; cut++) { // what is shorter than the magic is a raw file
        scratch_write("cut.gz", gzip, cut);
        check_refused(scratch_path("cut.gz"), "cut short");
    }
    free(gzip);
}

static void a_gzip_file_with_a_wrong_crc_or_length_is_refused(void **state) {
    (void)state;
    fill_content();
    size_t size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &size);
    gzip[size - 8] ^= 1;
    scratch_write("crc.gz", gzip, size);
    check_refused(scratch_path("crc.gz"), "incorrect data check");
    gzip[size - 8] ^= 1;
    gzip[size - 4] ^= 1;
    scratch_write("length.gz", gzip, size);
    check_refused(scratch_path("length.gz"), "incorrect length check");
    free(gzip);
}

static void bytes_behind_the_gzip_data_are_refused(void **state) {
    (void)state;
    fill_content();
    size_t size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &size);
    gzip = realloc(gzip, size + 40);
    memset(gzip + size, 0, 40);
    scratch_write("more.gz", gzip, size + 40);
    check_refused(scratch_path("more.gz"), "found more bytes");
    memset(gzip + size, 'x', 40);
    scratch_write("more.gz", gzip, size + 40);
    check_refused(scratch_path("more.gz"), "found more bytes");
    scratch_write("more.gz", gzip, size + 1);
    check_refused(scratch_path("more.gz"), "gzip data");
    free(gzip);
}

static void damage_in_the_middle_of_gzip_data_is_refused(void **state) {
    (void)state;
    fill_content();
    size_t size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &size);
    memset(gzip + size / 2, 0xff, 100);
    scratch_write("damaged.gz", gzip, size);
    check_refused(scratch_path("damaged.gz"), "expected sound gzip data");
    free(gzip);
}

static void a_missing_file_and_a_folder_are_refused(void **state) {
    (void)state;
    check_refused(scratch_path("nowhere"), "No such file");
    scratch_make_directory("folder");
    check_refused(scratch_path("folder"), "Is a directory");
}

static void an_empty_file_ends_at_once(void **state) {
    (void)state;
    scratch_write("empty", "", 0);
    uint8_t byte;
    size_t size;
    Error error;
    assert_true(read_all(scratch_path("empty"), 1, &byte, 1, &size, &error));
    assert_int_equal(size, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_raw_file_is_handed_out_as_it_is),
        cmocka_unit_test(a_gzip_file_is_inflated_whatever_its_name),
        cmocka_unit_test(gzip_members_in_a_row_are_one_file),
        cmocka_unit_test(a_gzip_file_cut_short_anywhere_is_refused),
        cmocka_unit_test(a_gzip_file_with_a_wrong_crc_or_length_is_refused),
        cmocka_unit_test(bytes_behind_the_gzip_data_are_refused),
        cmocka_unit_test(damage_in_the_middle_of_gzip_data_is_refused),
        cmocka_unit_test(a_missing_file_and_a_folder_are_refused),
        cmocka_unit_test(an_empty_file_ends_at_once),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
