// The bytes of a file in order, gzip or raw: a file that begins with gzip's magic is inflated and
// its checksums and lengths are checked; any other is handed out as it is.
#ifndef MNIST_TRAIN_IO_GZIP_READER_H
#define MNIST_TRAIN_IO_GZIP_READER_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct GzipReader GzipReader;

// The source, to be closed by the caller; or NULL and the error: the file is missing, a folder,
// unreadable. The path is kept, not copied; "-" is stdin.
GzipReader *gzip_reader_open(const char *path, Error *error);

// The next two bytes, which are still to be read; fewer (and zeros) at the end. False and the error
// as gzip_reader_read.
bool gzip_reader_peek(GzipReader *source, uint8_t bytes[2], Error *error);

// Reads `wanted` bytes; *got is less only at the end of the file. False and the error: it cannot be
// read, or the gzip data is damaged, cut short or followed by something else.
bool gzip_reader_read(GzipReader *source, void *bytes, size_t wanted, size_t *got, Error *error);

// Reads all that is left, at most `most` bytes. True: *bytes is the caller's, to be freed. False
// and the error: there is more, memory is short, or as gzip_reader_read.
bool gzip_reader_read_all(GzipReader *source, size_t most, uint8_t **bytes, size_t *size,
                          Error *error);

void gzip_reader_close(GzipReader *source); // NULL is allowed

#endif
