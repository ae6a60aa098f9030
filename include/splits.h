// The two splits of a data set, loaded side by side.
#ifndef MNIST_TRAIN_SPLITS_H
#define MNIST_TRAIN_SPLITS_H

#include "dataset.h"
#include "error.h"
#include "team.h"

#include <stddef.h>

typedef struct {
    const char *folder;
    size_t train_limit; // images at most; 0: all
    size_t test_limit;
    Dataset *train; // filled, to be destroyed by the caller; NULL: not wanted
    Dataset *test;  // likewise
} Splits;

// The folder that was given, else $MNIST_DATA, else data/mnist.
const char *splits_choose_folder(const char *given);

// As dataset_load; the training split's error comes first.
bool splits_load(const Splits *splits, Team *team, Error *error);

#endif
