// A trained network in a safetensors file, with the names and shapes of the tutorial's state_dict:
// d1.weight (128, 784), d1.bias (128), d2.weight (10, 128), d2.bias (10), all F32. PyTorch reads it
// with safetensors.torch.load_file, and what its save_file writes of the same model is read here.
#ifndef MNIST_TRAIN_TRAIN_MODEL_H
#define MNIST_TRAIN_TRAIN_MODEL_H

#include "base/error.h"
#include "io/safetensors.h"
#include "nn/network.h"

#include <stddef.h>

// Adds the four tensors, their names behind the prefix, to a file. In place the parameters become
// little-endian bytes, which must stay until the file is encoded.
void model_write_tensors(Safetensors *tensors, const char *prefix, NetworkParameters *parameters);

// Whether all values are finite numbers: no others are written or read. False and the error.
bool model_check_finite(const char *path, const char *prefix, const NetworkParameters *parameters,
                        Error *error);

// Takes the four tensors of the prefix. False and the error: one is missing, of another type or
// shape, or has a value that is no finite number.
bool model_read_tensors(const char *path, const Safetensors *tensors, const char *prefix,
                        NetworkParameters *parameters, Error *error);

// Writes the network, with pairs of texts about it, as atomic_file_write. False and the error: it
// can't be written, or has values that are no finite numbers.
bool model_save(const char *path, const NetworkParameters *parameters, const Metadata *pairs,
                size_t metadata_count, Error *error);

// Reads a file that has the four tensors and no other.
bool model_load(const char *path, NetworkParameters *parameters, Error *error);

#endif
