#include "train/checkpoint.h"

#include "base/byte_order.h"
#include "base/error.h"
#include "io/atomic_file.h"
#include "train/model.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A change of what follows needs another number: a file of another one is refused.
static const char format_id[] = MODEL_CHECKPOINT_FORM "5";

// The elements of the tensor "progress".
enum {
    TRAIN_IMAGES,
    TRAIN_CHECKSUM,
    TEST_IMAGES,
    TEST_CHECKSUM,
    EPOCH,
    BATCH,
    ORDER_SEED,
    RANDOM_POSITION,
    CORRECT,
    SUM_BATCH_PERCENT,
    BEST_EPOCH,
    BEST_CORRECT,
    INTEGERS
};

// The elements of the tensor "sums".
enum { BATCH_LOSSES, IMAGE_LOSSES, SECONDS, SUMS };

// Files hold little-endian numbers.
typedef struct {
    uint64_t integers[INTEGERS];
    double sums[SUMS];
    uint32_t random[RANDOM_STATE_WORDS];
} Values;

static bool has_best(const TrainConfig *config, uint64_t epoch) {
    return config->tests_every_epoch && epoch > 0;
}

static void convert_byte_order(Values *values) {
    byte_order_little(values->integers, INTEGERS, sizeof *values->integers);
    byte_order_little(values->sums, SUMS, sizeof *values->sums);
    byte_order_little(values->random, RANDOM_STATE_WORDS, sizeof *values->random);
}

static void values_from_state(const TrainState *state, Values *values) {
    const TrainProgress *progress = &state->progress;
    *values = (Values){
        .integers = {[TRAIN_IMAGES] = state->train.images,
                     [TRAIN_CHECKSUM] = state->train.checksum,
                     [TEST_IMAGES] = state->test.images,
                     [TEST_CHECKSUM] = state->test.checksum,
                     [EPOCH] = progress->epoch,
                     [BATCH] = progress->batch,
                     [ORDER_SEED] = progress->order_seed,
                     [RANDOM_POSITION] = progress->random.position,
                     [CORRECT] = progress->metrics.correct,
                     [SUM_BATCH_PERCENT] = progress->metrics.sum_batch_percent,
                     [BEST_EPOCH] = progress->best_epoch,
                     [BEST_CORRECT] = progress->best_correct},
        .sums = {[BATCH_LOSSES] = progress->metrics.sum_batch_loss,
                 [IMAGE_LOSSES] = progress->metrics.sum_image_loss,
                 [SECONDS] = progress->seconds},
    };
    memcpy(values->random, progress->random.state, sizeof values->random);
}

static void state_from_values(const Values *values, TrainState *state) {
    const uint64_t *integers = values->integers;
    const size_t batch_size = state->config.batch_size;
    const size_t batch = (size_t)integers[BATCH];
    state->train = (DatasetId){integers[TRAIN_IMAGES], (uint32_t)integers[TRAIN_CHECKSUM]};
    state->test = (DatasetId){integers[TEST_IMAGES], (uint32_t)integers[TEST_CHECKSUM]};
    state->progress = (TrainProgress){
        .epoch = (size_t)integers[EPOCH],
        .batch = batch,
        .order_seed = integers[ORDER_SEED],
        .metrics = {.batch_size = batch_size,
                    .images = batch * batch_size,
                    .correct = (size_t)integers[CORRECT],
                    .sum_batch_loss = values->sums[BATCH_LOSSES],
                    .sum_image_loss = values->sums[IMAGE_LOSSES],
                    .sum_batch_percent = integers[SUM_BATCH_PERCENT]},
        .seconds = values->sums[SECONDS],
        .best_epoch = (size_t)integers[BEST_EPOCH],
        .best_correct = (size_t)integers[BEST_CORRECT],
    };
    random_restore(&state->progress.random, values->random, (size_t)integers[RANDOM_POSITION]);
}

