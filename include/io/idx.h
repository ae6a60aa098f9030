// IDX files, the form in which MNIST is published: a big-endian header (two zero bytes, the type of
// the values, the rank, a 32-bit size for each dimension), then the values. gzip or raw.
// Source: http://yann.lecun.com/exdb/mnist/, "the IDX file format".
#ifndef MNIST_TRAIN_IO_IDX_H
#define MNIST_TRAIN_IO_IDX_H

#include "base/error.h"
#include "io/gzip_reader.h"

#include <stddef.h>
#include <stdint.h>

enum { IDX_UNSIGNED_BYTE = 0x08, IDX_INT = 0x0c }; // types of values, of the six that there are
enum { IDX_MAX_RANK = 4 };

typedef struct {
    uint8_t type;
    size_t rank;
    size_t shape[IDX_MAX_RANK]; // 1 beyond the rank
    uint8_t *bytes;             // the values, row by row, each big-endian as in the file
} IdxArray;

// Reads the whole file. True: array->bytes belongs to the caller, who frees it. False and the
// error: it cannot be read, is no IDX file, or is not exactly as long as its header says. Memory is
// taken as the values arrive: a header that lies costs nothing.
bool idx_read(const char *path, IdxArray *array, Error *error);

// The same from an open source, which must end behind the values. The path is for the error.
bool idx_read_source(GzipReader *source, const char *path, IdxArray *array, Error *error);

#endif
