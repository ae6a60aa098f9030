// Sequential reader of files, gzip or raw. A file that starts with gzip's magic number is inflated,
// and its checksums and lengths are checked; any other file is read as it is.
#ifndef MNIST_TRAIN_IO_GZIP_READER_H
#define MNIST_TRAIN_IO_GZIP_READER_H

#include "base/error.h"
#include "io/file_kind.h"

#include <stddef.h>
#include <stdint.h>

typedef struct GzipReader GzipReader;

// Opens a file; "-" is stdin. The path must outlive the reader, which names it in errors. The
// caller closes the reader. Returns NULL and sets *error if the file cannot be opened, as
// gzip_reader_read, or if memory is short.
GzipReader *gzip_reader_open(const char *path, Error *error);

void gzip_reader_close(GzipReader *reader); // NULL is allowed

// Copies the first `size` bytes of the contents, inflated, at most FILE_KIND_BYTES, which tell the
// kind of the file. They are still to be read. Returns their number, which is smaller than `size`
// only if the contents are; the bytes beyond it are 0.
size_t gzip_reader_head(const GzipReader *reader, uint8_t *head, size_t size);

// Each function below returns false and sets *error if the file cannot be read, or the gzip data is
// damaged, cut short or followed by other bytes.

// Reads the next `size` bytes and sets *got to their number, which is smaller only at the end of
// the file. Only a read that meets the end of the file checks what follows the gzip data: ask for
// one byte more than you expect. Large files are read fastest in steps that stay in the cache, of
// some 50 KB.
bool gzip_reader_read(GzipReader *reader, void *bytes, size_t size, size_t *got, Error *error);

// Reads the rest of the file into a new buffer, *bytes, of *size bytes and a final zero, which the
// caller frees. The buffer grows with the data that arrives. Returns false also if more than `max`
// bytes are left, or if memory is short; *bytes is then NULL.
bool gzip_reader_read_all(GzipReader *reader, size_t max, uint8_t **bytes, size_t *size,
                          Error *error);

// Opens a file, reads all of it as gzip_reader_read_all, and closes it.
bool gzip_reader_read_file(const char *path, size_t max, uint8_t **bytes, size_t *size,
                           Error *error);

#endif
