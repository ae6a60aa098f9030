// A run as the command line asks for it: data, network and observers brought together.
#ifndef MNIST_TRAIN_CLI_CMD_TRAIN_H
#define MNIST_TRAIN_CLI_CMD_TRAIN_H

#include "base/error.h"
#include "cli/options.h"

#include <stdbool.h>

// Loads, trains or resumes, tests, saves. SIGINT, SIGTERM and SIGHUP end it behind a batch, with a
// checkpoint where one is asked for: true, and *signal_number is the signal's number. A second
// signal ends the program at once. The arguments are the command line, for log and report. False
// and the error: something failed.
bool cmd_train(const Options *options, int argument_count, char *const *arguments,
               int *signal_number, Error *error);

#endif
