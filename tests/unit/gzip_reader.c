// This program defines read itself, in place of the C library's: it can be short, or fail.
#include "io/gzip_reader.h"
#include "support/scratch.h"
#include "support/test.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SIZE = 200000 }; // more than the reader's buffer

static uint8_t content[SIZE];

static struct {
    size_t calls;
    size_t max_bytes;  // per call; 0: no limit
    size_t fail_after; // calls; 0: never
} simulated;

ssize_t read(int fd, void *bytes, size_t size) {
    simulated.calls++;
    if (simulated.fail_after > 0 && simulated.calls > simulated.fail_after) {
        errno = EIO;
        return -1;
    }
    struct iovec part = {bytes, size};
    if (simulated.max_bytes > 0 && size > simulated.max_bytes)
        part.iov_len = simulated.max_bytes;
    return readv(fd, &part, 1);
}

static int set_up(void **state) {
    uint32_t x = 1;
    for (size_t i = 0; i < SIZE; i++) {
        x = x * 1664525U + 1013904223U;
        content[i] = (uint8_t)(i % 7 ? x >> 24 : 0); // compresses a little
    }
    return scratch_create(state);
}

static void write_gzip(const char *name, const void *bytes, size_t size) {
    size_t gzip_size;
    uint8_t *gzip = gzip_bytes(bytes, size, &gzip_size);
    scratch_write(name, gzip, gzip_size);
    free(gzip);
}

// Reads a file in parts of `part` bytes until its end.
static bool read_in_parts(const char *name, size_t part, uint8_t *bytes, size_t *size,
                          Error *error) {
    *size = 0;
    GzipReader *reader = gzip_reader_open(scratch_path(name), error);
    if (!reader)
        return false;
    bool is_read = true;
    for (size_t got = part; is_read && got == part; *size += got) {
        assert_true(*size + part <= 3 * SIZE);
        is_read = gzip_reader_read(reader, bytes + *size, part, &got, error);
    }
    gzip_reader_close(reader);
    return is_read;
}

static void check_content(const char *name) {
    uint8_t *bytes = malloc(3 * SIZE);
    const size_t parts[] = {1, 7, 15, 16, 17, 4096, 65536, SIZE - 1, SIZE, SIZE + 1};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t size = 0;
        Error error;
        if (!read_in_parts(name, parts[i], bytes, &size, &error))
            fail_msg("%s", error.text);
        assert_int_equal(size, SIZE);
        assert_memory_equal(bytes, content, SIZE);
    }
    free(bytes);
}

// Writes the bytes to a file and checks that it cannot be read, with an error that ends so.
static void check_rejected(const void *bytes, size_t size, const char *expected) {
    uint8_t *room = malloc(3 * SIZE);
    size_t got;
    Error error;
    scratch_write("file", bytes, size);
    assert_false(read_in_parts("file", 1000, room, &got, &error));
    assert_string_equal(error.text + strlen(scratch_path("file")), expected);
    uint8_t *all = room;
    assert_false(gzip_reader_read_file(scratch_path("file"), SIZE, &all, &got, &error));
    assert_null(all);
    assert_string_equal(error.text + strlen(scratch_path("file")), expected);
    free(room);
}

TEST(raw_and_gzip_files_are_read_whatever_their_names) {
    scratch_write("a.gz", content, SIZE);
    check_content("a.gz");
    write_gzip("a", content, SIZE);
    check_content("a");
}

TEST(gzip_members_in_sequence_are_one_file) {
    const size_t cuts[] = {0, 10, 16, 12345, SIZE};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        size_t first_size, second_size;
        uint8_t *first = gzip_bytes(content, cuts[i], &first_size);
        uint8_t *second = gzip_bytes(content + cuts[i], SIZE - cuts[i], &second_size);
        first = realloc(first, first_size + second_size);
        memcpy(first + first_size, second, second_size);
        scratch_write("members.gz", first, first_size + second_size);
        check_content("members.gz");
        free(first);
        free(second);
    }
}

TEST(a_gzip_file_cut_short_anywhere_is_rejected) {
    size_t size;
    uint8_t *gzip = gzip_bytes("some words to compress", 22, &size);
    for (size_t cut = 2; cut < size; cut++) // a file shorter than the magic number is raw
        check_rejected(gzip, cut, ": expected more gzip data, found the end of the file");
    free(gzip);
}

TEST(damaged_gzip_data_is_rejected) {
    size_t size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &size);
    gzip[size - 8] ^= 1;
    check_rejected(gzip, size, ": expected valid gzip data, found: incorrect data check");
    gzip[size - 8] ^= 1;
    gzip[size - 4] ^= 1;
    check_rejected(gzip, size, ": expected valid gzip data, found: incorrect length check");
    gzip[size - 4] ^= 1;
    gzip[2] = 9;
    check_rejected(gzip, size, ": expected valid gzip data, found: unknown compression method");
    free(gzip);
}

