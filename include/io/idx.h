// IDX files, the format of MNIST, gzip or raw: a big-endian header (two zero bytes, the type of the
// values, the rank, a 32-bit size per dimension), then the values in row-major order.
// Source: http://yann.lecun.com/exdb/mnist/, "the IDX file format".
#ifndef MNIST_TRAIN_IO_IDX_H
#define MNIST_TRAIN_IO_IDX_H

#include "base/error.h"
#include "io/gzip_reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IDX_UNSIGNED_BYTE = 0x08, IDX_INT = 0x0c }; // two of the six types
enum { IDX_MAX_RANK = 4 };

// An open file.
typedef struct {
    GzipReader *reader;
    const char *path;
    uint8_t type;
    size_t rank;
    size_t shape[IDX_MAX_RANK]; // 1 beyond the rank
    size_t size;                // bytes of all values
    size_t left;                // bytes of the values that are still to be read
} Idx;

// Returns whether a file that starts with these bytes is an IDX file.
bool idx_detect(const uint8_t magic[4]);

// Reads the header. The reader is at the start of its file and stays the caller's, as does `path`,
// which names the file in errors. Returns false and sets *error if the file cannot be read, is not
// an IDX file, or does not have 1 to IDX_MAX_RANK dimensions.
bool idx_open(Idx *idx, GzipReader *reader, const char *path, Error *error);

// Reads the next `size` bytes of the values, at most idx->left, into a buffer of size + 1 bytes.
// Returns false and sets *error if the file cannot be read or ends before them, or if it does not
// end after the last value.
bool idx_read(Idx *idx, void *bytes, size_t size, Error *error);

#endif
