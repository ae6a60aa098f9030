#include "io/idx.h"

#include <stdlib.h>

enum { MAGIC_BYTES = 4, SIZE_BYTES = 4 };

// Returns 0 for an unknown type.
static size_t value_size(uint8_t type) {
    switch (type) {
    case IDX_UNSIGNED_BYTE:
    case 0x09: // signed byte
        return 1;
    case 0x0b: // short
        return 2;
    case IDX_INT:
    case 0x0d: // float
        return 4;
    case 0x0e: // double
        return 8;
    default:
        return 0;
    }
}

bool idx_detect(const uint8_t magic[MAGIC_BYTES]) {
    return magic[0] == 0 && magic[1] == 0 && value_size(magic[2]) > 0 && magic[3] > 0;
}

static bool read_magic(GzipReader *reader, const char *path, IdxArray *array, Error *error) {
    uint8_t magic[MAGIC_BYTES];
    size_t got;
    if (!gzip_reader_read(reader, magic, sizeof magic, &got, error))
        return false;
    if (got == 0)
        return error_set(error, "%s: expected an IDX file, found an empty one", path);
    if (got < sizeof magic)
        return error_set(error, "%s: expected an IDX file, found only %zu bytes", path, got);
    array->type = magic[2];
    array->rank = magic[3];
    if (!idx_detect(magic))
        return error_set(
            error, "%s: expected an IDX file, found a file that begins %02x %02x %02x %02x%s", path,
            magic[0], magic[1], magic[2], magic[3], magic[0] == '<' ? " (a web page?)" : "");
    if (array->rank > IDX_MAX_RANK)
        return error_set(error, "%s: expected at most %d dimensions, found %zu", path, IDX_MAX_RANK,
                         array->rank);
    return true;
}

// Reads the size of each dimension, and sets *size to the number of bytes of all values.
static bool read_shape(GzipReader *reader, const char *path, IdxArray *array, size_t *size,
                       Error *error) {
    *size = value_size(array->type);
    for (size_t i = 0; i < IDX_MAX_RANK; i++)
        array->shape[i] = 1;
    for (size_t i = 0; i < array->rank; i++) {
        uint8_t b[SIZE_BYTES];
        size_t got;
        if (!gzip_reader_read(reader, b, sizeof b, &got, error))
            return false;
        if (got < sizeof b)
            return error_set(error, "%s: expected a whole IDX header, found the end of the file",
                             path);
        array->shape[i] = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        if (array->shape[i] > 0 && *size > SIZE_MAX / array->shape[i])
            return error_set(error, "%s: expected a shape that fits memory, found a larger one",
                             path);
        *size *= array->shape[i];
    }
    return true;
}

static bool read_values(GzipReader *reader, const char *path, IdxArray *array, size_t size,
                        Error *error) {
    size_t got;
    if (!gzip_reader_look_ahead(reader, size, &got, error))
        return false;
    if (got == size && !gzip_reader_read_up_to(reader, size, &array->bytes, &got, error))
        return false;
    if (got < size)
        return error_set(error, "%s: expected %zu bytes of values, found only %zu", path, size,
                         got);
    return true;
}

static bool read_end(GzipReader *reader, const char *path, size_t size, Error *error) {
    uint8_t byte;
    size_t got;
    if (!gzip_reader_read(reader, &byte, 1, &got, error))
        return false;
    if (got > 0)
        return error_set(error, "%s: expected the end after %zu bytes of values, found more", path,
                         size);
    return true;
}

bool idx_read_from(GzipReader *reader, const char *path, IdxCheck *check, const void *context,
                   IdxArray *array, Error *error) {
    size_t size;
    *array = (IdxArray){0};
    if (read_magic(reader, path, array, error) && read_shape(reader, path, array, &size, error) &&
        (!check || check(context, array, error)) && read_values(reader, path, array, size, error) &&
        read_end(reader, path, size, error))
        return true;
    free(array->bytes);
    *array = (IdxArray){0};
    return false;
}

bool idx_read(const char *path, IdxCheck *check, const void *context, IdxArray *array,
              Error *error) {
    *array = (IdxArray){0};
    GzipReader *reader = gzip_reader_open(path, error);
    if (!reader)
        return false;
    bool is_read = idx_read_from(reader, path, check, context, array, error);
    gzip_reader_close(reader);
    return is_read;
}
