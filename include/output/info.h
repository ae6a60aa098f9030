// The summaries of --info, on stdout.
#ifndef MNIST_TRAIN_OUTPUT_INFO_H
#define MNIST_TRAIN_OUTPUT_INFO_H

#include "data/dataset.h"
#include "data/transforms.h"

// Prints files, size, images by class, mean and standard deviation of the pixels (from 0 to 1), and
// transforms. split: "Train" or "Test"; the data set is not empty.
void info_print_dataset(const char *split, const Dataset *dataset, const Transforms *transforms);

// Prints the shapes of a batch and of the network's output for it, and the network's layers.
void info_print_network(size_t batch_size);

#endif
