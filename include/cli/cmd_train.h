// The command that trains and tests, which is the default.
#ifndef MNIST_TRAIN_CLI_CMD_TRAIN_H
#define MNIST_TRAIN_CLI_CMD_TRAIN_H

#include "base/error.h"
#include "cli/options.h"

#include <stdbool.h>

// Trains or resumes a run, tests, and writes the requested files. The first SIGINT, SIGTERM,
// SIGHUP or SIGXCPU stops the run after the current batch and writes the checkpoint, if one is
// requested; then *signal_number is the signal, else it is unchanged. argument_count and arguments
// are the command line, for the log and the report. Returns false and sets *error if the run fails.
bool cmd_train(const Options *options, int argument_count, char *const *arguments,
               int *signal_number, Error *error);

#endif
