#include "settings.h"

#include "file.h"
#include "log.h"

#include <inttypes.h>

bool settings_check_outputs(const Options *options, Error *error) {
    const char *const files[] = {options->save, options->checkpoint, options->grid,
                                 options->report};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (files[i] && !file_can_replace(files[i], error))
            return false;
    }
    return !options->log || log_can_begin(options->log, error);
}

static bool check_number(const Options *options, const char *name, double found, double expected,
                         Error *error) {
    if (!options_given(options, name) || found == expected)
        return true;
    return error_set(error, "--%s: expected %.17g, as in %s, found %.17g", name, expected,
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
               found->list[i].amount == expected->list[i].amount;
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

static bool resume(const Options *options, const Checkpoint *checkpoint, TrainerSettings *settings,
                   size_t *train_limit, Error *error) {
    const TrainerSettings *saved = &checkpoint->settings;
    if (!check_number(options, "batch", (double)options->batch, (double)saved->batch_size, error) ||
        !check_number(options, "lr", options->learning_rate, saved->learning_rate, error) ||
        !check_number(options, "train-limit", (double)options->train_limit,
                      (double)checkpoint->train_images, error) ||
        !check_seed(options, saved->seed, error) || !check_loss(options, saved->loss, error) ||
        !check_transforms(options, &saved->transforms, error) ||
        !check_epochs(options, checkpoint->epoch + (checkpoint->batch > 0 ? 1 : 0), error))
        return false;
    *settings = *saved;
    *train_limit = (size_t)checkpoint->train_images;
    if (options_given(options, "epochs"))
        settings->epochs = (size_t)options->epochs;
    return true;
}

bool settings_choose(const Options *options, const Checkpoint *checkpoint,
                     TrainerSettings *settings, size_t *train_limit, Error *error) {
    if (checkpoint)
        return resume(options, checkpoint, settings, train_limit, error);
    *train_limit = (size_t)options->train_limit;
    *settings = (TrainerSettings){
        .epochs = (size_t)options->epochs,
        .batch_size = (size_t)options->batch,
        .learning_rate = options->learning_rate,
        .seed = options->seed,
        .loss = options->loss == 0 ? LOSS_TUTORIAL : LOSS_LOGITS,
        .transforms = options->transforms,
    };
    return true;
}
