// A look at the data as the command line asks for it: without training.
#ifndef MNIST_TRAIN_CLI_CMD_INSPECT_H
#define MNIST_TRAIN_CLI_CMD_INSPECT_H

#include "base/error.h"
#include "cli/options.h"

#include <stdbool.h>

// --info, --show, and --grid with them. False and the error: something failed.
bool cmd_inspect(const Options *options, Error *error);

#endif
