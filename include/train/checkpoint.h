// Checkpoints: the state of a run in one safetensors file, from which the run continues as if it
// had never stopped.
#ifndef MNIST_TRAIN_TRAIN_CHECKPOINT_H
#define MNIST_TRAIN_TRAIN_CHECKPOINT_H

#include "base/error.h"
#include "train/train_state.h"

// Writes the state as atomic_file_write does; the state's tensors are then undefined. Returns false
// and sets *error if the file cannot be written, or if a tensor has a number that is not finite.
bool checkpoint_save(const char *path, TrainState *state, Error *error);

// Reads and checks a file. Returns false and sets *error if it cannot be read, is no checkpoint, or
// holds values that no run has.
bool checkpoint_load(const char *path, TrainState *state, Error *error);

#endif
