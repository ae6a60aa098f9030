#include "cli/train_config.h"

#include "io/atomic_file.h"
#include "report/log.h"

#include <inttypes.h>

// What is written, or gone on from, must not be written over.
static bool check_different(const Options *options, Error *error) {
    const struct {
        const char *name;
        const char *file;
    } files[] = {
        {"resume", options->resume}, {"checkpoint", options->checkpoint},
        {"save", options->save},     {"grid", options->grid},
        {"log", options->log},       {"report", options->report},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        for (size_t j = 0; j < i; j++) {
            bool goes_on = i == 1 && j == 0; // a run may keep its checkpoint's place
            if (!goes_on && files[i].file && files[j].file &&
                atomic_file_same_target(files[i].file, files[j].file))
                return error_set(error, "--%s: expected another file than --%s's, found '%s'",
                                 files[i].name, files[j].name, files[i].file);
        }
    }
    return true;
}

bool train_config_check_outputs(const Options *options, Error *error) {
    const char *const files[] = {options->save, options->checkpoint, options->grid,
                                 options->report};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (files[i] && !atomic_file_check(files[i], error))
            return false;
    }
    return (!options->log || log_can_begin(options->log, error)) && check_different(options, error);
}

static bool check_number(const Options *options, const char *name, double found, double expected,
                         Error *error) {
    if (!options_given(options, name) || found == expected)
        return true;
    return error_set(error, "--%s: expected %.17g, as in %s, found %.17g", name, expected,
                     options->resume, found);
}

// More than there were may be asked for: what is there is the same then, or its checksum tells.
static bool choose_limit(const Options *options, const char *name, uint64_t found,
                         uint64_t expected, size_t *limit, Error *error) {
    *limit = (size_t)(options_given(options, name) ? found : expected);
    if (*limit >= expected)
        return true;
    return error_set(error, "--%s: expected %" PRIu64 ", as in %s, found %" PRIu64, name, expected,
                     options->resume, found);
}

static bool check_seed(const Options *options, uint64_t expected, Error *error) {
    if (!options_given(options, "seed") || options->seed == expected)
        return true;
    return error_set(error, "--seed: expected %" PRIu64 ", as in %s, found %" PRIu64, expected,
                     options->resume, options->seed);
}

static bool check_loss(const Options *options, Loss expected, Error *error) {
    if (!options_given(options, "loss") || options->loss == (uint64_t)expected)
        return true;
    return error_set(error, "--loss: expected %s, as in %s, found the other",
                     expected == LOSS_LOGITS ? "logits" : "tutorial", options->resume);
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

static bool check_epochs(const Options *options, uint64_t begun, Error *error) {
    if (!options_given(options, "epochs") || options->epochs >= begun)
        return true;
    return error_set(error,
                     "--epochs: expected at least %" PRIu64 ", which %s has begun, found %" PRIu64,
                     begun, options->resume, options->epochs);
}

static bool resume(const Options *options, const TrainState *resumed, TrainConfig *config,
                   size_t limits[2], Error *error) {
    const TrainConfig *saved = &resumed->config;
    if (!check_number(options, "batch", (double)options->batch, (double)saved->batch_size, error) ||
        !check_number(options, "lr", options->learning_rate, saved->learning_rate, error) ||
        !choose_limit(options, "train-limit", options->train_limit, resumed->train.images,
                      &limits[DATASET_TRAIN], error) ||
        !choose_limit(options, "test-limit", options->test_limit, resumed->test.images,
                      &limits[DATASET_TEST], error) ||
        !check_seed(options, saved->seed, error) || !check_loss(options, saved->loss, error) ||
        !check_transforms(options, &saved->transforms, error) ||
        !check_epochs(options, resumed->progress.epoch + (resumed->progress.batch > 0 ? 1 : 0),
                      error))
        return false;
    *config = *saved;
    if (options_given(options, "epochs"))
        config->epochs = (size_t)options->epochs;
    return true;
}

bool train_config_choose(const Options *options, const TrainState *resumed, TrainConfig *config,
                         size_t limits[2], Error *error) {
    if (resumed)
        return resume(options, resumed, config, limits, error);
    limits[DATASET_TRAIN] = (size_t)options->train_limit;
    limits[DATASET_TEST] = (size_t)options->test_limit;
    *config = (TrainConfig){
        .epochs = (size_t)options->epochs,
        .batch_size = (size_t)options->batch,
        .learning_rate = options->learning_rate,
        .seed = options->seed,
        .loss = options->loss == 0 ? LOSS_TUTORIAL : LOSS_LOGITS,
        .transforms = options->transforms,
        .is_reproducible = options->reproducible,
    };
    return true;
}
