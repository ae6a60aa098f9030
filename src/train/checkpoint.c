#include "train/checkpoint.h"

#include "base/byte_order.h"
#include "base/memory.h"
#include "io/atomic_file.h"
#include "train/model.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The elements of the tensor "progress", in its order.
enum {
    EPOCHS,
    BATCH_SIZE,
    SEED,
    LOSS,
    TRAIN_IMAGES,
    TRAIN_CHECKSUM,
    TEST_IMAGES,
    TEST_CHECKSUM,
    STEPS,
    EPOCH,
    BATCH,
    ORDER_SEED,
    RANDOM_POSITION,
    METRICS_BATCHES,
    METRICS_IMAGES,
    METRICS_CORRECT,
    METRICS_SUM_BATCH_PERCENT,
    UINT_COUNT
};

// The elements of the tensor "sums", in its order.
enum { LEARNING_RATE, BATCH_LOSSES, IMAGE_LOSSES, SECONDS, SUMS };

enum { TRANSFORM_VALUES = 2 * TRANSFORM_KINDS };

static const char format_id[] = "mnist-train checkpoint 3";

typedef struct {
    uint64_t integers[UINT_COUNT];
    double sums[SUMS];
    double transforms[TRANSFORM_VALUES]; // (kind, parameter) of each; kind -1 ends the list
    uint32_t random[RANDOM_STATE_WORDS];
} Values;

static void values_from_state(const TrainState *state, Values *values) {
    *values = (Values){
        .integers = {[EPOCHS] = state->config.epochs,
                     [BATCH_SIZE] = state->config.batch_size,
                     [SEED] = state->config.seed,
                     [LOSS] = state->config.loss,
                     [TRAIN_IMAGES] = state->train.images,
                     [TRAIN_CHECKSUM] = state->train.checksum,
                     [TEST_IMAGES] = state->test.images,
                     [TEST_CHECKSUM] = state->test.checksum,
                     [STEPS] = state->progress.steps,
                     [EPOCH] = state->progress.epoch,
                     [BATCH] = state->progress.batch,
                     [ORDER_SEED] = state->progress.order_seed,
                     [RANDOM_POSITION] = state->progress.random.position,
                     [METRICS_BATCHES] = state->progress.metrics.batches,
                     [METRICS_IMAGES] = state->progress.metrics.images,
                     [METRICS_CORRECT] = state->progress.metrics.correct,
                     [METRICS_SUM_BATCH_PERCENT] = state->progress.metrics.sum_batch_percent},
        .sums = {[LEARNING_RATE] = state->config.learning_rate,
                 [BATCH_LOSSES] = state->progress.metrics.sum_batch_loss,
                 [IMAGE_LOSSES] = state->progress.metrics.sum_image_loss,
                 [SECONDS] = state->progress.seconds},
    };
    for (size_t i = 0; i < TRANSFORM_KINDS; i++) {
        const Transform *transform = &state->config.transforms.list[i];
        bool is_there = i < state->config.transforms.count;
        values->transforms[2 * i] = is_there ? (double)transform->kind : -1.0;
        values->transforms[2 * i + 1] = is_there ? transform->parameter : 0.0;
    }
    memcpy(values->random, state->progress.random.state, sizeof values->random);
    byte_order_little(values->integers, UINT_COUNT, sizeof *values->integers);
    byte_order_little(values->sums, SUMS, sizeof *values->sums);
    byte_order_little(values->transforms, TRANSFORM_VALUES, sizeof *values->transforms);
    byte_order_little(values->random, RANDOM_STATE_WORDS, sizeof *values->random);
}

// Adds the metadata. The program reads format_id, the kernel and the mode; the rest is for people
// and other programs.
static void add_metadata(Safetensors *tensors, const TrainState *state) {
    char text[64];
    safetensors_add_metadata(tensors, "format", "pt");
    safetensors_add_metadata(tensors, "form", format_id);
    safetensors_add_metadata(tensors, "loss", network_loss_name(state->config.loss));
    snprintf(text, sizeof text, "%.17g", state->config.learning_rate);
    safetensors_add_metadata(tensors, "lr", text);
    snprintf(text, sizeof text, "%" PRIu64, state->config.seed);
    safetensors_add_metadata(tensors, "seed", text);
    snprintf(text, sizeof text, "%zu", state->config.batch_size);
    safetensors_add_metadata(tensors, "batch", text);
    snprintf(text, sizeof text, "%zu of epoch %zu", state->progress.batch, state->progress.epoch);
    safetensors_add_metadata(tensors, "next_batch", text);
    safetensors_add_metadata(tensors, "kernel", state->kernel);
    safetensors_add_metadata(tensors, "reproducible",
                             state->config.is_reproducible ? "true" : "false");
}

