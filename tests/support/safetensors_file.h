// safetensors files made of a given header.
#ifndef MNIST_TRAIN_TESTS_SAFETENSORS_FILE_H
#define MNIST_TRAIN_TESTS_SAFETENSORS_FILE_H

#include <stddef.h>
#include <stdint.h>

// An entry of the header; shape and offsets are JSON arrays.
#define TENSOR(name, dtype, shape, offsets)                                                        \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

// A header for 26 bytes of data.
#define TWO_TENSORS                                                                                \
    "{\"__metadata__\":{\"kind\":\"test\"}," TENSOR(                                               \
        "weight", "F32", "[2,3]", "[0,24]") "," TENSOR("bias", "U8", "[2]", "[24,26]") "}"

// Returns a file of this header and `data` bytes 1, 2, 3, ... in memory of exactly its size, so
// that sanitizers notice a read beyond it. The caller calls test_free.
uint8_t *make_file(const char *header, size_t data, size_t *size);

#endif
