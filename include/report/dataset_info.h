// What the data and the network are, on stdout: the tutorial's exploring steps.
#ifndef MNIST_TRAIN_REPORT_DATASET_INFO_H
#define MNIST_TRAIN_REPORT_DATASET_INFO_H

#include "data/dataset.h"
#include "data/transforms.h"

#include <stddef.h>

// Files, size, classes, mean and standard deviation of the pixels from 0 to 1, transforms.
void dataset_info_print(const char *split, const Dataset *dataset, const Transforms *transforms);

// The dimensions of a batch and of the network's output for it; the network's layers.
void dataset_info_print_network(size_t batch_size);

#endif
