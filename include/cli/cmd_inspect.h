// The command of --info and --show: prints properties of the data, without training.
#ifndef MNIST_TRAIN_CLI_CMD_INSPECT_H
#define MNIST_TRAIN_CLI_CMD_INSPECT_H

#include "base/error.h"
#include "cli/options.h"

#include <stdbool.h>

// Prints the summary of --info and the image of --show, and writes the PNG of --grid. Returns false
// and sets *error if the data cannot be loaded, the image of --show does not exist, the PNG cannot
// be written, or memory is short.
bool cmd_inspect(const Options *options, Error *error);

#endif
