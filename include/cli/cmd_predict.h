// The command of --predict: prints predictions of a saved model.
#ifndef MNIST_TRAIN_CLI_CMD_PREDICT_H
#define MNIST_TRAIN_CLI_CMD_PREDICT_H

#include "base/error.h"
#include "cli/options.h"

#include <stdbool.h>

// Loads the weights of --load, reads the images of --predict (IDX or PGM), and prints a prediction
// for each, then the accuracy if there are --labels. Returns false and sets *error if a file cannot
// be read or memory is short.
bool cmd_predict(const Options *options, Error *error);

#endif
