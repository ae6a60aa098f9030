// Checkpoints: the state of a run in one safetensors file, from which the run continues as if it
// had never stopped.
#ifndef MNIST_TRAIN_TRAIN_CHECKPOINT_H
#define MNIST_TRAIN_TRAIN_CHECKPOINT_H

#include "base/error.h"
#include "train/train_state.h"

// Writes the state as atomic_file_write does. The tensors of *state are undefined afterwards, since
// they are converted to little-endian in place. Returns false and sets *error if the file cannot be
// written, a tensor has a number that is not finite, or memory is short.
bool checkpoint_save(const char *path, TrainState *state, Error *error);

// Reads and checks a file. Returns false and sets *error if it cannot be read, is not a checkpoint,
// holds values that are impossible in a run (the error names the tensor
// and the value), or memory is short; *state is then undefined.
bool checkpoint_load(const char *path, TrainState *state, Error *error);

#endif
