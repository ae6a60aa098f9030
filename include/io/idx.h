// IDX files, the format of MNIST, gzip or raw: a big-endian header (two zero bytes, the type of the
// values, the rank, a 32-bit size per dimension), then the values.
// Source: http://yann.lecun.com/exdb/mnist/, "the IDX file format".
#ifndef MNIST_TRAIN_IO_IDX_H
#define MNIST_TRAIN_IO_IDX_H

#include "base/error.h"
#include "io/gzip_reader.h"

#include <stddef.h>
#include <stdint.h>

enum { IDX_UNSIGNED_BYTE = 0x08, IDX_INT = 0x0c }; // two of the six types
enum { IDX_MAX_RANK = 4 };

typedef struct {
    uint8_t type;
    size_t rank;
    size_t shape[IDX_MAX_RANK]; // 1 beyond the rank
    uint8_t *bytes;             // values in row-major order, each big-endian as in the file
} IdxArray;

// Returns whether a file that starts with these bytes is an IDX file.
bool idx_detect(const uint8_t magic[4]);

// Called with an array without bytes when the header is read and no value yet. Returns false and
// sets *error if the values are not wanted.
typedef bool IdxCheck(const void *context, const IdxArray *header, Error *error);

// Reads a whole file; the caller frees array->bytes. check: NULL accepts every header. Returns
// false and sets *error if the file cannot be read, is not an IDX file, has more than IDX_MAX_RANK
// dimensions, is shorter or longer than its header says, or memory is short, or as `check` does;
// the array is then empty. Memory is allocated for values that the file can hold, and grows as they
// arrive: the sizes in the header are not trusted.
bool idx_read(const char *path, IdxCheck *check, const void *context, IdxArray *array,
              Error *error);

// Does the same with an open reader, whose file must end after the values. `path` is for the error.
bool idx_read_from(GzipReader *reader, const char *path, IdxCheck *check, const void *context,
                   IdxArray *array, Error *error);

#endif
