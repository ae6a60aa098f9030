// Chooses the settings of a run: those of the command line, or those of the run that it resumes.
#ifndef MNIST_TRAIN_CLI_TRAIN_CONFIG_H
#define MNIST_TRAIN_CLI_TRAIN_CONFIG_H

#include "base/error.h"
#include "options.h"
#include "train/train_state.h"

#include <stdbool.h>
#include <stddef.h>

// Sets *config, and limits, the number of images to use of each split; 0 is all. resumed is the
// state in options->resume, or NULL. A resumed run keeps its settings, except for the number of
// epochs, which --epochs may change. Returns false and sets *error if an option contradicts
// resumed.
bool train_config_choose(const Options *options, const TrainState *resumed, TrainConfig *config,
                         size_t limits[DATASET_SPLITS], Error *error);

#endif
