#include "cli/train_config.h"

#include <inttypes.h>

static bool check_number(const Options *options, const char *name, double found, double expected,
                         Error *error) {
    if (!options_given(options, name) || found == expected)
        return true;
    return error_set(error, "--%s: expected %.17g, as in %s, found %.17g", name, expected,
                     options->resume, found);
}

// check_number would not do: a double cannot represent every seed.
static bool check_seed(const Options *options, uint64_t expected, Error *error) {
    if (!options_given(options, "seed") || options->seed == expected)
        return true;
    return error_set(error, "--seed: expected %" PRIu64 ", as in %s, found %" PRIu64, expected,
                     options->resume, options->seed);
}

static Loss chosen_loss(const Options *options) {
    return options->loss == 0 ? LOSS_TUTORIAL : LOSS_LOGITS;
}

static bool check_loss(const Options *options, Loss expected, Error *error) {
    Loss found = chosen_loss(options);
    if (!options_given(options, "loss") || found == expected)
        return true;
    return error_set(error, "--loss: expected %s, as in %s, found %s", network_loss_name(expected),
                     options->resume, network_loss_name(found));
}

static bool check_transforms(const Options *options, const Transforms *expected, Error *error) {
    const Transforms *found = &options->transforms;
    bool same = found->count == expected->count;
    for (size_t i = 0; i < found->count && same; i++)
        same = found->list[i].kind == expected->list[i].kind &&
               found->list[i].parameter == expected->list[i].parameter;
    if (same || found->count == 0)
        return true;
    char expected_text[TRANSFORMS_TEXT], found_text[TRANSFORMS_TEXT];
    transforms_describe(expected, expected_text, sizeof expected_text);
    transforms_describe(found, found_text, sizeof found_text);
    return error_set(error, "--rotate, --vflip, --hflip: expected %s, as in %s, found %s",
                     expected->count > 0 ? expected_text : "none", options->resume, found_text);
}

static bool check_mode(const Options *options, bool is_reproducible, Error *error) {
    if (!options->reproducible || is_reproducible)
        return true;
    return error_set(error, "--reproducible: %s was written by a run without it", options->resume);
}

static bool check_epochs(const Options *options, const TrainProgress *progress, Error *error) {
    size_t begun = progress->epoch + (progress->batch > 0 ? 1 : 0);
    if (!options_given(options, "epochs") || options->epochs >= begun)
        return true;
    return error_set(error,
                     "--epochs: expected at least %zu, the epochs begun in %s, found %" PRIu64,
                     begun, options->resume, options->epochs);
}

// Accepts a larger limit: if it selects more images, the comparison of DatasetIds fails later.
static bool choose_limit(const Options *options, const char *name, uint64_t found,
                         uint64_t expected, size_t *limit, Error *error) {
    *limit = (size_t)(options_given(options, name) ? found : expected);
    if (*limit >= expected)
        return true;
    return error_set(error, "--%s: expected %" PRIu64 ", as in %s, found %" PRIu64, name, expected,
                     options->resume, found);
}

static bool resume(const Options *options, const TrainState *resumed, TrainConfig *config,
                   size_t limits[DATASET_SPLITS], Error *error) {
    const TrainConfig *saved = &resumed->config;
    if (!check_number(options, "batch", (double)options->batch_size, (double)saved->batch_size,
                      error) ||
        !check_number(options, "lr", options->learning_rate, saved->learning_rate, error) ||
        !check_seed(options, saved->seed, error) || !check_loss(options, saved->loss, error) ||
        !check_transforms(options, &saved->transforms, error) ||
        !check_mode(options, saved->is_reproducible, error) ||
        !check_epochs(options, &resumed->progress, error) ||
        !choose_limit(options, "train-limit", options->train_limit, resumed->train.images,
                      &limits[DATASET_TRAIN], error) ||
        !choose_limit(options, "test-limit", options->test_limit, resumed->test.images,
                      &limits[DATASET_TEST], error))
        return false;
    *config = *saved;
    if (options_given(options, "epochs"))
        config->epochs = (size_t)options->epochs;
    return true;
}

bool train_config_choose(const Options *options, const TrainState *resumed, TrainConfig *config,
                         size_t limits[DATASET_SPLITS], Error *error) {
    if (resumed)
        return resume(options, resumed, config, limits, error);
    limits[DATASET_TRAIN] = (size_t)options->train_limit;
    limits[DATASET_TEST] = (size_t)options->test_limit;
    *config = (TrainConfig){
        .epochs = (size_t)options->epochs,
        .batch_size = (size_t)options->batch_size,
        .learning_rate = options->learning_rate,
        .seed = options->seed,
        .loss = chosen_loss(options),
        .transforms = options->transforms,
        .is_reproducible = options->reproducible,
    };
    return true;
}
