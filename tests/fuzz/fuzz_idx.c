// The input is an IDX file, raw or gzip.
#define _GNU_SOURCE // memfd_create
#include "fuzz.h"

#include "io/idx.h"

#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif
#include <unistd.h>

// Returns a file that only this process can open: in memory on Linux.
static int file_descriptor(void) {
    static int descriptor = -1;
    if (descriptor >= 0)
        return descriptor;
#ifdef __linux__
    descriptor = memfd_create("input", 0);
#else
    descriptor = fileno(tmpfile());
#endif
    CHECK(descriptor >= 0);
    return descriptor;
}

static const char *write_file(const uint8_t *bytes, size_t size) {
    static char path[32];
    int descriptor = file_descriptor();
    CHECK(ftruncate(descriptor, 0) == 0);
    CHECK(pwrite(descriptor, bytes, size, 0) == (ssize_t)size);
    // On macOS, /dev/fd shares the file position.
    CHECK(lseek(descriptor, 0, SEEK_SET) == 0);
    snprintf(path, sizeof path, "/dev/fd/%d", descriptor);
    return path;
}

static size_t value_size(uint8_t type) {
    static const size_t sizes[] = {1, 1, 0, 2, 4, 4, 8}; // of types 8 to 14
    CHECK(type >= 8 && type < 8 + sizeof sizes / sizeof *sizes && sizes[type - 8] > 0);
    return sizes[type - 8];
}

static void check_header(const Idx *idx) {
    size_t size = value_size(idx->type);
    CHECK(idx->rank >= 1 && idx->rank <= IDX_MAX_RANK);
    for (size_t i = 0; i < IDX_MAX_RANK; i++) {
        CHECK(i < idx->rank || idx->shape[i] == 1);
        CHECK(idx->shape[i] == 0 || size <= SIZE_MAX / idx->shape[i]);
        size *= idx->shape[i];
    }
    CHECK(idx->size == size && idx->left == size);
}

// Reads the values in steps. They stand at `expected` if that is not NULL.
static bool read_values(Idx *idx, size_t step, const uint8_t *expected, Error *error) {
    uint8_t bytes[1001];
    bool is_read = true;
    while (is_read && idx->left > 0) {
        size_t size = idx->left < step ? idx->left : step;
        const size_t done = idx->size - idx->left;
        is_read = idx_read(idx, bytes, size, error);
        CHECK(!is_read || !expected || memcmp(bytes, expected + done, size) == 0);
    }
    return is_read;
}

// Steps of any size: the same is accepted.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const size_t steps[2] = {1000, 7};
    bool is_gzip = size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
    bool is_read[2] = {false, false};
    for (int i = 0; i < 2; i++) {
        const char *path = write_file(bytes, size);
        Idx idx;
        Error error;
        error.text[0] = '\0';
        GzipReader *reader = gzip_reader_open(path, &error);
        if (reader && idx_open(&idx, reader, path, &error)) {
            check_header(&idx);
            const size_t header = 4 + 4 * idx.rank;
            is_read[i] = read_values(&idx, steps[i], is_gzip ? NULL : bytes + header, &error);
            CHECK(!is_read[i] || is_gzip || idx.size == 0 || size == header + idx.size);
        }
        gzip_reader_close(reader);
        if (!is_read[i]) {
            check_error_text(&error);
            CHECK(strstr(error.text, path));
        }
    }
    CHECK(is_read[0] == is_read[1]);
    return 0;
}
