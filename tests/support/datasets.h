// Data sets of given pixels, the digits in data/drawn, and MNIST.
#ifndef MNIST_TRAIN_TESTS_DATASETS_H
#define MNIST_TRAIN_TESTS_DATASETS_H

#include "data/dataset.h"

// Copies images, (count, pixels), and labels, (count) or NULL. Both paths are "made". The caller
// calls dataset_destroy.
Dataset made_dataset(const uint8_t *pixels, const uint8_t *labels, size_t count);

// Loads one split, on one thread.
bool load_split(const char *directory, DatasetSplit split, size_t limit, Dataset *dataset,
                Error *error);

// The image of this index; valid until the call after the next.
const uint8_t *image_of(const Dataset *dataset, size_t index);

// The first `limit` images of a split of data/drawn (0: all), which has 4000 training images and
// 1000 test images. Fails the test if they cannot be read. The caller calls dataset_destroy.
Dataset drawn_dataset(DatasetSplit split, size_t limit);

// The first of $MNIST_DATA, data/mnist and ../shared/mnist that has MNIST's files. Skips the
// running test if there is none.
const char *need_real_mnist(void);

#endif
