// safetensors files: named tensors with their shapes, and pairs of texts about them.
// Source: https://github.com/huggingface/safetensors, "Format": eight bytes with the header's size
// (little-endian), the header (a JSON object, spaces behind it), the tensors' bytes without gaps.
#ifndef MNIST_TRAIN_IO_SAFETENSORS_H
#define MNIST_TRAIN_IO_SAFETENSORS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum {
    SAFETENSORS_MAX_TENSORS = 32,
    SAFETENSORS_MAX_METADATA = 32,
    SAFETENSORS_NAME_SIZE = 64, // of names and keys, with the zero at the end
    SAFETENSORS_TEXT_SIZE = 256,
    SAFETENSORS_MAX_RANK = 8,
    SAFETENSORS_MAX_BYTES = 16 << 20, // a file's; those of this program have two
};

typedef struct {
    char name[SAFETENSORS_NAME_SIZE];
    char type[16]; // "F32", "U64", ...
    size_t rank;
    size_t shape[SAFETENSORS_MAX_RANK];
    const uint8_t *bytes; // little-endian values, row by row
    size_t size;          // in bytes
} Tensor;

typedef struct {
    char key[SAFETENSORS_NAME_SIZE];
    char text[SAFETENSORS_TEXT_SIZE]; // cut, when longer
} Metadata;

typedef struct {
    size_t tensor_count;
    Tensor tensors[SAFETENSORS_MAX_TENSORS];
    size_t metadata_count;
    Metadata pairs[SAFETENSORS_MAX_METADATA]; // metadata
    uint8_t *file;                            // what the tensors of a file that was read point into
} Safetensors;

// Adds to tensors that began as {0}. The bytes are not copied. What has no room is left out, which
// safetensors_encode then tells.
void safetensors_add(Safetensors *tensors, const char *name, const char *type, size_t rank,
                     const size_t *shape, const void *bytes, size_t size);
void safetensors_add_metadata(Safetensors *tensors, const char *key, const char *text);

// The whole file. True: *bytes is the caller's, to be freed. False and the error: memory is short.
bool safetensors_encode(const Safetensors *tensors, uint8_t **bytes, size_t *size, Error *error);

// Reads and checks a file's bytes, which the tensors then point into: the path is for the error.
// False and the error: the header is cut, too large, no JSON or of another form; a tensor's size is
// not that of its shape; tensors overlap, leave gaps or reach beyond the end.
bool safetensors_parse(const char *path, const uint8_t *bytes, size_t size, Safetensors *tensors,
                       Error *error);

// Reads a file. True: to be freed. False and the error: as above, or it can't be read.
bool safetensors_read(const char *path, Safetensors *tensors, Error *error);
void safetensors_free(Safetensors *tensors);

// NULL when there is none of this name.
const Tensor *safetensors_find(const Safetensors *tensors, const char *name);
const char *safetensors_find_metadata(const Safetensors *tensors, const char *key);

#endif
