// What the program does: one function for each of its commands.
#ifndef MNIST_TRAIN_CLI_COMMANDS_H
#define MNIST_TRAIN_CLI_COMMANDS_H

#include "base/error.h"
#include "options.h"

#include <stdbool.h>

// Trains or resumes a run, tests, and writes the requested files. The first SIGINT, SIGTERM,
// SIGHUP or SIGXCPU stops the run after at most two more batches and writes the checkpoint, if one
// is requested; then *signal_number is the signal, else it is unchanged. argument_count and
// arguments are the command line, for the log and the report. Returns false and sets *error if the
// run fails.
bool cmd_train(const Options *options, int argument_count, char *const *arguments,
               int *signal_number, Error *error);

// --predict: loads the weights of --load, and prints a prediction for each image in the files (IDX,
// PNM or PNG), then the accuracy if there are --labels. A directory stands for the images in it, in
// the order of their names' bytes; its other files are skipped. The error of a file that cannot be
// read is printed at once; the other files are still predicted, and *has_failures becomes true.
// Returns false and sets *error if the model, the labels or the names of the classes cannot be
// read, or memory is short.
bool cmd_predict(const Options *options, bool *has_failures, Error *error);

// --info and --show: prints the summary and the image, and writes the PNG of --grid. Returns false
// and sets *error if the data cannot be loaded, the image of --show does not exist, the PNG cannot
// be written, or memory is short.
bool cmd_inspect(const Options *options, Error *error);

#endif
