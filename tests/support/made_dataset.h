// Data sets of given pixels.
#ifndef MNIST_TRAIN_TESTS_MADE_DATASET_H
#define MNIST_TRAIN_TESTS_MADE_DATASET_H

#include "data/dataset.h"

// Copies images, (count, pixels), and labels, (count) or NULL. Both paths are "made". The caller
// calls dataset_destroy.
Dataset made_dataset(const uint8_t *pixels, const uint8_t *labels, size_t count);

// Loads one split, on one thread.
bool load_split(const char *directory, DatasetSplit split, size_t limit, Dataset *dataset,
                Error *error);

// The image of this index; valid until the call after the next.
const uint8_t *image_of(const Dataset *dataset, size_t index);

#endif
