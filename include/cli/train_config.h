// What a run trains with: as the command line says, or as the run did that it goes on from.
#ifndef MNIST_TRAIN_CLI_TRAIN_CONFIG_H
#define MNIST_TRAIN_CLI_TRAIN_CONFIG_H

#include "base/error.h"
#include "cli/options.h"
#include "train/checkpoint.h"
#include "train/trainer.h"

#include <stddef.h>

// checkpoint: NULL, or that of options->resume, whose settings can't be changed, but for more
// epochs. limits: of images, by split. False and the error: options differ from it.
bool train_config_choose(const Options *options, const TrainState *resumed, TrainConfig *settings,
                         size_t limits[2], Error *error);

// Files that would only fail to be written behind the training, beforehand.
bool train_config_check_outputs(const Options *options, Error *error);

#endif
