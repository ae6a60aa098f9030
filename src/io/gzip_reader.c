#include "io/gzip_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

struct GzipReader {
    const char *path;
    int file;
    bool file_ended;
    bool gzip;         // else the input is handed out as it is
    bool inside;       // a gzip member, so that the file may not end here
    bool has_member;   // one that was read to its end
    uint8_t peeked[2]; // bytes that come before the next ones
    size_t peeked_count;
    z_stream inflater; // its next_in and avail_in are the input not yet used, raw or gzip
    unsigned char input[1 << 16];
};

// zlib's gzread would do, but takes garbage behind the gzip data for the end of it.
enum { GZIP_ONLY = 16, MAGIC_BYTES = 2 };

static bool fill_input(GzipReader *source, Error *error) {
    while (source->inflater.avail_in < MAGIC_BYTES && !source->file_ended) {
        memmove(source->input, source->inflater.next_in, source->inflater.avail_in);
        source->inflater.next_in = source->input;
        size_t used = source->inflater.avail_in;
        ssize_t got = read(source->file, source->input + used, sizeof source->input - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(error, "%s: expected a readable file, found: %s", source->path,
                             strerror(errno));
        source->inflater.avail_in += (uInt)got;
        source->file_ended = got == 0;
    }
    return true;
}

static bool begin(GzipReader *source, Error *error) {
    source->inflater.next_in = source->input;
    if (!fill_input(source, error))
        return false;
    const unsigned char *input = source->inflater.next_in;
    source->gzip = source->inflater.avail_in >= MAGIC_BYTES && input[0] == 0x1f && input[1] == 0x8b;
    if (source->gzip && inflateInit2(&source->inflater, GZIP_ONLY + MAX_WBITS) != Z_OK) {
        source->gzip = false;
        return error_set(error, "%s: expected memory to inflate it, found none", source->path);
    }
    return true;
}

GzipReader *gzip_reader_open(const char *path, Error *error) {
    GzipReader *source = calloc(1, sizeof *source);
    if (!source) {
        error_set(error, "%s: expected memory to read it, found none", path);
        return NULL;
    }
    source->path = path;
    bool is_stdin = strcmp(path, "-") == 0;
    source->file = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (source->file < 0) {
        error_set(error, "%s: expected a readable file, found: %s", path, strerror(errno));
        gzip_reader_close(source);
        return NULL;
    }
    if (!begin(source, error)) {
        gzip_reader_close(source);
        return NULL;
    }
    return source;
}

// As much as there is for it, straight to where it is wanted.
static bool read_straight(GzipReader *source, Error *error) {
    z_stream *stream = &source->inflater;
    ssize_t got;
    do
        got = read(source->file, stream->next_out, stream->avail_out);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_set(error, "%s: expected a readable file, found: %s", source->path,
                         strerror(errno));
    stream->next_out += got;
    stream->avail_out -= (uInt)got;
    source->file_ended = got == 0;
    return true;
}

static void read_raw(z_stream *stream) {
    uInt count = stream->avail_in < stream->avail_out ? stream->avail_in : stream->avail_out;
    memcpy(stream->next_out, stream->next_in, count);
    stream->next_in += count;
    stream->avail_in -= count;
    stream->next_out += count;
    stream->avail_out -= count;
}

// A gzip file is a series of members (RFC 1952): behind one comes another or the end of the file.
static bool read_gzip(GzipReader *source, z_stream *stream, Error *error) {
    switch (inflate(stream, Z_NO_FLUSH)) {
    case Z_OK:
        source->inside = true;
        return true;
    case Z_STREAM_END:
        source->inside = false;
        source->has_member = true;
        inflateReset(stream);
        return true;
    case Z_DATA_ERROR:
        if (!source->inside && source->has_member)
            return error_set(error, "%s: expected the end after the gzip data, found more bytes",
                             source->path);
        // fall through
    default:
        return error_set(error, "%s: expected sound gzip data, found: %s", source->path,
                         stream->msg ? stream->msg : "damage");
    }
}

// Reads at most UINT_MAX bytes, zlib's limit for one call.
static bool read_some(GzipReader *source, unsigned char *bytes, uInt wanted, size_t *got,
                      Error *error) {
    z_stream *stream = &source->inflater;
    stream->next_out = bytes;
    stream->avail_out = wanted;
    while (stream->avail_out > 0) {
        if (!source->gzip && stream->avail_in == 0 && !source->file_ended) {
            if (!read_straight(source, error))
                return false;
            continue;
        }
        if (!fill_input(source, error))
            return false;
        if (stream->avail_in == 0 && source->inside)
            return error_set(error, "%s: expected the end of the gzip data, found it cut short",
                             source->path);
        if (stream->avail_in == 0)
            break;
        if (!source->gzip)
            read_raw(stream);
        else if (!read_gzip(source, stream, error))
            return false;
    }
    *got = wanted - stream->avail_out;
    return true;
}

bool gzip_reader_read(GzipReader *source, void *bytes, size_t wanted, size_t *got, Error *error) {
    *got = source->peeked_count < wanted ? source->peeked_count : wanted;
    memcpy(bytes, source->peeked, *got);
    source->peeked_count -= *got;
    memmove(source->peeked, source->peeked + *got, source->peeked_count);
    while (*got < wanted) {
        size_t left = wanted - *got;
        size_t more = 0;
        uInt part = left < UINT_MAX ? (uInt)left : UINT_MAX;
        if (!read_some(source, (unsigned char *)bytes + *got, part, &more, error))
            return false;
        *got += more;
        if (more < part)
            break;
    }
    return true;
}

bool gzip_reader_peek(GzipReader *source, uint8_t bytes[2], Error *error) {
    size_t got;
    memset(bytes, 0, 2);
    if (!gzip_reader_read(source, bytes, 2, &got, error))
        return false;
    memcpy(source->peeked, bytes, got);
    source->peeked_count = got;
    return true;
}

bool gzip_reader_read_all(GzipReader *source, size_t most, uint8_t **bytes, size_t *size,
                          Error *error) {
    size_t capacity = 0;
    bool read = true;
    *bytes = NULL;
    *size = 0;
    do { // grows with what has really arrived
        capacity = capacity == 0 ? (size_t)1 << 16 : 2 * capacity;
        capacity = capacity < most ? capacity : most + 1;
        uint8_t *grown = realloc(*bytes, capacity);
        size_t got = 0;
        read = grown ? gzip_reader_read(source, grown + *size, capacity - *size, &got, error)
                     : error_set(error, "%s: expected %zu bytes of memory for it, found less",
                                 source->path, capacity);
        *bytes = grown ? grown : *bytes;
        *size += got;
    } while (read && *size == capacity && *size <= most);
    if (read && *size > most)
        read = error_set(error, "%s: expected at most %zu bytes, found more", source->path, most);
    if (!read) {
        free(*bytes);
        *bytes = NULL;
    }
    return read;
}

void gzip_reader_close(GzipReader *source) {
    if (!source)
        return;
    if (source->gzip)
        inflateEnd(&source->inflater);
    if (source->file >= 0)
        close(source->file);
    free(source);
}
