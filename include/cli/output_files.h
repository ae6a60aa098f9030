// Checks of the files that a run writes, before it starts.
#ifndef MNIST_TRAIN_CLI_OUTPUT_FILES_H
#define MNIST_TRAIN_CLI_OUTPUT_FILES_H

#include "base/error.h"
#include "cli/options.h"

#include <stdbool.h>

// Returns false and sets *error if two of --resume, --checkpoint, --save, --grid, --log and
// --report name the same file, possibly spelled differently. Only --checkpoint and --resume may
// name the same one.
bool output_files_check_distinct(const Options *options, Error *error);

// Returns false and sets *error if an output file cannot be written. No existing file changes.
bool output_files_check_writable(const Options *options, Error *error);

#endif