static bool save(const char *path, TrainState *state, Safetensors *tensors, Error *error) {
    Values values;
    values_from_state(state, &values);
    add_metadata(tensors, state);
    model_write_tensors(tensors, "", &state->parameters);
    model_write_tensors(tensors, "first_moment.", &state->first_moments);
    model_write_tensors(tensors, "second_moment.", &state->second_moments);
    safetensors_add(tensors, "progress", "U64", 1, (size_t[]){UINT_COUNT}, values.integers,
                    sizeof values.integers);
    safetensors_add(tensors, "sums", "F64", 1, (size_t[]){SUMS}, values.sums, sizeof values.sums);
    safetensors_add(tensors, "transforms", "F64", 1, (size_t[]){TRANSFORM_VALUES},
                    values.transforms, sizeof values.transforms);
    safetensors_add(tensors, "random", "U32", 1, (size_t[]){RANDOM_STATE_WORDS}, values.random,
                    sizeof values.random);
    uint8_t *bytes;
    size_t size;
    if (!safetensors_encode(tensors, &bytes, &size, error))
        return false;
    bool saved = atomic_file_write(path, bytes, size, error);
    free(bytes);
    return saved;
}

bool checkpoint_save(const char *path, TrainState *state, Error *error) {
    if (!model_check_finite(path, "", &state->parameters, error) ||
        !model_check_finite(path, "first_moment.", &state->first_moments, error) ||
        !model_check_finite(path, "second_moment.", &state->second_moments, error))
        return false;
    Safetensors *tensors = memory_alloc(1, sizeof *tensors, path, error);
    if (!tensors)
        return false;
    bool saved = save(path, state, tensors, error);
    free(tensors);
    return saved;
}

static bool read_values(const char *path, const Safetensors *tensors, const char *name,
                        const char *dtype, void *values, size_t count, size_t width, Error *error) {
    const Tensor *tensor = safetensors_find(tensors, name);
    if (!tensor || strcmp(tensor->dtype, dtype) != 0 || tensor->rank != 1 ||
        tensor->shape[0] != count)
        return error_set(error, "%s: expected tensor %s of %zu values %s, found %s", path, name,
                         count, dtype, tensor ? "another" : "none");
    memcpy(values, tensor->bytes, tensor->size);
    byte_order_little(values, count, width);
    return true;
}

static void state_from_values(const Values *values, TrainState *state) {
    const uint64_t *integers = values->integers;
    state->config = (TrainConfig){
        .epochs = (size_t)integers[EPOCHS],
        .batch_size = (size_t)integers[BATCH_SIZE],
        .learning_rate = values->sums[LEARNING_RATE],
        .seed = integers[SEED],
        .loss = integers[LOSS] == LOSS_LOGITS ? LOSS_LOGITS : LOSS_TUTORIAL,
    };
    for (size_t i = 0; i < TRANSFORM_KINDS && values->transforms[2 * i] >= 0.0; i++)
        transforms_add(&state->config.transforms, (TransformKind)values->transforms[2 * i],
                       values->transforms[2 * i + 1]);
    state->train = (DatasetId){integers[TRAIN_IMAGES], (uint32_t)integers[TRAIN_CHECKSUM]};
    state->test = (DatasetId){integers[TEST_IMAGES], (uint32_t)integers[TEST_CHECKSUM]};
    state->progress.steps = integers[STEPS];
    state->progress.epoch = integers[EPOCH];
    state->progress.batch = integers[BATCH];
    state->progress.order_seed = integers[ORDER_SEED];
    state->progress.metrics = (Metrics){
        .batch_size = (size_t)integers[BATCH_SIZE],
        .batches = (size_t)integers[METRICS_BATCHES],
        .images = (size_t)integers[METRICS_IMAGES],
        .correct = (size_t)integers[METRICS_CORRECT],
        .sum_batch_loss = values->sums[BATCH_LOSSES],
        .sum_image_loss = values->sums[IMAGE_LOSSES],
        .sum_batch_percent = integers[METRICS_SUM_BATCH_PERCENT],
    };
    state->progress.seconds = values->sums[SECONDS];
    random_restore(&state->progress.random, values->random, (size_t)integers[RANDOM_POSITION]);
}

