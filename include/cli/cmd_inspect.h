// The command of --info and --show: looks at the data without training.
#ifndef MNIST_TRAIN_CLI_CMD_INSPECT_H
#define MNIST_TRAIN_CLI_CMD_INSPECT_H

#include "base/error.h"
#include "cli/options.h"

#include <stdbool.h>

// Does what --info and --show request, and writes the PNG of --grid. Returns false and sets *error
// if the data cannot be loaded, the image of --show does not exist, or the PNG cannot be written.
bool cmd_inspect(const Options *options, Error *error);

#endif
