// The digits in data/drawn, which every clone has: 4000 training images and 1000 test images.
#ifndef MNIST_TRAIN_TESTS_DRAWN_DATASET_H
#define MNIST_TRAIN_TESTS_DRAWN_DATASET_H

#include "data/dataset.h"

// The directory, found from the root of the checkout or up to two directories below it; fails the
// test if there is none.
const char *drawn_directory(void);

// The first `limit` images of the split (0: all); fails the test if they cannot be read. The caller
// calls dataset_destroy.
Dataset drawn_dataset(DatasetSplit split, size_t limit);

#endif
