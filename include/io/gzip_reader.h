// Sequential reader of files, gzip or raw. A file that starts with gzip's magic number is inflated,
// and its checksums and lengths are checked; any other file is read as it is.
#ifndef MNIST_TRAIN_IO_GZIP_READER_H
#define MNIST_TRAIN_IO_GZIP_READER_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct GzipReader GzipReader;

enum { GZIP_READER_MAX_PEEK = 16 };

// Opens a file; "-" is stdin. The path must outlive the reader, which names it in errors. The
// caller closes the reader. Returns NULL and sets *error if the file cannot be opened or read, or
// memory is short.
GzipReader *gzip_reader_open(const char *path, Error *error);

void gzip_reader_close(GzipReader *reader); // NULL is allowed

// Each function below returns false and sets *error if the file cannot be read, or the gzip data is
// damaged, cut short or followed by other bytes, or if 1 MB of it gives no byte of output.

// Reads `size` bytes and sets *got to their number, which is smaller only at the end of the file.
bool gzip_reader_read(GzipReader *reader, void *bytes, size_t size, size_t *got, Error *error);

// Copies the next `size` bytes, at most GZIP_READER_MAX_PEEK, without consuming them. *got is their
// number, which is smaller than `size` only at the end of the file; the bytes beyond it are 0.
bool gzip_reader_peek(GzipReader *reader, uint8_t *bytes, size_t size, size_t *got, Error *error);

// Sets *count to `size` if that many bytes can follow, else to a smaller number, before memory is
// allocated for them. Raw files are judged by their size. gzip files are too, by deflate's largest
// ratio; if `size` is large and the ratio unlike that of data, they are read to the end, and the
// reader then returns to its position. All of it may still follow in a pipe; there *count is
// `size`.
bool gzip_reader_look_ahead(GzipReader *reader, size_t size, size_t *count, Error *error);

// Reads `max` bytes into a new buffer, *bytes, which the caller frees; *size is smaller than `max`
// only at the end of the file. The buffer grows with the data that arrives, so `max` may come from
// an untrusted header. Returns false also if memory is short, or if gzip data from a pipe expands
// to 128 MB and more than 16 times its size; *bytes is then NULL.
bool gzip_reader_read_up_to(GzipReader *reader, size_t max, uint8_t **bytes, size_t *size,
                            Error *error);

// As gzip_reader_read_up_to, but returns false also if more than `max` bytes are left.
bool gzip_reader_read_all(GzipReader *reader, size_t max, uint8_t **bytes, size_t *size,
                          Error *error);

// Opens a file, reads all of it as gzip_reader_read_all, and closes it.
bool gzip_reader_read_file(const char *path, size_t max, uint8_t **bytes, size_t *size,
                           Error *error);

#endif
