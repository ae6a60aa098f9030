#include "train/settings.h"

#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OFFSET(member) offsetof(TrainConfig, member)

const Setting settings[SETTINGS] = {
    {"seed", "seed", SETTING_SEED, OFFSET(seed), 0, 0, "0"},
    {"epochs", "epochs", SETTING_SIZE, OFFSET(epochs), 0, TRAIN_MAX_EPOCHS, "5"},
    {"batch", "batch size", SETTING_SIZE, OFFSET(batch_size), 1, TRAIN_MAX_BATCH_SIZE, "32"},
    {"lr", "learning rate", SETTING_REAL, OFFSET(learning_rate), 0, 0, "0.001"},
    {"loss", "loss", SETTING_LOSS, OFFSET(loss), 0, 0, "tutorial"},
    {"reproducible", "reproducible", SETTING_FLAG, OFFSET(is_reproducible), 0, 0, "false"},
    {"test-every-epoch", "test after every epoch", SETTING_FLAG, OFFSET(tests_every_epoch), 0, 0,
     "false"},
    {"transforms", "transforms", SETTING_TRANSFORMS, OFFSET(transforms), 0, 0, ""},
};

const Setting *setting_find(const char *key) {
    for (size_t i = 0; i < SETTINGS; i++) {
        if (strcmp(settings[i].key, key) == 0)
            return &settings[i];
    }
    return NULL;
}

void settings_set_defaults(TrainConfig *config) {
    Error never;
    *config = (TrainConfig){0};
    for (size_t i = 0; i < SETTINGS; i++)
        setting_parse(&settings[i], settings[i].key, settings[i].default_text, config, &never);
}

// As torch.manual_seed: -1 is 2^64 - 1.
static bool parse_seed(const char *text, uint64_t *seed) {
    bool is_negative = *text == '-';
    uint64_t max = is_negative ? (uint64_t)INT64_MAX + 1 : UINT64_MAX;
    if (!number_parse_uint(text + is_negative, 0, max, seed))
        return false;
    *seed = is_negative ? 0 - *seed : *seed;
    return true;
}

static bool parse_loss(const char *text, Loss *loss) {
    *loss = strcmp(text, network_loss_name(LOSS_LOGITS)) == 0 ? LOSS_LOGITS : LOSS_TUTORIAL;
    return strcmp(text, network_loss_name(*loss)) == 0;
}

bool setting_parse(const Setting *setting, const char *name, const char *text, TrainConfig *config,
                   Error *error) {
    void *value = (char *)config + setting->offset;
    uint64_t number;
    switch (setting->type) {
    case SETTING_SIZE:
        if (!number_parse_uint(text, setting->min, setting->max, &number))
            return error_set(error, "%s: expected a whole number from %zu to %zu, found '%s'", name,
                             setting->min, setting->max, text);
        *(size_t *)value = (size_t)number;
        return true;
    case SETTING_SEED:
        return parse_seed(text, value) ||
               error_set(error,
                         "%s: expected a whole number from -9223372036854775808 to "
                         "18446744073709551615, found '%s'",
                         name, text);
    case SETTING_REAL:
        return (number_parse_real(text, value) && *(double *)value >= 0.0) ||
               error_set(error, "%s: expected a number of at least 0, found '%s'", name, text);
    case SETTING_LOSS:
        return parse_loss(text, value) ||
               error_set(error, "%s: expected tutorial|logits, found '%s'", name, text);
    case SETTING_TRANSFORMS:
        return transforms_parse(text, value) ||
               error_set(error, "%s: expected transforms, found '%s'", name, text);
    case SETTING_FLAG:
        *(bool *)value = strcmp(text, "true") == 0;
        return *(bool *)value || strcmp(text, "false") == 0 ||
               error_set(error, "%s: expected true or false, found '%s'", name, text);
    }
    return false;
}

const char *setting_format(const Setting *setting, const TrainConfig *config,
                           char text[SETTING_TEXT]) {
    const void *value = (const char *)config + setting->offset;
    switch (setting->type) {
    case SETTING_SIZE:
        snprintf(text, SETTING_TEXT, "%zu", *(const size_t *)value);
        break;
    case SETTING_SEED:
        snprintf(text, SETTING_TEXT, "%" PRIu64, *(const uint64_t *)value);
        break;
    case SETTING_REAL:
        number_format(*(const double *)value, text);
        break;
    case SETTING_LOSS:
        return network_loss_name(*(const Loss *)value);
    case SETTING_TRANSFORMS:
        transforms_describe(value, text, SETTING_TEXT);
        break;
    case SETTING_FLAG:
        return *(const bool *)value ? "true" : "false";
    }
    return text;
}
