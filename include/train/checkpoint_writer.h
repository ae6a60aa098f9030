// Writes checkpoints in a thread of its own while training continues.
#ifndef MNIST_TRAIN_TRAIN_CHECKPOINT_WRITER_H
#define MNIST_TRAIN_TRAIN_CHECKPOINT_WRITER_H

#include "base/error.h"
#include "data/dataset.h"
#include "train/trainer.h"

typedef struct CheckpointWriter CheckpointWriter;

// The path is kept, not copied; train and test identify the run's data. The caller must call
// checkpoint_writer_finish. Returns NULL and sets *error if memory is short or no thread starts.
CheckpointWriter *checkpoint_writer_create(const char *path, const DatasetId *train,
                                           const DatasetId *test, Error *error);

// Captures the trainer's state and starts to write it, after the previous one has been written.
// Returns false and sets *error if the previous one could not be written.
bool checkpoint_writer_write(CheckpointWriter *writer, const Trainer *trainer, Error *error);

// Waits for the last write and ends the thread. Returns false and sets *error if a write failed.
bool checkpoint_writer_finish(CheckpointWriter *writer, Error *error);

#endif