static bool check_transforms(const char *path, const double *values, Error *error) {
    for (size_t i = 0; i < TRANSFORM_KINDS; i++) {
        double kind = values[2 * i];
        double parameter = values[2 * i + 1];
        double max = kind == TRANSFORM_ROTATE ? TRANSFORMS_MAX_DEGREES : 1.0;
        if (kind != -1.0 && kind != TRANSFORM_ROTATE && kind != TRANSFORM_VFLIP &&
            kind != TRANSFORM_HFLIP)
            return error_set(error, "%s: tensor transforms: expected a kind of transform, found %g",
                             path, kind);
        if (!(parameter >= 0.0 && parameter <= max))
            return error_set(error,
                             "%s: tensor transforms: expected a parameter from 0 to %g, found %g",
                             path, max, parameter);
    }
    return true;
}

// The loss of an image is at most about the difference of two logits, which are float32. The clock
// counts nanoseconds in 64 bits.
static bool check_sums(const char *path, const Values *values, Error *error) {
    static const char *const names[SUMS] = {"learning rate", "sum of batch losses",
                                            "sum of image losses", "number of seconds"};
    const double max_loss = 1e39;
    const double max[SUMS] = {
        [LEARNING_RATE] = DBL_MAX,
        [BATCH_LOSSES] = max_loss * (double)values->integers[METRICS_BATCHES],
        [IMAGE_LOSSES] = max_loss * (double)values->integers[METRICS_IMAGES],
        [SECONDS] = 1e10,
    };
    const double *sums = values->sums;
    for (size_t i = 0; i < SUMS; i++) {
        if (!isfinite(sums[i]) || sums[i] < 0.0 || (i == LEARNING_RATE && sums[i] == 0.0))
            return error_set(error, "%s: tensor sums: expected a %s %s, found %g", path, names[i],
                             i == LEARNING_RATE ? "above 0" : "of at least 0", sums[i]);
        if (sums[i] > max[i])
            return error_set(error, "%s: tensor sums: expected a %s of at most %g, found %g", path,
                             names[i], max[i], sums[i]);
    }
    return true;
}

static bool check_integer(const char *path, const char *name, uint64_t found, uint64_t min,
                          uint64_t max, Error *error) {
    if (found >= min && found <= max)
        return true;
    if (min == max)
        return error_set(error, "%s: tensor progress: expected %s %" PRIu64 ", found %" PRIu64,
                         path, name, min, found);
    return error_set(
        error, "%s: tensor progress: expected %s from %" PRIu64 " to %" PRIu64 ", found %" PRIu64,
        path, name, min, max, found);
}

// The size of a batch and the number of images bound the other integers.
static bool check_config(const char *path, const uint64_t *integers, Error *error) {
    return check_integer(path, "epochs", integers[EPOCHS], 0, TRAIN_MAX_EPOCHS, error) &&
           check_integer(path, "a batch size", integers[BATCH_SIZE], 1, TRAIN_MAX_BATCH_SIZE,
                         error) &&
           check_integer(path, "a loss", integers[LOSS], 0, LOSS_LOGITS, error) &&
           check_integer(path, "training images", integers[TRAIN_IMAGES], 1, UINT32_MAX, error) &&
           check_integer(path, "test images", integers[TEST_IMAGES], 1, UINT32_MAX, error);
}

// The percents of the batches are rounded down before they are added.
static bool check_percents(const char *path, const uint64_t *integers, Error *error) {
    const uint64_t batches = integers[METRICS_BATCHES];
    const uint64_t max = 100 * integers[METRICS_CORRECT] / integers[BATCH_SIZE];
    return check_integer(path, "a sum of percents", integers[METRICS_SUM_BATCH_PERCENT],
                         max > batches ? max - batches : 0, max, error);
}

