// Writes checkpoints while training goes on: a thread of its own waits for the disk.
#ifndef MNIST_TRAIN_TRAIN_CHECKPOINT_WRITER_H
#define MNIST_TRAIN_TRAIN_CHECKPOINT_WRITER_H

#include "base/error.h"
#include "train/checkpoint.h"

#include <stdint.h>

typedef struct CheckpointWriter CheckpointWriter;

// The path is kept, not copied. To be finished by the caller; or NULL and the error: memory or
// threads are short.
CheckpointWriter *checkpoint_writer_create(const char *path, Error *error);

// Takes the trainer's state and begins to write it; waits for the one before to be written first.
// False and the error: that one could not be.
bool checkpoint_writer_write(CheckpointWriter *writer, const Trainer *trainer,
                             const DatasetId *train, const DatasetId *test, Error *error);

// Waits until the last one is written, and ends the thread. False and the error: it could not be.
bool checkpoint_writer_finish(CheckpointWriter *writer, Error *error);

#endif
