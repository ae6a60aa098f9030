// A run that can go on as if nothing had happened: weights, Adam's moments and steps, the random
// generator, the place in the epoch, the epoch's metrics so far, and the settings, in one
// safetensors file.
#ifndef MNIST_TRAIN_TRAIN_CHECKPOINT_H
#define MNIST_TRAIN_TRAIN_CHECKPOINT_H

#include "base/error.h"
#include "nn/network.h"
#include "train/trainer.h"

#include <stddef.h>
#include <stdint.h>

// A data set by what it has, wherever it lies.
typedef struct {
    uint64_t images;
    uint32_t checksum; // of images and labels: dataset_checksum
} DatasetId;

// The state of a trainer, apart from its memory and threads.
typedef struct {
    TrainConfig settings;
    DatasetId train;
    DatasetId test;
    NetworkParameters parameters;
    NetworkParameters first_moments;
    NetworkParameters second_moments;
    uint64_t steps;
    Random random;
    uint64_t epoch;
    uint64_t batch;
    uint64_t order_seed;
    Metrics metrics;
    double seconds;
} Checkpoint;

DatasetId dataset_id(const Dataset *dataset);

// What the trainer is about, at the end of trainer_train; and its data.
void checkpoint_capture(const Trainer *trainer, const DatasetId *train, const DatasetId *test,
                        Checkpoint *checkpoint);

// Puts the state into a trainer that was made with the checkpoint's settings and data.
void checkpoint_restore(const Checkpoint *checkpoint, Trainer *trainer);

// Writes it as atomic_file_write. The checkpoint is used up. False and the error: it can't be
// written, or has weights that are no finite numbers.
bool checkpoint_save(const char *path, Checkpoint *checkpoint, Error *error);

// Reads and checks a file. False and the error: it can't be read, is no checkpoint, or has numbers
// that no run has.
bool checkpoint_load(const char *path, Checkpoint *checkpoint, Error *error);

#endif
