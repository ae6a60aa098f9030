#include "io/gzip_reader.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

struct GzipReader {
    const char *path;
    int fd;
    bool at_eof;    // of the file; input may be left in the buffer
    bool is_gzip;   // false: the input is the output
    bool in_member; // the input must not end before the end of the member
    uint8_t head[FILE_KIND_BYTES];
    size_t head_size;
    size_t head_used; // bytes of the head that gzip_reader_read has returned
    z_stream stream;  // next_in and avail_in: unused input, gzip or raw
    unsigned char input[1 << 16];
};

// This module does not use zlib's gzread: it ignores garbage after the gzip data, and takes data
// for complete that is cut short where its buffer is full.
enum { GZIP_ONLY = 16, MAGIC_BYTES = 2, FIRST_CAPACITY = 1 << 16 };

// Reads until the input buffer has at least MAGIC_BYTES; it has fewer only at the end of the file.
static bool fill_input(GzipReader *reader, Error *error) {
    z_stream *stream = &reader->stream;
    while (stream->avail_in < MAGIC_BYTES && !reader->at_eof) {
        memmove(reader->input, stream->next_in, stream->avail_in);
        stream->next_in = reader->input;
        size_t used = stream->avail_in;
        ssize_t got = read(reader->fd, reader->input + used, sizeof reader->input - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_errno(error, "read", reader->path);
        stream->avail_in += (uInt)got;
        reader->at_eof = got == 0;
    }
    return true;
}

static void copy_input(z_stream *stream) {
    uInt count = stream->avail_in < stream->avail_out ? stream->avail_in : stream->avail_out;
    memcpy(stream->next_out, stream->next_in, count);
    stream->next_in += count;
    stream->avail_in -= count;
    stream->next_out += count;
    stream->avail_out -= count;
}

static bool has_magic(const z_stream *stream) {
    return stream->avail_in >= MAGIC_BYTES && stream->next_in[0] == 0x1f &&
           stream->next_in[1] == 0x8b;
}

// A gzip file is a sequence of members (RFC 1952, section 2.2).
static bool inflate_input(GzipReader *reader, Error *error) {
    z_stream *stream = &reader->stream;
    if (!reader->in_member && !has_magic(stream))
        return error_set(error, "%s: expected the end after the gzip data, found more bytes",
                         reader->path);
    const int code = inflate(stream, Z_NO_FLUSH);
    reader->in_member = code != Z_STREAM_END;
    if (code == Z_STREAM_END)
        inflateReset(stream);
    else if (code == Z_MEM_ERROR)
        return error_no_memory(error, reader->path, (size_t)1 << MAX_WBITS);
    else if (code != Z_OK)
        return error_set(error, "%s: expected valid gzip data, found: %s", reader->path,
                         stream->msg ? stream->msg : "damaged data");
    return true;
}

// As gzip_reader_read, but does not read the head.
static bool read_after_head(GzipReader *reader, unsigned char *bytes, size_t size, size_t *got,
                            Error *error) {
    z_stream *stream = &reader->stream;
    for (*got = 0; *got < size; *got = (size_t)(stream->next_out - bytes)) {
        if (!fill_input(reader, error))
            return false;
        if (stream->avail_in == 0)
            return !reader->in_member ||
                   error_set(error, "%s: expected more gzip data, found the end of the file",
                             reader->path);
        stream->next_out = bytes + *got;
        stream->avail_out = size - *got < UINT_MAX ? (uInt)(size - *got) : UINT_MAX;
        if (!reader->is_gzip)
            copy_input(stream);
        else if (!inflate_input(reader, error))
            return false;
    }
    return true;
}

static bool read_head(GzipReader *reader, Error *error) {
    z_stream *stream = &reader->stream;
    stream->next_in = reader->input;
    if (!fill_input(reader, error))
        return false;
    reader->is_gzip = has_magic(stream);
    if (reader->is_gzip && inflateInit2(stream, GZIP_ONLY + MAX_WBITS) != Z_OK)
        return error_no_memory(error, reader->path, (size_t)1 << MAX_WBITS);
    return read_after_head(reader, reader->head, sizeof reader->head, &reader->head_size, error);
}

GzipReader *gzip_reader_open(const char *path, Error *error) {
    GzipReader *reader = memory_alloc(1, sizeof *reader, path, error);
    if (!reader)
        return NULL;
    reader->path = path;
    bool is_stdin = strcmp(path, "-") == 0;
    reader->fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    bool is_open = reader->fd >= 0 || error_errno(error, "open", path);
    if (is_open && read_head(reader, error))
        return reader;
    gzip_reader_close(reader);
    return NULL;
}

void gzip_reader_close(GzipReader *reader) {
    if (!reader)
        return;
    inflateEnd(&reader->stream); // does nothing to a zeroed one
    if (reader->fd >= 0)
        close(reader->fd);
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
        read_after_head(reader, (unsigned char *)bytes + from_head, size - from_head, got, error);
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
