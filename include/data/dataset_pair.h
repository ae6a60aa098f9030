// The two splits of a data set, loaded side by side.
#ifndef MNIST_TRAIN_DATA_DATASET_PAIR_H
#define MNIST_TRAIN_DATA_DATASET_PAIR_H

#include "base/error.h"
#include "base/thread_pool.h"
#include "data/dataset.h"

#include <stddef.h>

typedef struct {
    const char *folder;
    size_t train_limit; // images at most; 0: all
    size_t test_limit;
    Dataset *train; // filled, to be destroyed by the caller; NULL: not wanted
    Dataset *test;  // likewise
} DatasetPair;

// The folder that was given, else $MNIST_DATA, else data/mnist.
const char *dataset_default_dir(const char *given);

// As dataset_load; the training split's error comes first.
bool dataset_pair_load(const DatasetPair *splits, ThreadPool *pool, Error *error);

#endif
