// The command of --predict: prints predictions of a saved model.
#ifndef MNIST_TRAIN_CLI_CMD_PREDICT_H
#define MNIST_TRAIN_CLI_CMD_PREDICT_H

#include "base/error.h"
#include "cli/options.h"

#include <stdbool.h>

// Loads the weights of --load, and prints a prediction for each image in the files of --predict
// (IDX, PNM or PNG), then the accuracy if there are --labels. A directory stands for the images in
// it, in the order of their names' bytes: its regular files that are IDX images, PNM or PNG. Files
// in a directory that are no images are skipped. The error of a file that cannot be read is printed
// at once; the other files are still predicted, and *has_failures becomes true. Returns false and
// sets *error if the model, the labels or the names of the classes cannot be read, or memory is
// short.
bool cmd_predict(const Options *options, bool *has_failures, Error *error);

#endif
