#include "io/idx.h"

#include "io/gzip_reader.h"

#include <stdlib.h>

enum { MAGIC_BYTES = 4, SIZE_BYTES = 4 };

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

static bool read_header_part(GzipReader *source, const char *path, uint8_t *part, size_t size,
                             Error *error) {
    size_t got;
    if (!gzip_reader_read(source, part, size, &got, error))
        return false;
    if (got < size)
        return error_set(error, "%s: expected an IDX header, found the file's end in it", path);
    return true;
}

static bool read_magic(GzipReader *source, const char *path, IdxArray *array, Error *error) {
    uint8_t magic[MAGIC_BYTES];
    size_t got;
    if (!gzip_reader_read(source, magic, sizeof magic, &got, error))
        return false;
    if (got == 0)
        return error_set(error, "%s: expected an IDX file, found an empty one", path);
    if (got < sizeof magic)
        return error_set(error, "%s: expected an IDX file, found only %zu bytes", path, got);
    array->type = magic[2];
    array->rank = magic[3];
    if (magic[0] != 0 || magic[1] != 0 || value_size(array->type) == 0 || array->rank == 0)
        return error_set(
            error, "%s: expected an IDX file, found one that begins %02x %02x %02x %02x%s", path,
            magic[0], magic[1], magic[2], magic[3], magic[0] == '<' ? " (a web page?)" : "");
    if (array->rank > IDX_MAX_RANK)
        return error_set(error, "%s: expected at most %d dimensions, found %zu", path, IDX_MAX_RANK,
                         array->rank);
    return true;
}

static bool read_header(GzipReader *source, const char *path, IdxArray *array, size_t *size,
                        Error *error) {
    if (!read_magic(source, path, array, error))
        return false;
    *size = value_size(array->type);
    for (size_t i = 0; i < IDX_MAX_RANK; i++)
        array->shape[i] = 1;
    for (size_t i = 0; i < array->rank; i++) {
        uint8_t b[SIZE_BYTES];
        if (!read_header_part(source, path, b, sizeof b, error))
            return false;
        array->shape[i] = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        if (array->shape[i] > 0 && *size > SIZE_MAX / array->shape[i])
            return error_set(error, "%s: expected sizes that fit memory, found a header beyond it",
                             path);
        *size *= array->shape[i];
    }
    return true;
}

// The buffer grows with what has really arrived, by doubling: the header's size is only a claim.
static bool read_values(GzipReader *source, const char *path, IdxArray *array, size_t size,
                        Error *error) {
    size_t capacity = 0;
    size_t filled = 0;
    do {
        capacity = capacity == 0 ? (size_t)1 << 20 : capacity * 2;
        if (capacity > size || capacity < filled)
            capacity = size;
        uint8_t *grown = realloc(array->bytes, capacity > 0 ? capacity : 1);
        if (!grown)
            return error_set(error, "%s: expected %zu bytes of memory for it, found less", path,
                             capacity);
        array->bytes = grown;
        size_t got;
        if (!gzip_reader_read(source, grown + filled, capacity - filled, &got, error))
            return false;
        filled += got;
    } while (filled == capacity && filled < size);
    if (filled < size)
        return error_set(error, "%s: expected %zu bytes of values, found only %zu", path, size,
                         filled);
    return true;
}

static bool read_end(GzipReader *source, const char *path, size_t size, Error *error) {
    uint8_t beyond;
    size_t got;
    if (!gzip_reader_read(source, &beyond, 1, &got, error))
        return false;
    if (got > 0)
        return error_set(error, "%s: expected the end after %zu bytes of values, found more", path,
                         size);
    return true;
}

bool idx_read_source(GzipReader *source, const char *path, IdxArray *array, Error *error) {
    size_t size;
    *array = (IdxArray){0};
    if (read_header(source, path, array, &size, error) &&
        read_values(source, path, array, size, error) && read_end(source, path, size, error))
        return true;
    free(array->bytes);
    *array = (IdxArray){0};
    return false;
}

bool idx_read(const char *path, IdxArray *array, Error *error) {
    *array = (IdxArray){0};
    GzipReader *source = gzip_reader_open(path, error);
    if (!source)
        return false;
    bool read = idx_read_source(source, path, array, error);
    gzip_reader_close(source);
    return read;
}
