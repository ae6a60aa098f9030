// The settings of a training run, in one table. The command line, the check of a resumed run,
// checkpoints, the metadata of model files, the log and the report follow from it.
#ifndef MNIST_TRAIN_TRAIN_SETTINGS_H
#define MNIST_TRAIN_TRAIN_SETTINGS_H

#include "base/error.h"
#include "data/transforms.h"
#include "nn/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRAIN_MAX_EPOCHS = 1000000, TRAIN_MAX_BATCH_SIZE = 65536 };

// They do not change while the run goes on.
typedef struct {
    size_t epochs;
    size_t batch_size;
    double learning_rate;
    uint64_t seed;
    Loss loss;
    Transforms transforms;  // of the training images
    bool is_reproducible;   // the same bits on every machine, without the BLAS library
    bool tests_every_epoch; // after the epoch; its test loader draws as the final test's
} TrainConfig;

typedef enum {
    SETTING_SIZE,       // size_t, from min to max
    SETTING_SEED,       // uint64_t: -2^63 to 2^64 - 1; a negative one stands for itself plus 2^64
    SETTING_REAL,       // double, at least 0
    SETTING_LOSS,       // Loss, by its name
    SETTING_TRANSFORMS, // Transforms, as transforms_describe writes them
    SETTING_FLAG,       // bool, true or false
} SettingType;

typedef struct {
    const char *key;   // in the log and in files; the long name of the option
    const char *label; // in the report
    SettingType type;
    size_t offset; // in TrainConfig
    size_t min, max;
    const char *default_text;
} Setting;

enum { SETTINGS = 8 };
extern const Setting settings[SETTINGS]; // in the order of the log

// The setting of this key, or NULL.
const Setting *setting_find(const char *key);

void settings_set_defaults(TrainConfig *config);

// Sets the setting in *config. Returns false and sets *error, which begins with `name`, if the text
// is not a value of the setting.
bool setting_parse(const Setting *setting, const char *name, const char *text, TrainConfig *config,
                   Error *error);

// Writes the value as a text that setting_parse reads back exactly, and returns it.
enum { SETTING_TEXT = TRANSFORMS_TEXT };
const char *setting_format(const Setting *setting, const TrainConfig *config,
                           char text[SETTING_TEXT]);

#endif
