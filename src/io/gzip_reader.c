#include "io/gzip_reader.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

struct GzipReader {
    const char *path;
    gzFile file;
    uint8_t head[FILE_KIND_BYTES];
    size_t head_size;
    size_t head_used; // bytes of the head that gzip_reader_read has returned
};

// Into a buffer of twice BUFFER_BYTES or more, as a step of images, zlib inflates without a copy.
enum { BUFFER_BYTES = 1 << 14, FIRST_CAPACITY = 1 << 16 };

// As gzip_reader_read, but does not read the head.
static bool read_after_head(GzipReader *reader, uint8_t *bytes, size_t size, size_t *got,
                            Error *error) {
    int code;
    *got = gzfread(bytes, 1, size, reader->file);
    const char *text = gzerror(reader->file, &code); // "PATH: REASON"
    if (code == Z_OK)
        return true;
    if (code == Z_ERRNO)
        return error_errno(error, "read", reader->path);
    if (code == Z_MEM_ERROR)
        return error_no_memory(error, reader->path, (size_t)1 << MAX_WBITS);
    if (code == Z_BUF_ERROR)
        return error_set(error, "%s: expected more gzip data, found the end of the file",
                         reader->path);
    const char *colon = strrchr(text, ':');
    return error_set(error, "%s: expected valid gzip data, found%s", reader->path,
                     colon ? colon : " damaged data");
}

GzipReader *gzip_reader_open(const char *path, Error *error) {
    GzipReader *reader = memory_alloc(1, sizeof *reader, path, error);
    if (!reader)
        return NULL;
    reader->path = path;
    reader->file = strcmp(path, "-") == 0 ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path, "rbe");
    if (!reader->file) {
        error_errno(error, "open", path);
    } else {
        gzbuffer(reader->file, BUFFER_BYTES);
        if (read_after_head(reader, reader->head, sizeof reader->head, &reader->head_size, error))
            return reader;
    }
    gzip_reader_close(reader);
    return NULL;
}

void gzip_reader_close(GzipReader *reader) {
    if (reader && reader->file)
        gzclose_r(reader->file);
    free(reader);
}

size_t gzip_reader_head(const GzipReader *reader, uint8_t *head, size_t size) {
    memcpy(head, reader->head, size);
    return reader->head_size < size ? reader->head_size : size;
}

bool gzip_reader_read(GzipReader *reader, void *bytes, size_t size, size_t *got, Error *error) {
    size_t left = reader->head_size - reader->head_used;
    size_t from_head = left < size ? left : size;
    if (from_head > 0)
        memcpy(bytes, reader->head + reader->head_used, from_head);
    reader->head_used += from_head;
    bool is_read =
        read_after_head(reader, (uint8_t *)bytes + from_head, size - from_head, got, error);
    *got += from_head;
    return is_read;
}

bool gzip_reader_read_all(GzipReader *reader, size_t max, uint8_t **bytes, size_t *size,
                          Error *error) {
    size_t capacity = 0;
    bool has_read;
    *bytes = NULL;
    *size = 0;
    do { // doubles the capacity as long as the data fills it, up to one byte more than allowed
        capacity = capacity == 0 ? FIRST_CAPACITY : 2 * capacity;
        capacity = capacity < max ? capacity : max + 1;
        uint8_t *grown = memory_resize(*bytes, capacity, reader->path, error);
        size_t got = 0;
        has_read = grown && gzip_reader_read(reader, grown + *size, capacity - *size, &got, error);
        *bytes = grown ? grown : *bytes;
        *size += got;
    } while (has_read && *size == capacity && capacity <= max);
    if (has_read && *size > max)
        has_read =
            error_set(error, "%s: expected at most %zu bytes, found more", reader->path, max);
    if (has_read) {
        (*bytes)[*size] = '\0'; // the last read was short
    } else {
        free(*bytes);
        *bytes = NULL;
    }
    return has_read;
}

bool gzip_reader_read_file(const char *path, size_t max, uint8_t **bytes, size_t *size,
                           Error *error) {
    *bytes = NULL;
    GzipReader *reader = gzip_reader_open(path, error);
    if (!reader)
        return false;
    bool is_read = gzip_reader_read_all(reader, max, bytes, size, error);
    gzip_reader_close(reader);
    return is_read;
}