// The program reads "form", the settings and the kernel; the other metadata are for people and
// other programs.
static bool encode_and_write(const char *path, TrainState *state, Safetensors *file, Error *error) {
    Values values;
    char text[64];
    uint8_t *bytes;
    size_t size;
    safetensors_add_metadata(file, "format", "pt");
    safetensors_add_metadata(file, "form", format_id);
    model_add_settings(file, &state->config);
    snprintf(text, sizeof text, "%zu of epoch %zu", state->progress.batch, state->progress.epoch);
    safetensors_add_metadata(file, "next_batch", text);
    safetensors_add_metadata(file, "kernel", state->kernel);
    model_add_tensors(file, "", &state->parameters);
    model_add_tensors(file, "first_moment.", &state->first_moments);
    model_add_tensors(file, "second_moment.", &state->second_moments);
    if (has_best(&state->config, state->progress.epoch))
        model_add_tensors(file, "best.", &state->best);
    values_from_state(state, &values);
    convert_byte_order(&values);
    safetensors_add(file, "progress", "U64", 1, (size_t[]){INTEGERS}, values.integers);
    safetensors_add(file, "sums", "F64", 1, (size_t[]){SUMS}, values.sums);
    safetensors_add(file, "random", "U32", 1, (size_t[]){RANDOM_STATE_WORDS}, values.random);
    if (!safetensors_encode(file, &bytes, &size, error))
        return false;
    bool written = atomic_file_write(path, bytes, size, error);
    free(bytes);
    return written;
}

bool checkpoint_save(const char *path, TrainState *state, Error *error) {
    if (!model_check_numbers(path, "", &state->parameters, -FLT_MAX, error) ||
        !model_check_numbers(path, "first_moment.", &state->first_moments, -FLT_MAX, error) ||
        !model_check_numbers(path, "second_moment.", &state->second_moments, -FLT_MAX, error))
        return false;
    Safetensors *file = memory_alloc(1, sizeof *file, path, error);
    bool saved = file && encode_and_write(path, state, file, error);
    free(file);
    return saved;
}

static bool read_tensor(const char *path, const Safetensors *file, const char *name,
                        const char *dtype, void *values, size_t count, Error *error) {
    const Tensor *tensor = safetensors_find(file, name);
    if (!tensor || strcmp(tensor->dtype, dtype) != 0 || tensor->rank != 1 ||
        tensor->shape[0] != count)
        return error_set(error, "%s: expected tensor %s of %zu values %s, found %s", path, name,
                         count, dtype, tensor ? "another" : "none");
    memcpy(values, tensor->bytes, tensor->size);
    return true;
}

static bool check_progress(const char *path, const TrainConfig *config, const uint64_t *found,
                           Error *error) {
    // After the last epoch there is no next batch.
    const uint64_t batches = (found[TRAIN_IMAGES] - 1) / config->batch_size + 1;
    const uint64_t last_batch = found[EPOCH] < config->epochs ? batches - 1 : 0;
    // The percents of each batch are rounded down before they are added.
    const uint64_t percent = 100 * found[CORRECT] / config->batch_size;
    const bool is_tested = has_best(config, found[EPOCH]);
    const struct {
        const char *name;
        uint64_t min, max;
    } limits[INTEGERS] = {
        [TRAIN_IMAGES] = {"training images", 1, UINT32_MAX},
        [TRAIN_CHECKSUM] = {"", 0, UINT64_MAX},
        [TEST_IMAGES] = {"test images", 1, UINT32_MAX},
        [TEST_CHECKSUM] = {"", 0, UINT64_MAX},
        [EPOCH] = {"an epoch", 0, config->epochs},
        [BATCH] = {"a batch", 0, last_batch},
        [ORDER_SEED] = {"", 0, UINT64_MAX},
        [RANDOM_POSITION] = {"a position in the generator", 0, RANDOM_STATE_WORDS},
        [CORRECT] = {"correct images", 0, found[BATCH] * config->batch_size},
        [SUM_BATCH_PERCENT] = {"a sum of percents",
                               percent > found[BATCH] ? percent - found[BATCH] : 0, percent},
        [BEST_EPOCH] = {"a best epoch", 0, is_tested ? found[EPOCH] - 1 : 0},
        [BEST_CORRECT] = {"correct images of it", 0, is_tested ? found[TEST_IMAGES] : 0},
    };
    for (size_t i = 0; i < INTEGERS; i++) {
        if (found[i] < limits[i].min || found[i] > limits[i].max)
            return error_set(error,
                             "%s: tensor progress: expected %s from %" PRIu64 " to %" PRIu64
                             ", found %" PRIu64,
                             path, limits[i].name, limits[i].min, limits[i].max, found[i]);
    }
    return true;
}

