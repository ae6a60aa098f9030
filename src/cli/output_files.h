// Checks of the files that a run writes, before it starts.
#ifndef MNIST_TRAIN_CLI_OUTPUT_FILES_H
#define MNIST_TRAIN_CLI_OUTPUT_FILES_H

#include "base/error.h"
#include "data/dataset.h"
#include "options.h"

#include <stdbool.h>

// Returns false and sets *error if two of the outputs --checkpoint, --save, --save-best, --grid,
// --log and --report, or one of them and one of the inputs --resume, --load, --classes and --show,
// name the same file, possibly spelled differently. Only --checkpoint may replace the file of
// --resume, and --save that of --load.
bool output_files_check_distinct(const Options *options, Error *error);

// Returns false and sets *error if an output would replace an IDX file of the data set. A dataset
// that is not loaded has no files.
bool output_files_check_data(const Options *options, const Dataset *dataset, Error *error);

// Returns false and sets *error if an output file cannot be written. No existing file changes.
bool output_files_check_writable(const Options *options, Error *error);

#endif
