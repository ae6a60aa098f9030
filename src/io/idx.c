#include "io/idx.h"

#include "base/byte_order.h"
#include "io/file_kind.h"

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
    return magic[0] == 0 && magic[1] == 0 && value_size(magic[2]) > 0;
}

static bool read_magic(Idx *idx, Error *error) {
    uint8_t head[FILE_KIND_BYTES], magic[MAGIC_BYTES];
    const size_t head_size = gzip_reader_head(idx->reader, head, sizeof head);
    size_t got;
    if (!gzip_reader_read(idx->reader, magic, sizeof magic, &got, error))
        return false;
    if (got == 0)
        return error_set(error, "%s: expected an IDX file, found an empty one", idx->path);
    if (got < sizeof magic)
        return error_set(error, "%s: expected an IDX file, found only %zu bytes", idx->path, got);
    if (!idx_detect(magic)) {
        char text[FILE_KIND_TEXT];
        return error_set(error, "%s: expected an IDX file, found %s", idx->path,
                         file_kind_describe(head, head_size, text));
    }
    idx->type = magic[2];
    idx->rank = magic[3];
    if (idx->rank == 0 || idx->rank > IDX_MAX_RANK)
        return error_set(error, "%s: expected 1 to %d dimensions, found %zu", idx->path,
                         IDX_MAX_RANK, idx->rank);
    return true;
}

// Reads the size of each dimension.
static bool read_shape(Idx *idx, Error *error) {
    idx->size = value_size(idx->type);
    for (size_t i = 0; i < IDX_MAX_RANK; i++) {
        uint8_t bytes[SIZE_BYTES];
        size_t got;
        idx->shape[i] = 1;
        if (i >= idx->rank)
            continue;
        if (!gzip_reader_read(idx->reader, bytes, sizeof bytes, &got, error))
            return false;
        if (got < sizeof bytes)
            return error_set(error, "%s: expected a whole IDX header, found the end of the file",
                             idx->path);
        idx->shape[i] = byte_order_read_big32(bytes);
        if (idx->shape[i] > 0 && idx->size > SIZE_MAX / idx->shape[i])
            return error_set(error, "%s: expected a shape that fits memory, found a larger one",
                             idx->path);
        idx->size *= idx->shape[i];
    }
    return true;
}

bool idx_open(Idx *idx, GzipReader *reader, const char *path, Error *error) {
    *idx = (Idx){.reader = reader, .path = path};
    bool is_open = read_magic(idx, error) && read_shape(idx, error);
    idx->left = idx->size;
    return is_open;
}

bool idx_read(Idx *idx, void *bytes, size_t size, Error *error) {
    uint8_t byte;
    size_t got;
    if (!gzip_reader_read(idx->reader, bytes, size, &got, error))
        return false;
    idx->left -= got;
    if (got < size)
        return error_set(error, "%s: expected %zu bytes of values, found only %zu", idx->path,
                         idx->size, idx->size - idx->left);
    if (idx->left > 0)
        return true;
    if (!gzip_reader_read(idx->reader, &byte, 1, &got, error))
        return false;
    return got == 0 ||
           error_set(error, "%s: expected the end after %zu bytes of values, found more", idx->path,
                     idx->size);
}
