// gzip_reader where read() is interrupted, returns few bytes, or fails. This program defines read
// itself: its definition takes precedence over that of the C library.
#include "io/gzip_reader.h"
#include "support/scratch.h"
#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <stddef.h>
#include <stdint.h>

static struct {
    size_t calls;
    size_t max_bytes;  // per call; 0: no limit
    bool interrupts;   // every second call
    size_t fail_after; // calls; 0: never
} simulated;

ssize_t read(int fd, void *bytes, size_t size) {
    simulated.calls++;
    if (simulated.interrupts && simulated.calls % 2 == 1) {
        errno = EINTR;
        return -1;
    }
    if (simulated.fail_after > 0 && simulated.calls > simulated.fail_after) {
        errno = EIO;
        return -1;
    }
    struct iovec part = {bytes, size};
    if (simulated.max_bytes > 0 && size > simulated.max_bytes)
        part.iov_len = simulated.max_bytes;
    return readv(fd, &part, 1);
}

static const char content[] = "The quick brown fox jumps over the lazy dog.";

enum { SIZE = sizeof content - 1 };

static void write_files(void) {
    size_t size;
    uint8_t *gzip = gzip_bytes(content, SIZE, &size);
    scratch_write("raw", content, SIZE);
    scratch_write("gzip", gzip, size);
    free(gzip);
}

static void check_read(const char *name) {
    uint8_t *bytes;
    size_t size;
    Error error;
    simulated.calls = 0;
    if (!gzip_reader_read_file(scratch_path(name), SIZE, &bytes, &size, &error))
        fail_msg("%s", error.text);
    assert_int_equal(size, SIZE);
    assert_memory_equal(bytes, content, SIZE);
    free(bytes);
}

TEST(interrupted_and_short_reads_are_continued) {
    write_files();
    for (size_t max = 0; max < 5; max++) {
        simulated.max_bytes = max;
        for (int i = 0; i < 2; i++) {
            simulated.interrupts = i == 1;
            check_read("raw");
            check_read("gzip");
        }
    }
}

TEST(a_failed_read_is_an_error) {
    write_files();
    simulated.interrupts = false;
    simulated.max_bytes = 3;
    const char *names[] = {"raw", "gzip"};
    for (int i = 0; i < 2; i++) {
        for (size_t after = 1; after < SIZE / 3; after++) {
            uint8_t *bytes;
            size_t size;
            Error error = {{0}};
            simulated.calls = 0;
            simulated.fail_after = after;
            assert_false(
                gzip_reader_read_file(scratch_path(names[i]), SIZE, &bytes, &size, &error));
            assert_null(bytes);
            assert_non_null(strstr(error.text, "cannot read "));
            assert_non_null(strstr(error.text, ": Input/output error"));
        }
    }
    simulated.fail_after = 0;
}

TEST_PROGRAM(scratch_create, scratch_remove)
