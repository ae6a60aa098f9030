#include "io/idx.h"

#include "base/byte_order.h"
#include "io/file_kind.h"

enum { MAGIC_BYTES = 4, SIZE_BYTES = 4 };

// Returns 0 for an unknown type.
static size_t value_size(uint8_t type) {
    static const uint8_t sizes[] = {
        [IDX_UNSIGNED_BYTE] = 1,
        [0x09] = 1, // signed byte
        [0x0b] = 2, // short
        [IDX_INT] = 4,
        [0x0d] = 4, // float
        [0x0e] = 8, // double
    };
    return type < sizeof sizes ? sizes[type] : 0;
}

bool idx_detect(const uint8_t magic[MAGIC_BYTES]) {
    return magic[0] == 0 && magic[1] == 0 && value_size(magic[2]) > 0;
}

bool idx_open(Idx *idx, GzipReader *reader, const char *path, Error *error) {
    uint8_t head[FILE_KIND_BYTES], header[MAGIC_BYTES + SIZE_BYTES * IDX_MAX_RANK];
    size_t got = gzip_reader_head(reader, head, sizeof head);
    if (!idx_detect(head)) {
        char text[FILE_KIND_TEXT];
        return error_set(error, "%s: expected an IDX file, found %s", path,
                         file_kind_describe(head, got, text));
    }
    *idx = (Idx){.reader = reader, .path = path, .type = head[2], .rank = head[3]};
    if (idx->rank == 0 || idx->rank > IDX_MAX_RANK)
        return error_set(error, "%s: expected 1 to %d dimensions, found %zu", path, IDX_MAX_RANK,
                         idx->rank);
    const size_t header_size = MAGIC_BYTES + SIZE_BYTES * idx->rank;
    if (!gzip_reader_read(reader, header, header_size, &got, error))
        return false;
    if (got < header_size)
        return error_set(error, "%s: expected a whole IDX header, found the end of the file", path);
    idx->size = value_size(idx->type);
    for (size_t i = 0; i < IDX_MAX_RANK; i++) {
        const uint8_t *bytes = header + MAGIC_BYTES + SIZE_BYTES * i;
        idx->shape[i] = i < idx->rank ? byte_order_read_big32(bytes) : 1;
        if (idx->shape[i] > 0 && idx->size > SIZE_MAX / idx->shape[i])
            return error_set(error, "%s: expected a shape that fits memory, found a larger one",
                             path);
        idx->size *= idx->shape[i];
    }
    idx->left = idx->size;
    return true;
}

// A read that meets the end of the file checks the end of gzip data too.
bool idx_read(Idx *idx, void *bytes, size_t size, Error *error) {
    const size_t asked = size < idx->left ? size : size + 1;
    size_t got;
    if (!gzip_reader_read(idx->reader, bytes, asked, &got, error))
        return false;
    if (got < size)
        return error_set(error, "%s: expected %zu bytes of values, found only %zu", idx->path,
                         idx->size, idx->size - idx->left + got);
    idx->left -= size;
    return got == size ||
           error_set(error, "%s: expected the end after %zu bytes of values, found more", idx->path,
                     idx->size);
}
