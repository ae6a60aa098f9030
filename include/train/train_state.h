// The state of a training run: exactly the content of a checkpoint.
#ifndef MNIST_TRAIN_TRAIN_TRAIN_STATE_H
#define MNIST_TRAIN_TRAIN_TRAIN_STATE_H

#include "base/random.h"
#include "data/dataset.h"
#include "nn/network.h"
#include "train/metrics.h"
#include "train/settings.h"

#include <stddef.h>
#include <stdint.h>

enum { TRAIN_KERNEL_TEXT = 64 };

// The progress of a run, between two batches.
typedef struct {
    Random random;       // the main generator: parameters, epoch seeds, transforms, masks, tests
    size_t epoch;        // the current or next epoch, counted from 0
    size_t batch;        // the next batch of the epoch; 0: the epoch has not begun
    uint64_t order_seed; // seed of the epoch's permutation, if batch > 0
    Metrics metrics;     // of the epoch so far
    double seconds;      // training time of the epoch so far
    // With tests_every_epoch, of the epochs before this one: the test with the most correct images,
    // the first of equal ones.
    size_t best_epoch;
    size_t best_correct;
} TrainProgress;

typedef struct {
    TrainConfig config;
    char kernel[TRAIN_KERNEL_TEXT]; // of the matrix products, as Engine.kernel
    DatasetId train;
    DatasetId test;
    TrainProgress progress;
    NetworkParameters parameters;
    NetworkParameters first_moments;
    NetworkParameters second_moments;
    NetworkParameters best; // after progress.best_epoch, if there is one
} TrainState;

#endif
