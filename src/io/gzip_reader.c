#include "io/gzip_reader.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

struct GzipReader {
    const char *path;
    int fd;
    bool at_eof;     // of the file; input may be left in the buffer
    bool is_gzip;    // false: the input is the output
    bool in_member;  // the input must not end before the end of the member
    bool has_member; // a complete member was read
    uint8_t peeked[GZIP_READER_MAX_PEEK];
    size_t peeked_count;
    uint64_t input_size; // bytes read from the file
    size_t empty_bytes;  // of gzip data since the last byte of output
    z_stream stream;     // next_in and avail_in: unused input, gzip or raw
    unsigned char input[1 << 16];
};

// This module does not use zlib's gzread, which ignores garbage after the gzip data.
enum { GZIP_ONLY = 16, MAGIC_BYTES = 2, FIRST_CAPACITY = 1 << 16 };

// A small gzip file can expand to gigabytes. Up to FREE_BYTES that is harmless, and up to
// USUAL_RATIO it is likely to be data: MNIST's images expand 4.8 times. The largest ratio of
// deflate is MAX_RATIO (zlib.net, "zlib technical details"); LAG is inflated data that zlib holds.
enum { FREE_BYTES = 128 << 20, USUAL_RATIO = 16, MAX_RATIO = 1032, LAG = 1 << 16 };

// Headers, empty blocks and empty members expand to nothing. A pipe could send them for ever.
enum { MAX_EMPTY_BYTES = 1 << 20 };

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
        reader->input_size += (uint64_t)got;
        reader->at_eof = got == 0;
    }
    return true;
}

static bool detect_gzip(GzipReader *reader, Error *error) {
    reader->stream.next_in = reader->input;
    if (!fill_input(reader, error))
        return false;
    const unsigned char *input = reader->stream.next_in;
    bool has_magic = reader->stream.avail_in >= MAGIC_BYTES && input[0] == 0x1f && input[1] == 0x8b;
    if (has_magic && inflateInit2(&reader->stream, GZIP_ONLY + MAX_WBITS) != Z_OK)
        return error_no_memory(error, reader->path, (size_t)1 << MAX_WBITS);
    reader->is_gzip = has_magic;
    return true;
}

GzipReader *gzip_reader_open(const char *path, Error *error) {
    GzipReader *reader = memory_alloc(1, sizeof *reader, path, error);
    if (!reader)
        return NULL;
    reader->path = path;
    bool is_stdin = strcmp(path, "-") == 0;
    reader->fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    bool is_open = reader->fd >= 0 || error_errno(error, "open", path);
    if (is_open && detect_gzip(reader, error))
        return reader;
    gzip_reader_close(reader);
    return NULL;
}

void gzip_reader_close(GzipReader *reader) {
    if (!reader)
        return;
    if (reader->is_gzip)
        inflateEnd(&reader->stream);
    if (reader->fd >= 0)
        close(reader->fd);
    free(reader);
}

