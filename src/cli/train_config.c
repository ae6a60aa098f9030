#include "train_config.h"

#include <inttypes.h>
#include <string.h>

// Several options make up the transforms, and --save-best implies --test-every-epoch.
static bool is_given(const Options *options, const Setting *setting) {
    if (setting->type == SETTING_TRANSFORMS)
        return options->config.transforms.count > 0;
    if (setting->type == SETTING_FLAG)
        return *(const bool *)((const char *)&options->config + setting->offset);
    return options_given(options, setting->key);
}

static bool check_setting(const Setting *setting, const Options *options, const TrainConfig *saved,
                          Error *error) {
    char expected_text[SETTING_TEXT], found_text[SETTING_TEXT];
    const char *expected = setting_format(setting, saved, expected_text);
    const char *found = setting_format(setting, &options->config, found_text);
    const bool is_transforms = setting->type == SETTING_TRANSFORMS;
    if (!is_given(options, setting) || strcmp(expected, found) == 0)
        return true;
    if (options->save_best && setting->type == SETTING_FLAG &&
        !options_given(options, setting->key))
        return error_set(error, "--save-best: expected a run with --%s in %s, found one without",
                         setting->key, options->resume);
    return error_set(error, "--%s: expected %s, as in %s, found %s",
                     is_transforms ? "rotate, --vflip, --hflip" : setting->key,
                     *expected ? expected : "none", options->resume, found);
}

static bool choose_epochs(const Options *options, const TrainProgress *progress, size_t *epochs,
                          Error *error) {
    size_t begun = progress->epoch + (progress->batch > 0 ? 1 : 0);
    if (!options_given(options, "epochs"))
        return true;
    *epochs = options->config.epochs;
    return *epochs >= begun ||
           error_set(error, "--epochs: expected at least %zu, the epochs begun in %s, found %zu",
                     begun, options->resume, *epochs);
}

// Accepts a larger limit: if it selects more images, the comparison of DatasetIds fails later.
static bool choose_limit(const Options *options, const char *name, uint64_t expected, size_t *limit,
                         Error *error) {
    if (!options_given(options, name))
        *limit = (size_t)expected;
    return *limit >= expected || error_set(error, "--%s: expected %" PRIu64 ", as in %s, found %zu",
                                           name, expected, options->resume, *limit);
}

bool train_config_choose(const Options *options, const TrainState *resumed, TrainConfig *config,
                         size_t limits[DATASET_SPLITS], Error *error) {
    limits[DATASET_TRAIN] = (size_t)options->train_limit;
    limits[DATASET_TEST] = (size_t)options->test_limit;
    *config = resumed ? resumed->config : options->config;
    if (!resumed)
        return true;
    for (size_t i = 0; i < SETTINGS; i++) {
        if (strcmp(settings[i].key, "epochs") != 0 &&
            !check_setting(&settings[i], options, config, error))
            return false;
    }
    return choose_epochs(options, &resumed->progress, &config->epochs, error) &&
           choose_limit(options, "train-limit", resumed->train.images, &limits[DATASET_TRAIN],
                        error) &&
           choose_limit(options, "test-limit", resumed->test.images, &limits[DATASET_TEST], error);
}
