// Trained networks as safetensors files, with the tensor names of the tutorial's state_dict.
#ifndef MNIST_TRAIN_TRAIN_MODEL_H
#define MNIST_TRAIN_TRAIN_MODEL_H

#include "base/error.h"
#include "io/safetensors.h"
#include "nn/network.h"
#include "train/metrics.h"
#include "train/train_state.h"

#include <stddef.h>

// How the metadata "form" of a checkpoint begins; a number follows.
#define MODEL_CHECKPOINT_FORM "mnist-train checkpoint "

// Writes the parameters as atomic_file_write does, with the run's settings and its test result as
// metadata. Returns false and sets *error if the file cannot be written, memory is short, or a
// parameter is not finite.
bool model_save(const char *path, const NetworkParameters *parameters, const TrainConfig *config,
                const Metrics *test, Error *error);

// Reads the parameters of a model file or of a checkpoint, F32, F64 (rounded), F16 or BF16. The
// four names may have a common prefix that ends in a dot, as "module." of PyTorch's DataParallel.
// Returns false and sets *error if the file cannot be read, lacks a tensor of the network, has
// another tensor and is no checkpoint, if a tensor has another shape or dtype or a number that is
// not finite, or if memory is short.
bool model_load(const char *path, NetworkParameters *parameters, Error *error);

// Adds the settings as metadata, each under its key.
void model_add_settings(Safetensors *file, const TrainConfig *config);

// Add and read the parameters as part of a larger file; `prefix` is put before their names.
// model_add_tensors converts the parameters to little-endian in place, and the tensors point to
// them until the file is encoded. model_read_tensors returns false and sets *error as model_load,
// but ignores other tensors.
void model_add_tensors(Safetensors *tensors, const char *prefix, NetworkParameters *parameters);
bool model_read_tensors(const char *path, const Safetensors *tensors, const char *prefix,
                        NetworkParameters *parameters, Error *error);

// Returns false and sets *error, which names the path, the tensor and the number, if a number is
// not finite or below min: 0 or -FLT_MAX.
bool model_check_numbers(const char *path, const char *prefix, const NetworkParameters *parameters,
                         float min, Error *error);

#endif
