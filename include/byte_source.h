// The bytes of a file in order, gzip or raw: a file that begins with gzip's magic is inflated and
// its checksums and lengths are checked; any other is handed out as it is.
#ifndef MNIST_TRAIN_BYTE_SOURCE_H
#define MNIST_TRAIN_BYTE_SOURCE_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct ByteSource ByteSource;

// The source, to be closed by the caller; or NULL and the error: the file is missing, a folder,
// unreadable. The path is kept, not copied; "-" is stdin.
ByteSource *byte_source_open(const char *path, Error *error);

// The next two bytes, which are still to be read; fewer (and zeros) at the end. False and the error
// as byte_source_read.
bool byte_source_peek(ByteSource *source, uint8_t bytes[2], Error *error);

// Reads `wanted` bytes; *got is less only at the end of the file. False and the error: it cannot be
// read, or the gzip data is damaged, cut short or followed by something else.
bool byte_source_read(ByteSource *source, void *bytes, size_t wanted, size_t *got, Error *error);

// Reads all that is left, at most `most` bytes. True: *bytes is the caller's, to be freed. False
// and the error: there is more, memory is short, or as byte_source_read.
bool byte_source_read_all(ByteSource *source, size_t most, uint8_t **bytes, size_t *size,
                          Error *error);

void byte_source_close(ByteSource *source); // NULL is allowed

#endif
