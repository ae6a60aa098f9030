// Trained networks as safetensors files, with the tensor names of the tutorial's state_dict.
#ifndef MNIST_TRAIN_TRAIN_MODEL_H
#define MNIST_TRAIN_TRAIN_MODEL_H

#include "base/error.h"
#include "io/safetensors.h"
#include "nn/network.h"
#include "train/metrics.h"
#include "train/train_state.h"

#include <stddef.h>

// Writes the parameters as atomic_file_write does, with the run's settings and its test result as
// metadata. Returns false and sets *error if the file cannot be written, memory is short, or a
// parameter is not finite.
bool model_save(const char *path, const NetworkParameters *parameters, const TrainConfig *config,
                const Metrics *test, Error *error);

// Returns false and sets *error if the file cannot be read, or if its tensors are not the network's
// in name, dtype, shape, or have numbers that are not finite.
bool model_load(const char *path, NetworkParameters *parameters, Error *error);

// The tensors inside of a larger file, their names after a prefix. Writing converts the parameters
// to little-endian in place; the tensors point to them. Reading fails as model_load does.
void model_write_tensors(Safetensors *tensors, const char *prefix, NetworkParameters *parameters);
bool model_read_tensors(const char *path, const Safetensors *tensors, const char *prefix,
                        NetworkParameters *parameters, Error *error);

// Returns false and sets *error, which names the path and the tensor, if a number is not finite.
bool model_check_finite(const char *path, const char *prefix, const NetworkParameters *parameters,
                        Error *error);

#endif
