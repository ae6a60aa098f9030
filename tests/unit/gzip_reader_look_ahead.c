// Sizes that a file can hold, checked before memory is allocated.
#include "io/gzip_reader.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stddef.h>
#include <stdint.h>

enum { MEMBER = 1 << 20, MEMBERS = 160, SIZE = MEMBER * MEMBERS };

// Writes "ab", then MEMBERS members of zeros, as one gzip file of 160 KB.
static void write_zeros(void) {
    size_t head_size, zeros_size;
    uint8_t *head = gzip_bytes("ab", 2, &head_size);
    uint8_t *zeros = calloc(1, MEMBER);
    uint8_t *member = gzip_bytes(zeros, MEMBER, &zeros_size);
    uint8_t *file = malloc(head_size + MEMBERS * zeros_size);
    memcpy(file, head, head_size);
    for (size_t i = 0; i < MEMBERS; i++)
        memcpy(file + head_size + i * zeros_size, member, zeros_size);
    scratch_write("zeros.gz", file, head_size + MEMBERS * zeros_size);
    free(head);
    free(zeros);
    free(member);
    free(file);
}

static GzipReader *open_file(const char *name) {
    Error error;
    GzipReader *reader = gzip_reader_open(scratch_path(name), &error);
    if (!reader)
        fail_msg("%s", error.text);
    return reader;
}

static size_t look(GzipReader *reader, size_t size) {
    size_t count = 0;
    Error error;
    if (!gzip_reader_look_ahead(reader, size, &count, &error))
        fail_msg("%s", error.text);
    return count;
}

TEST_WITH(scratch_create, scratch_remove, a_raw_file_holds_its_unread_bytes) {
    size_t got;
    uint8_t bytes[4];
    Error error;
    scratch_write("raw", "abcdefgh", 8);
    GzipReader *reader = open_file("raw");
    assert_int_equal(look(reader, 8), 8);
    assert_int_equal(look(reader, SIZE_MAX), 8);
    assert_true(gzip_reader_peek(reader, bytes, 2, &got, &error));
    assert_int_equal(look(reader, 9), 8);
    assert_true(gzip_reader_read(reader, bytes, 3, &got, &error));
    assert_int_equal(look(reader, 9), 5);
    assert_int_equal(look(reader, 2), 2);
    assert_true(gzip_reader_read(reader, bytes, 4, &got, &error));
    assert_memory_equal(bytes, "defg", 4);
    gzip_reader_close(reader);
}

TEST_WITH(scratch_create, scratch_remove, gzip_data_cannot_hold_more_than_deflates_largest_ratio) {
    size_t count, size;
    Error error;
    uint8_t *gzip = gzip_bytes("abc", 3, &size);
    scratch_write("small.gz", gzip, size);
    free(gzip);
    GzipReader *reader = open_file("small.gz");
    assert_false(gzip_reader_look_ahead(reader, (size_t)1 << 40, &count, &error));
    assert_non_null(strstr(error.text, "small.gz: expected 1099511627776 bytes in gzip data, "
                                       "found only 23 of data"));
    assert_int_equal(look(reader, 1000), 1000); // too little to be worth a look
    gzip_reader_close(reader);
}

TEST_WITH(scratch_create, scratch_remove,
          much_gzip_data_is_counted_and_then_read_from_where_it_was) {
    write_zeros();
    GzipReader *reader = open_file("zeros.gz");
    uint8_t bytes[2];
    size_t got;
    Error error;
    assert_true(gzip_reader_read(reader, bytes, 1, &got, &error));
    assert_int_equal(look(reader, SIZE + 1), SIZE + 1);
    assert_int_equal(look(reader, SIZE + 2), SIZE + 1);
    assert_int_equal(look(reader, SIZE), SIZE);
    assert_true(gzip_reader_read(reader, bytes, 2, &got, &error));
    assert_int_equal(got, 2);
    assert_memory_equal(bytes, "b\0", 2);
    assert_int_equal(look(reader, SIZE), SIZE - 1);
    uint8_t *rest;
    assert_true(gzip_reader_read_all(reader, SIZE, &rest, &got, &error));
    assert_int_equal(got, SIZE - 1);
    free(rest);
    gzip_reader_close(reader);
}

// Writes the file to a pipe from a child process, whose id it returns.
static pid_t send_file(const char *name, const char *pipe_name) {
    assert_int_equal(mkfifo(scratch_path(pipe_name), 0600), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char *const arguments[] = {(char[]){"sh"},
                                   (char[]){"-c"},
                                   (char[]){"exec cat \"$0\" >\"$1\""},
                                   (char *)scratch_path(name),
                                   (char *)scratch_path(pipe_name),
                                   NULL};
        execv("/bin/sh", arguments);
        _exit(1);
    }
    return child;
}

TEST_WITH(scratch_create, scratch_remove, gzip_data_from_a_pipe_may_not_expand_without_bound) {
    write_zeros();
    pid_t child = send_file("zeros.gz", "pipe");
    GzipReader *reader = open_file("pipe");
    uint8_t *bytes;
    size_t size;
    Error error;
    assert_int_equal(look(reader, SIZE), SIZE); // not known
    assert_false(gzip_reader_read_up_to(reader, SIZE, &bytes, &size, &error));
    assert_null(bytes);
    assert_non_null(strstr(error.text, "expected gzip data that expands at most 16 times"));
    gzip_reader_close(reader);
    assert_int_equal(waitpid(child, NULL, 0), child);
}
