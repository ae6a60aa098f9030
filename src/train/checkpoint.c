#include "train/checkpoint.h"

#include "base/byte_order.h"
#include "io/atomic_file.h"
#include "train/model.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The whole numbers, in the order of the tensor "progress".
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
    WHOLE_NUMBERS
};

// The others, in the order of the tensor "sums".
enum { LEARNING_RATE, BATCH_LOSSES, IMAGE_LOSSES, SECONDS, SUMS };

enum { TRANSFORM_NUMBERS = 2 * TRANSFORM_KINDS };

static const char form[] = "mnist-train checkpoint 3";

typedef struct {
    uint64_t whole[WHOLE_NUMBERS];
    double sums[SUMS];
    double transforms[TRANSFORM_NUMBERS]; // kind and amount of each; a kind of -1: no more
    uint32_t random[RANDOM_STATE_WORDS];
} Numbers;

DatasetId dataset_id(const Dataset *dataset) {
    return (DatasetId){dataset->count, dataset_checksum(dataset)};
}

void checkpoint_capture(const Trainer *trainer, const DatasetId *train, const DatasetId *test,
                        Checkpoint *checkpoint) {
    *checkpoint = (Checkpoint){
        .settings = trainer->settings,
        .train = *train,
        .test = *test,
        .steps = trainer->optimiser.steps,
        .random = trainer->random,
        .epoch = trainer->epoch,
        .batch = trainer->batch,
        .order_seed = trainer->order_seed,
        .metrics = trainer->metrics,
        .seconds = trainer->seconds,
    };
    trainer_parameters(trainer, &checkpoint->parameters);
    optimiser_moments(&trainer->optimiser, &checkpoint->first_moments, &checkpoint->second_moments);
}

void checkpoint_restore(const Checkpoint *checkpoint, Trainer *trainer) {
    trainer_set_parameters(trainer, &checkpoint->parameters);
    optimiser_set_moments(&trainer->optimiser, &checkpoint->first_moments,
                          &checkpoint->second_moments);
    trainer->optimiser.steps = checkpoint->steps;
    trainer->random = checkpoint->random;
    trainer->epoch = (size_t)checkpoint->epoch;
    trainer->batch = (size_t)checkpoint->batch;
    trainer->order_seed = checkpoint->order_seed;
    trainer->metrics = checkpoint->metrics;
    trainer->seconds = checkpoint->seconds;
    if (trainer->batch > 0)
        batches_begin_shuffled(&trainer->train, trainer->order_seed);
}

static void to_numbers(const Checkpoint *c, Numbers *numbers) {
    *numbers = (Numbers){
        .whole = {[EPOCHS] = c->settings.epochs,
                  [BATCH_SIZE] = c->settings.batch_size,
                  [SEED] = c->settings.seed,
                  [LOSS] = c->settings.loss,
                  [TRAIN_IMAGES] = c->train.images,
                  [TRAIN_CHECKSUM] = c->train.checksum,
                  [TEST_IMAGES] = c->test.images,
                  [TEST_CHECKSUM] = c->test.checksum,
                  [STEPS] = c->steps,
                  [EPOCH] = c->epoch,
                  [BATCH] = c->batch,
                  [ORDER_SEED] = c->order_seed,
                  [RANDOM_POSITION] = c->random.position,
                  [METRICS_BATCHES] = c->metrics.batches,
                  [METRICS_IMAGES] = c->metrics.images,
                  [METRICS_CORRECT] = c->metrics.right,
                  [METRICS_SUM_BATCH_PERCENT] = c->metrics.sum_batch_percent},
        .sums = {[LEARNING_RATE] = c->settings.learning_rate,
                 [BATCH_LOSSES] = c->metrics.sum_batch_loss,
                 [IMAGE_LOSSES] = c->metrics.sum_image_loss,
                 [SECONDS] = c->seconds},
    };
    for (size_t i = 0; i < TRANSFORM_KINDS; i++) {
        const Transform *transform = &c->settings.transforms.list[i];
        bool is_there = i < c->settings.transforms.count;
        numbers->transforms[2 * i] = is_there ? (double)transform->kind : -1.0;
        numbers->transforms[2 * i + 1] = is_there ? transform->amount : 0.0;
    }
    memcpy(numbers->random, c->random.state, sizeof numbers->random);
    byte_order_little(numbers->whole, WHOLE_NUMBERS, sizeof *numbers->whole);
    byte_order_little(numbers->sums, SUMS, sizeof *numbers->sums);
    byte_order_little(numbers->transforms, TRANSFORM_NUMBERS, sizeof *numbers->transforms);
    byte_order_little(numbers->random, RANDOM_STATE_WORDS, sizeof *numbers->random);
}

