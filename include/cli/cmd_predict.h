// Predictions as the command line asks for them: images, network and report brought together.
#ifndef MNIST_TRAIN_CLI_CMD_PREDICT_H
#define MNIST_TRAIN_CLI_CMD_PREDICT_H

#include "base/error.h"
#include "cli/options.h"

#include <stdbool.h>

// Reads the network (--load), the images (--predict: IDX or PGM) and the labels, where there are
// some; prints. False and the error: something failed.
bool cmd_predict(const Options *options, Error *error);

#endif
