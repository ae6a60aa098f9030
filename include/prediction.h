// Predictions as the command line asks for them: images, network and report brought together.
#ifndef MNIST_TRAIN_PREDICTION_H
#define MNIST_TRAIN_PREDICTION_H

#include "error.h"
#include "options.h"

#include <stdbool.h>

// Reads the network (--load), the images (--predict: IDX or PGM) and the labels, where there are
// some; prints. False and the error: something failed.
bool prediction_run(const Options *options, Error *error);

#endif