// For people and other programs; this one reads the tensors.
static void add_pairs(Safetensors *tensors, const Checkpoint *c) {
    char text[64];
    safetensors_add_metadata(tensors, "format", "pt");
    safetensors_add_metadata(tensors, "form", form);
    safetensors_add_metadata(tensors, "loss",
                             c->settings.loss == LOSS_LOGITS ? "logits" : "tutorial");
    snprintf(text, sizeof text, "%.17g", c->settings.learning_rate);
    safetensors_add_metadata(tensors, "lr", text);
    snprintf(text, sizeof text, "%" PRIu64, c->settings.seed);
    safetensors_add_metadata(tensors, "seed", text);
    snprintf(text, sizeof text, "%zu", c->settings.batch_size);
    safetensors_add_metadata(tensors, "batch", text);
    snprintf(text, sizeof text, "%" PRIu64 " of epoch %" PRIu64, c->batch, c->epoch);
    safetensors_add_metadata(tensors, "next_batch", text);
}

static bool save(const char *path, Checkpoint *checkpoint, Safetensors *tensors, Error *error) {
    Numbers numbers;
    to_numbers(checkpoint, &numbers);
    add_pairs(tensors, checkpoint);
    model_write_tensors(tensors, "", &checkpoint->parameters);
    model_write_tensors(tensors, "first_moment.", &checkpoint->first_moments);
    model_write_tensors(tensors, "second_moment.", &checkpoint->second_moments);
    safetensors_add(tensors, "progress", "U64", 1, (size_t[]){WHOLE_NUMBERS}, numbers.whole,
                    sizeof numbers.whole);
    safetensors_add(tensors, "sums", "F64", 1, (size_t[]){SUMS}, numbers.sums, sizeof numbers.sums);
    safetensors_add(tensors, "transforms", "F64", 1, (size_t[]){TRANSFORM_NUMBERS},
                    numbers.transforms, sizeof numbers.transforms);
    safetensors_add(tensors, "random", "U32", 1, (size_t[]){RANDOM_STATE_WORDS}, numbers.random,
                    sizeof numbers.random);
    uint8_t *bytes;
    size_t size;
    if (!safetensors_encode(tensors, &bytes, &size, error))
        return false;
    bool saved = atomic_file_write(path, bytes, size, error);
    free(bytes);
    return saved;
}

bool checkpoint_save(const char *path, Checkpoint *checkpoint, Error *error) {
    if (!model_check_finite(path, "", &checkpoint->parameters, error) ||
        !model_check_finite(path, "first_moment.", &checkpoint->first_moments, error) ||
        !model_check_finite(path, "second_moment.", &checkpoint->second_moments, error))
        return false;
    Safetensors *tensors = calloc(1, sizeof *tensors);
    if (!tensors)
        return error_set(error, "%s: expected memory to write it, found less", path);
    bool saved = save(path, checkpoint, tensors, error);
    free(tensors);
    return saved;
}

static bool take_numbers(const char *path, const Safetensors *tensors, const char *name,
                         const char *type, void *values, size_t count, size_t width, Error *error) {
    const Tensor *tensor = safetensors_find(tensors, name);
    if (!tensor || strcmp(tensor->type, type) != 0 || tensor->rank != 1 ||
        tensor->shape[0] != count)
        return error_set(error, "%s: expected tensor %s of %zu numbers %s, found %s", path, name,
                         count, type, tensor ? "another" : "none");
    memcpy(values, tensor->bytes, tensor->size);
    byte_order_little(values, count, width);
    return true;
}

static void from_numbers(const Numbers *numbers, Checkpoint *c) {
    const uint64_t *whole = numbers->whole;
    c->settings = (TrainConfig){
        .epochs = (size_t)whole[EPOCHS],
        .batch_size = (size_t)whole[BATCH_SIZE],
        .learning_rate = numbers->sums[LEARNING_RATE],
        .seed = whole[SEED],
        .loss = whole[LOSS] == LOSS_LOGITS ? LOSS_LOGITS : LOSS_TUTORIAL,
    };
    for (size_t i = 0; i < TRANSFORM_KINDS && numbers->transforms[2 * i] >= 0.0; i++)
        transforms_add(&c->settings.transforms, (TransformKind)numbers->transforms[2 * i],
                       numbers->transforms[2 * i + 1]);
    c->train = (DatasetId){whole[TRAIN_IMAGES], (uint32_t)whole[TRAIN_CHECKSUM]};
    c->test = (DatasetId){whole[TEST_IMAGES], (uint32_t)whole[TEST_CHECKSUM]};
    c->steps = whole[STEPS];
    c->epoch = whole[EPOCH];
    c->batch = whole[BATCH];
    c->order_seed = whole[ORDER_SEED];
    c->metrics = (Metrics){
        .batch_size = (size_t)whole[BATCH_SIZE],
        .batches = (size_t)whole[METRICS_BATCHES],
        .images = (size_t)whole[METRICS_IMAGES],
        .right = (size_t)whole[METRICS_CORRECT],
        .sum_batch_loss = numbers->sums[BATCH_LOSSES],
        .sum_image_loss = numbers->sums[IMAGE_LOSSES],
        .sum_batch_percent = whole[METRICS_SUM_BATCH_PERCENT],
    };
    c->seconds = numbers->sums[SECONDS];
    random_restore(&c->random, numbers->random, (size_t)whole[RANDOM_POSITION]);
}