// The loss of an image is at most about the difference of two logits, which are float32. The clock
// counts nanoseconds in 64 bits.
static bool check_sums(const char *path, const TrainConfig *config, const Values *values,
                       Error *error) {
    const double max_loss = 1e39;
    const double batches = (double)values->integers[BATCH];
    const struct {
        const char *name;
        double max;
    } sums[SUMS] = {
        [BATCH_LOSSES] = {"sum of batch losses", max_loss * batches},
        [IMAGE_LOSSES] = {"sum of image losses", max_loss * batches * (double)config->batch_size},
        [SECONDS] = {"number of seconds", 1e10},
    };
    for (size_t i = 0; i < SUMS; i++) {
        double found = values->sums[i];
        if (!(found >= 0.0 && found <= sums[i].max)) // NaN is neither
            return error_set(error, "%s: tensor sums: expected a %s from 0 to %g, found %g", path,
                             sums[i].name, sums[i].max, found);
    }
    return true;
}

static bool read_config(const char *path, const Safetensors *file, TrainConfig *config,
                        Error *error) {
    for (size_t i = 0; i < SETTINGS; i++) {
        const char *key = settings[i].key;
        const char *text = safetensors_find_metadata(file, key);
        Error reason;
        if (!text)
            return error_set(error, "%s: expected metadata %s, found none", path, key);
        if (!setting_parse(&settings[i], key, text, config, &reason))
            return error_set(error, "%s: metadata %s", path, reason.text);
    }
    return true;
}

static bool decode(const char *path, const Safetensors *file, TrainState *state, Error *error) {
    Values values = {0};
    const char *form = safetensors_find_metadata(file, "form");
    const char *kernel = safetensors_find_metadata(file, "kernel");
    if (!form || strcmp(form, format_id) != 0)
        return error_set(error, "%s: expected a checkpoint (%s), found %s", path, format_id,
                         form ? form : "another safetensors file");
    if (!read_config(path, file, &state->config, error) ||
        !read_tensor(path, file, "progress", "U64", values.integers, INTEGERS, error) ||
        !read_tensor(path, file, "sums", "F64", values.sums, SUMS, error) ||
        !read_tensor(path, file, "random", "U32", values.random, RANDOM_STATE_WORDS, error))
        return false;
    convert_byte_order(&values);
    if (!check_progress(path, &state->config, values.integers, error) ||
        !check_sums(path, &state->config, &values, error))
        return false;
    snprintf(state->kernel, sizeof state->kernel, "%s", kernel ? kernel : "");
    state_from_values(&values, state);
    return model_read_tensors(path, file, "", &state->parameters, error) &&
           model_read_tensors(path, file, "first_moment.", &state->first_moments, error) &&
           model_read_tensors(path, file, "second_moment.", &state->second_moments, error) &&
           model_check_numbers(path, "second_moment.", &state->second_moments, 0.0F, error) &&
           (!has_best(&state->config, state->progress.epoch) ||
            model_read_tensors(path, file, "best.", &state->best, error));
}

bool checkpoint_load(const char *path, TrainState *state, Error *error) {
    Safetensors *file = memory_alloc(1, sizeof *file, path, error);
    if (!file)
        return false;
    bool loaded = safetensors_read(path, file, error) && decode(path, file, state, error);
    safetensors_free(file);
    free(file);
    return loaded;
}
