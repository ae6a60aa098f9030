// Writes checkpoints in a thread of its own while training continues.
#ifndef MNIST_TRAIN_TRAIN_CHECKPOINT_WRITER_H
#define MNIST_TRAIN_TRAIN_CHECKPOINT_WRITER_H

#include "base/error.h"
#include "data/dataset.h"
#include "train/trainer.h"

typedef struct CheckpointWriter CheckpointWriter;

// Starts the thread. The path must outlive the writer; train and test, which are copied, identify
// the run's data. The caller must call checkpoint_writer_finish. Returns NULL and sets *error if
// memory is short or the thread cannot be started.
CheckpointWriter *checkpoint_writer_create(const char *path, const DatasetId *train,
                                           const DatasetId *test, Error *error);

// Waits until the previous checkpoint is written, captures the trainer's state and starts to write
// it. Returns false and sets *error if an earlier checkpoint could not be written.
bool checkpoint_writer_write(CheckpointWriter *writer, const Trainer *trainer, Error *error);

// Waits for the last write, ends the thread and frees the writer. Returns false and sets *error if
// a write failed.
bool checkpoint_writer_finish(CheckpointWriter *writer, Error *error);

#endif
