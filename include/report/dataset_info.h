// A summary of a data set, on stdout.
#ifndef MNIST_TRAIN_REPORT_DATASET_INFO_H
#define MNIST_TRAIN_REPORT_DATASET_INFO_H

#include "data/dataset.h"
#include "data/transforms.h"

// Prints files, size, images by class, mean and standard deviation of the pixels (from 0 to 1), and
// transforms. split: "Train" or "Test"; the data set is not empty.
void dataset_info_print(const char *split, const Dataset *dataset, const Transforms *transforms);

#endif
