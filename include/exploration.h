// A look at the data as the command line asks for it: without training.
#ifndef MNIST_TRAIN_EXPLORATION_H
#define MNIST_TRAIN_EXPLORATION_H

#include "error.h"
#include "options.h"

#include <stdbool.h>

// --info, --show, and --grid with them. False and the error: something failed.
bool exploration_run(const Options *options, Error *error);

#endif