static bool check_transforms(const double *numbers) {
    bool right = true;
    for (size_t i = 0; i < TRANSFORM_KINDS; i++) {
        double kind = numbers[2 * i];
        double amount = numbers[2 * i + 1];
        bool is_kind = kind == -1.0 || kind == TRANSFORM_ROTATE || kind == TRANSFORM_VFLIP ||
                       kind == TRANSFORM_HFLIP;
        right = right && is_kind && amount >= 0.0 &&
                amount <= (kind == TRANSFORM_ROTATE ? TRANSFORMS_MAX_DEGREES : 1);
    }
    return right;
}

// Numbers that would lead out of bounds, or that no run has.
static bool check_numbers(const char *path, const Numbers *numbers, Error *error) {
    const uint64_t *whole = numbers->whole;
    uint64_t size = whole[BATCH_SIZE];
    uint64_t images = whole[TRAIN_IMAGES];
    bool right = size >= 1 && size <= 65536 && images >= 1 && images <= UINT32_MAX &&
                 whole[TEST_IMAGES] >= 1 && whole[TEST_IMAGES] <= UINT32_MAX &&
                 whole[LOSS] <= LOSS_LOGITS && whole[EPOCHS] <= 1000000 &&
                 whole[EPOCH] <= whole[EPOCHS] && whole[RANDOM_POSITION] <= RANDOM_STATE_WORDS;
    right = right && whole[BATCH] < (images - 1) / size + 1;
    right = right && whole[METRICS_CORRECT] <= whole[METRICS_IMAGES];
    for (int i = 0; i < SUMS; i++)
        right = right && isfinite(numbers->sums[i]) && numbers->sums[i] >= 0;
    right = right && numbers->sums[LEARNING_RATE] > 0 && check_transforms(numbers->transforms);
    return right || error_set(error, "%s: expected the numbers of a run, found others", path);
}

static bool load(const char *path, const Safetensors *tensors, Checkpoint *checkpoint,
                 Error *error) {
    Numbers numbers = {0};
    const char *found = safetensors_find_metadata(tensors, "form");
    if (!found || strcmp(found, form) != 0)
        return error_set(error, "%s: expected a checkpoint (%s), found %s", path, form,
                         found ? found : "another safetensors file");
    if (!take_numbers(path, tensors, "progress", "U64", numbers.whole, WHOLE_NUMBERS,
                      sizeof *numbers.whole, error) ||
        !take_numbers(path, tensors, "sums", "F64", numbers.sums, SUMS, sizeof *numbers.sums,
                      error) ||
        !take_numbers(path, tensors, "random", "U32", numbers.random, RANDOM_STATE_WORDS,
                      sizeof *numbers.random, error) ||
        !take_numbers(path, tensors, "transforms", "F64", numbers.transforms, TRANSFORM_NUMBERS,
                      sizeof *numbers.transforms, error) ||
        !check_numbers(path, &numbers, error))
        return false;
    from_numbers(&numbers, checkpoint);
    return model_read_tensors(path, tensors, "", &checkpoint->parameters, error) &&
           model_read_tensors(path, tensors, "first_moment.", &checkpoint->first_moments, error) &&
           model_read_tensors(path, tensors, "second_moment.", &checkpoint->second_moments, error);
}

bool checkpoint_load(const char *path, Checkpoint *checkpoint, Error *error) {
    Safetensors *tensors = calloc(1, sizeof *tensors);
    if (!tensors)
        return error_set(error, "%s: expected memory to read it, found less", path);
    bool loaded = safetensors_read(path, tensors, error) && load(path, tensors, checkpoint, error);
    safetensors_free(tensors);
    free(tensors);
    return loaded;
}
