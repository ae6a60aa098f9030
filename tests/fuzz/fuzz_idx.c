// The input is a file for idx_read, raw or gzip.
#define _GNU_SOURCE // memfd_create
#include "fuzz.h"

#include "io/idx.h"

#include <stdio.h>
#include <stdlib.h>
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

static void check_array(const IdxArray *array, const uint8_t *bytes, size_t size) {
    CHECK(array->rank >= 1 && array->rank <= IDX_MAX_RANK);
    size_t values = value_size(array->type);
    for (size_t i = 0; i < IDX_MAX_RANK; i++) {
        CHECK(i < array->rank || array->shape[i] == 1);
        CHECK(array->shape[i] == 0 || values <= SIZE_MAX / array->shape[i]);
        values *= array->shape[i];
    }
    CHECK(array->bytes);
    touch(array->bytes, values);
    if (size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
        return;
    size_t header = 4 + 4 * array->rank;
    CHECK(size == header + values);
    CHECK(memcmp(bytes + header, array->bytes, values) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    const char *path = write_file(bytes, size);
    IdxArray array;
    Error error;
    error.text[0] = '\0';
    if (idx_read(path, NULL, NULL, &array, &error)) {
        check_array(&array, bytes, size);
        free(array.bytes);
    } else {
        CHECK(!array.bytes);
        check_error_text(&error);
        CHECK(strncmp(error.text, path, strlen(path)) == 0);
    }
    return 0;
}
