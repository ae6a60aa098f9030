// A run as the command line asks for it: data, network and reporters brought together.
#ifndef MNIST_TRAIN_TRAINING_H
#define MNIST_TRAIN_TRAINING_H

#include "error.h"
#include "options.h"

#include <stdbool.h>

// Loads, trains or resumes, tests, saves. SIGINT, SIGTERM and SIGHUP end it behind a batch, with a
// checkpoint where one is asked for: true, and *stopped_by is the signal's number. A second signal
// ends the program at once. The arguments are the command line, for log and report. False and the
// error: something failed.
bool training_run(const Options *options, int argument_count, char *const *arguments,
                  int *stopped_by, Error *error);

#endif