// Reads from a raw file directly into the caller's buffer.
static bool read_direct(GzipReader *reader, Error *error) {
    z_stream *stream = &reader->stream;
    ssize_t got;
    do
        got = read(reader->fd, stream->next_out, stream->avail_out);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_errno(error, "read", reader->path);
    stream->next_out += got;
    stream->avail_out -= (uInt)got;
    reader->at_eof = got == 0;
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

// Counts the input of a call of inflate if there was no output. avail_in and avail_out are those of
// the stream before the call. Returns false and sets *error if the count is too high.
static bool count_empty(GzipReader *reader, uInt avail_in, uInt avail_out, Error *error) {
    const z_stream *stream = &reader->stream;
    bool is_empty = stream->avail_out == avail_out;
    reader->empty_bytes = is_empty ? reader->empty_bytes + (avail_in - stream->avail_in) : 0;
    return reader->empty_bytes <= MAX_EMPTY_BYTES ||
           error_set(error, "%s: expected at most %d bytes of gzip data without output, found more",
                     reader->path, MAX_EMPTY_BYTES);
}

// A gzip file is a sequence of members (RFC 1952, section 2.2).
static bool inflate_input(GzipReader *reader, Error *error) {
    z_stream *stream = &reader->stream;
    uInt avail_in = stream->avail_in;
    uInt avail_out = stream->avail_out;
    int result = inflate(stream, Z_NO_FLUSH);
    if (!count_empty(reader, avail_in, avail_out, error))
        return false;
    switch (result) {
    case Z_OK:
        reader->in_member = true;
        return true;
    case Z_STREAM_END:
        reader->in_member = false;
        reader->has_member = true;
        inflateReset(stream);
        return true;
    case Z_DATA_ERROR:
        if (!reader->in_member && reader->has_member)
            return error_set(error, "%s: expected the end after the gzip data, found more bytes",
                             reader->path);
        // fall through
    default:
        return error_set(error, "%s: expected valid gzip data, found: %s", reader->path,
                         stream->msg ? stream->msg : "damaged data");
    }
}

// As gzip_reader_read; `size` is at most UINT_MAX, zlib's limit.
static bool read_part(GzipReader *reader, unsigned char *bytes, uInt size, size_t *got,
                      Error *error) {
    z_stream *stream = &reader->stream;
    stream->next_out = bytes;
    stream->avail_out = size;
    while (stream->avail_out > 0) {
        if (!reader->is_gzip && stream->avail_in == 0 && !reader->at_eof) {
            if (!read_direct(reader, error))
                return false;
            continue;
        }
        if (!fill_input(reader, error))
            return false;
        if (stream->avail_in == 0 && reader->in_member)
            return error_set(error, "%s: expected more gzip data, found the end of the file",
                             reader->path);
        if (stream->avail_in == 0)
            break;
        if (!reader->is_gzip)
            copy_input(stream);
        else if (!inflate_input(reader, error))
            return false;
    }
    *got = size - stream->avail_out;
    return true;
}

bool gzip_reader_read(GzipReader *reader, void *bytes, size_t size, size_t *got, Error *error) {
    *got = reader->peeked_count < size ? reader->peeked_count : size;
    memcpy(bytes, reader->peeked, *got);
    reader->peeked_count -= *got;
    memmove(reader->peeked, reader->peeked + *got, reader->peeked_count);
    while (*got < size) {
        size_t left = size - *got;
        size_t more = 0;
        uInt part = left < UINT_MAX ? (uInt)left : UINT_MAX;
        if (!read_part(reader, (unsigned char *)bytes + *got, part, &more, error))
            return false;
        *got += more;
        if (more < part)
            break;
    }
    return true;
}

bool gzip_reader_peek(GzipReader *reader, uint8_t *bytes, size_t size, size_t *got, Error *error) {
    uint8_t next[GZIP_READER_MAX_PEEK] = {0};
    size_t count;
    if (!gzip_reader_read(reader, next, sizeof next, &count, error))
        return false;
    memcpy(reader->peeked, next, count);
    reader->peeked_count = count;
    memcpy(bytes, next, size);
    *got = count < size ? count : size;
    return true;
}

// Sets *left to the bytes of the file that are not yet used. Returns false if the file is a pipe
// or a device.
static bool count_left(const GzipReader *reader, uint64_t *left) {
    struct stat status;
    off_t offset = lseek(reader->fd, 0, SEEK_CUR);
    if (offset < 0 || fstat(reader->fd, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    *left = reader->stream.avail_in;
    if (status.st_size > offset)
        *left += (uint64_t)(status.st_size - offset);
    return true;
}

// Reads and drops up to `size` bytes.
static bool skip(GzipReader *reader, size_t size, size_t *count, Error *error) {
    unsigned char bytes[1 << 13];
    size_t got = sizeof bytes;
    for (*count = 0; *count < size && got == sizeof bytes; *count += got) {
        if (!gzip_reader_read(reader, bytes, sizeof bytes, &got, error))
            return false;
    }
    *count = *count < size ? *count : size;
    return true;
}

// Counts with a copy of the reader, and returns to the reader's position in the file.
static bool count_inflated(GzipReader *reader, size_t size, size_t *count, Error *error) {
    off_t offset = lseek(reader->fd, 0, SEEK_CUR);
    GzipReader *copy = memory_alloc(1, sizeof *copy, reader->path, error);
    if (!copy)
        return false;
    *copy = *reader;
    if (inflateCopy(&copy->stream, &reader->stream) != Z_OK) {
        free(copy);
        return error_no_memory(error, reader->path, (size_t)1 << MAX_WBITS);
    }
    copy->stream.next_in = copy->input + (reader->stream.next_in - reader->input);
    bool is_read = skip(copy, size, count, error);
    inflateEnd(&copy->stream);
    free(copy);
    if (lseek(reader->fd, offset, SEEK_SET) < 0 && is_read)
        return error_errno(error, "read", reader->path);
    return is_read;
}

bool gzip_reader_look_ahead(GzipReader *reader, size_t size, size_t *count, Error *error) {
    uint64_t left;
    *count = size;
    if (!count_left(reader, &left))
        return true;
    if (!reader->is_gzip) {
        *count = size < left + reader->peeked_count ? size : (size_t)left + reader->peeked_count;
        return true;
    }
    if (size > FREE_BYTES && size / MAX_RATIO > left + LAG)
        return error_set(error,
                         "%s: expected %zu bytes in gzip data, found only %" PRIu64 " of data",
                         reader->path, size, left);
    if (size > FREE_BYTES && size / USUAL_RATIO > left)
        return count_inflated(reader, size, count, error);
    return true;
}

// See FREE_BYTES. Files are judged by gzip_reader_look_ahead.
static bool check_pipe(const GzipReader *reader, size_t size, Error *error) {
    uint64_t left;
    if (!reader->is_gzip || size < FREE_BYTES || size / USUAL_RATIO <= reader->input_size ||
        count_left(reader, &left))
        return true;
    return error_set(error,
                     "%s: expected gzip data that expands at most %d times, found %" PRIu64
                     " bytes that expand to %zu; files may expand more than pipes",
                     reader->path, USUAL_RATIO, reader->input_size, size);
}

bool gzip_reader_read_up_to(GzipReader *reader, size_t max, uint8_t **bytes, size_t *size,
                            Error *error) {
    size_t capacity = 0;
    bool has_read;
    *bytes = NULL;
    *size = 0;
    do { // doubles the capacity as long as the data fills it
        capacity = capacity == 0 ? FIRST_CAPACITY : 2 * capacity;
        capacity = capacity < max ? capacity : max;
        bool is_allowed = check_pipe(reader, *size, error);
        uint8_t *grown = is_allowed ? memory_resize(*bytes, capacity, reader->path, error) : NULL;
        size_t got = 0;
        has_read = grown && gzip_reader_read(reader, grown + *size, capacity - *size, &got, error);
        *bytes = grown ? grown : *bytes;
        *size += got;
    } while (has_read && *size == capacity && capacity < max);
    if (!has_read) {
        free(*bytes);
        *bytes = NULL;
    }
    return has_read;
}

bool gzip_reader_read_all(GzipReader *reader, size_t max, uint8_t **bytes, size_t *size,
                          Error *error) {
    if (!gzip_reader_read_up_to(reader, max, bytes, size, error))
        return false;
    uint8_t byte;
    size_t more;
    bool is_read = gzip_reader_read(reader, &byte, 1, &more, error);
    if (is_read && more > 0)
        is_read = error_set(error, "%s: expected at most %zu bytes, found more", reader->path, max);
    if (!is_read) {
        free(*bytes);
        *bytes = NULL;
    }
    return is_read;
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
