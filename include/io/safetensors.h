// safetensors files: named tensors with their shapes, and metadata, pairs of strings.
// Source: https://github.com/huggingface/safetensors, section "Format": the size of the header
// (eight bytes, little-endian), the header (a JSON object, padded with spaces), the tensors' bytes
// without gaps.
#ifndef MNIST_TRAIN_IO_SAFETENSORS_H
#define MNIST_TRAIN_IO_SAFETENSORS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum {
    SAFETENSORS_MAX_TENSORS = 512, // other networks are refused by the names that they have
    SAFETENSORS_MAX_METADATA = 32,
    SAFETENSORS_MAX_RANK = 8,
    SAFETENSORS_NAME_SIZE = 128, // of names and keys, including the final zero
    SAFETENSORS_VALUE_SIZE = 256,
    SAFETENSORS_MAX_FILE_BYTES = 16 << 20, // a checkpoint of this program has 1.2 MB
};

typedef struct {
    char name[SAFETENSORS_NAME_SIZE];
    char dtype[16]; // "F32", "U64", ...
    size_t rank;
    size_t shape[SAFETENSORS_MAX_RANK];
    const uint8_t *bytes; // little-endian values in row-major order
    size_t size;          // bytes
} Tensor;

typedef struct {
    char key[SAFETENSORS_NAME_SIZE];
    char value[SAFETENSORS_VALUE_SIZE];
} Metadata;

typedef struct {
    size_t tensor_count;
    Tensor tensors[SAFETENSORS_MAX_TENSORS];
    size_t metadata_count;
    Metadata metadata[SAFETENSORS_MAX_METADATA];
    uint8_t *contents; // of a file read by safetensors_read; the tensors point into it
} Safetensors;

// Writing. Each function adds a tensor or a pair to *file, which starts as {0}; the maxima above
// hold, and strings longer than their arrays are cut. The tensor has one of the dtypes of the
// format and a shape, (rank). `bytes` is not copied: it must stay valid until safetensors_encode
// has returned.
void safetensors_add(Safetensors *file, const char *name, const char *dtype, size_t rank,
                     const size_t *shape, const void *bytes);
void safetensors_add_metadata(Safetensors *file, const char *key, const char *value);

// Encodes the whole file; the caller frees *bytes. Returns false and sets *error if memory is
// short.
bool safetensors_encode(const Safetensors *file, uint8_t **bytes, size_t *size, Error *error);

// Reading. Parses a file's bytes, which must outlive *file: the tensors point into them. `path` is
// for the error. Strings are kept as they stand in the JSON, with escapes, and cut if they are
// long; metadata beyond SAFETENSORS_MAX_METADATA is ignored. Returns false and sets *error if the
// header is malformed or larger than the file, names too many tensors or an unknown dtype; if a
// tensor's size does not match its shape or exceeds the file; or if the tensors overlap or leave
// gaps.
bool safetensors_parse(const char *path, const uint8_t *bytes, size_t size, Safetensors *file,
                       Error *error);

// Reads a file, gzip or raw; the caller calls safetensors_free. Returns false and sets *error as
// safetensors_parse, or if the file cannot be read or exceeds SAFETENSORS_MAX_FILE_BYTES.
bool safetensors_read(const char *path, Safetensors *file, Error *error);
void safetensors_free(Safetensors *file);

// Each function returns NULL if the file has no such name or key.
const Tensor *safetensors_find(const Safetensors *file, const char *name);
const char *safetensors_find_metadata(const Safetensors *file, const char *key);

#endif
