// The activity of the hidden units over a data set.
#ifndef MNIST_TRAIN_TRAIN_HIDDEN_ACTIVITY_H
#define MNIST_TRAIN_TRAIN_HIDDEN_ACTIVITY_H

#include "base/error.h"
#include "data/dataset.h"
#include "nn/network.h"

#include <stdbool.h>
#include <stddef.h>

// Counts for each hidden unit the images for which its output, after ReLU and without dropout, is
// above zero. A unit with a count of 0 is dead: it has no influence on these images, and training
// on them would not change it. Returns false and sets *error if memory is short.
bool hidden_activity_count(const NetworkParameters *parameters, const Dataset *dataset,
                           size_t counts[NETWORK_HIDDEN], Error *error);

#endif