static bool check_progress(const char *path, const uint64_t *integers, Error *error) {
    const uint64_t batches = (integers[TRAIN_IMAGES] - 1) / integers[BATCH_SIZE] + 1;
    const uint64_t steps = integers[EPOCH] * batches + integers[BATCH];
    return check_integer(path, "an epoch", integers[EPOCH], 0, integers[EPOCHS], error) &&
           check_integer(path, "a batch", integers[BATCH], 0,
                         integers[EPOCH] < integers[EPOCHS] ? batches - 1 : 0, error) &&
           check_integer(path, "steps", integers[STEPS], steps, steps, error) &&
           check_integer(path, "a position in the generator", integers[RANDOM_POSITION], 0,
                         RANDOM_STATE_WORDS, error) &&
           check_integer(path, "batches of the epoch", integers[METRICS_BATCHES], 0, batches,
                         error) &&
           check_integer(path, "images of the epoch", integers[METRICS_IMAGES], 0,
                         integers[TRAIN_IMAGES], error) &&
           check_integer(path, "correct images", integers[METRICS_CORRECT], 0,
                         integers[METRICS_IMAGES], error) &&
           check_percents(path, integers, error);
}

// The metrics of an epoch that is not complete are those of its batches so far.
static bool check_metrics(const char *path, const uint64_t *integers, Error *error) {
    const uint64_t batches = integers[BATCH];
    const uint64_t images = batches * integers[BATCH_SIZE];
    return batches == 0 || (check_integer(path, "batches of the epoch", integers[METRICS_BATCHES],
                                          batches, batches, error) &&
                            check_integer(path, "images of the epoch", integers[METRICS_IMAGES],
                                          images, images, error));
}

// Rejects values that would lead to accesses out of bounds or that are impossible in a run.
static bool check_values(const char *path, const Values *values, Error *error) {
    return check_config(path, values->integers, error) &&
           check_progress(path, values->integers, error) &&
           check_metrics(path, values->integers, error) && check_sums(path, values, error) &&
           check_transforms(path, values->transforms, error);
}

// Checkpoints of version 0.1.0 have neither entry: their kernel is unknown, and their mode is not
// reproducible.
static void read_mode(const Safetensors *tensors, TrainState *state) {
    const char *kernel = safetensors_find_metadata(tensors, "kernel");
    const char *mode = safetensors_find_metadata(tensors, "reproducible");
    snprintf(state->kernel, sizeof state->kernel, "%s", kernel ? kernel : "");
    state->config.is_reproducible = mode && strcmp(mode, "true") == 0;
}

static bool load(const char *path, const Safetensors *tensors, TrainState *state, Error *error) {
    Values values = {0};
    const char *found = safetensors_find_metadata(tensors, "form");
    if (!found || strcmp(found, format_id) != 0)
        return error_set(error, "%s: expected a checkpoint (%s), found %s", path, format_id,
                         found ? found : "another safetensors file");
    if (!read_values(path, tensors, "progress", "U64", values.integers, UINT_COUNT,
                     sizeof *values.integers, error) ||
        !read_values(path, tensors, "sums", "F64", values.sums, SUMS, sizeof *values.sums, error) ||
        !read_values(path, tensors, "random", "U32", values.random, RANDOM_STATE_WORDS,
                     sizeof *values.random, error) ||
        !read_values(path, tensors, "transforms", "F64", values.transforms, TRANSFORM_VALUES,
                     sizeof *values.transforms, error) ||
        !check_values(path, &values, error))
        return false;
    state_from_values(&values, state);
    read_mode(tensors, state);
    return model_read_tensors(path, tensors, "", &state->parameters, error) &&
           model_read_tensors(path, tensors, "first_moment.", &state->first_moments, error) &&
           model_read_tensors(path, tensors, "second_moment.", &state->second_moments, error) &&
           model_check_not_negative(path, "second_moment.", &state->second_moments, error);
}

bool checkpoint_load(const char *path, TrainState *state, Error *error) {
    Safetensors *tensors = memory_alloc(1, sizeof *tensors, path, error);
    if (!tensors)
        return false;
    bool loaded = safetensors_read(path, tensors, error) && load(path, tensors, state, error);
    safetensors_free(tensors);
    free(tensors);
    return loaded;
}