TEST(bytes_after_the_gzip_data_are_rejected) {
    size_t size;
    uint8_t *file = gzip_bytes("text", 4, &size);
    file = realloc(file, size + 3);
    memcpy(file + size, "\0\0\0", 3);
    for (size_t more = 1; more <= 3; more++)
        check_rejected(file, size + more,
                       ": expected the end after the gzip data, found more bytes");
    free(file);
}

TEST(a_damaged_second_member_is_rejected) {
    size_t size;
    uint8_t *member = gzip_bytes("text", 4, &size);
    uint8_t *file = malloc(2 * size);
    memcpy(file, member, size);
    memcpy(file + size, member, size);
    file[2 * size - 8] ^= 1;
    check_rejected(file, 2 * size, ": expected valid gzip data, found: incorrect data check");
    free(member);
    free(file);
}

// zlib's gzread takes such a file for complete.
TEST(a_gzip_file_cut_short_where_a_buffer_is_full_is_rejected) {
    for (size_t length = 1 << 13; length <= SIZE && length <= 1 << 17; length *= 2) {
        size_t size;
        uint8_t *file = gzip_bytes(content, length, &size);
        for (size_t cut = 1; cut <= 9; cut++)
            check_rejected(file, size - cut,
                           ": expected more gzip data, found the end of the file");
        free(file);
    }
}

TEST(the_head_of_a_file_is_read_again) {
    static const char text[] = "abcdefghijklmnopqrst";
    for (size_t size = 0; size <= 20; size++) {
        for (int i = 0; i < 2; i++) {
            uint8_t head[FILE_KIND_BYTES], expected[FILE_KIND_BYTES] = {0}, bytes[32];
            size_t got;
            Error error;
            memcpy(expected, text, size < sizeof head ? size : sizeof head);
            if (i == 0)
                scratch_write("file", text, size);
            else
                write_gzip("file", text, size);
            GzipReader *reader = gzip_reader_open(scratch_path("file"), &error);
            assert_non_null(reader);
            assert_int_equal(gzip_reader_head(reader, head, 16), size < 16 ? size : 16);
            assert_memory_equal(head, expected, 16);
            assert_int_equal(gzip_reader_head(reader, head, 12), size < 12 ? size : 12);
            assert_true(gzip_reader_read(reader, bytes, sizeof bytes, &got, &error));
            assert_int_equal(got, size);
            assert_memory_equal(bytes, text, size);
            gzip_reader_close(reader);
        }
    }
}

// The inflated size counts.
TEST(read_file_takes_at_most_so_many_bytes) {
    for (int i = 0; i < 2; i++) {
        if (i == 0)
            scratch_write("file", content, 2000);
        else
            write_gzip("file", content, 2000);
        for (size_t max = 0; max <= 2001; max += max == 0 ? 1998 : 1) {
            uint8_t *bytes = content;
            size_t size;
            char expected[64];
            Error error;
            bool is_read = gzip_reader_read_file(scratch_path("file"), max, &bytes, &size, &error);
            assert_int_equal(is_read, max >= 2000);
            snprintf(expected, sizeof expected, ": expected at most %zu bytes, found more", max);
            if (!is_read) {
                assert_null(bytes);
                assert_string_equal(error.text + strlen(scratch_path("file")), expected);
                continue;
            }
            assert_int_equal(size, 2000);
            assert_memory_equal(bytes, content, 2000);
            free(bytes);
        }
    }
}

TEST(short_reads_are_continued_and_failed_ones_are_errors) {
    scratch_write("raw", content, 50);
    write_gzip("gzip", content, 50);
    for (size_t i = 0; i < 2 * 5; i++) {
        const char *name = i % 2 == 0 ? "raw" : "gzip";
        uint8_t *bytes;
        size_t size;
        Error error;
        simulated.max_bytes = i / 2;
        simulated.calls = 0;
        assert_true(gzip_reader_read_file(scratch_path(name), 50, &bytes, &size, &error));
        assert_int_equal(size, 50);
        assert_memory_equal(bytes, content, 50);
        free(bytes);
        simulated.max_bytes = 3;
        for (simulated.fail_after = 1; simulated.fail_after < 50 / 3; simulated.fail_after++) {
            simulated.calls = 0;
            assert_false(gzip_reader_read_file(scratch_path(name), 50, &bytes, &size, &error));
            assert_null(bytes);
            text_after(error.text, "cannot read ");
            text_after(error.text, ": Input/output error");
        }
        simulated.fail_after = 0;
    }
    simulated.max_bytes = 0;
}

TEST_PROGRAM(set_up, scratch_remove)
