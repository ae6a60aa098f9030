#include "train/checkpoint.h"
#include "io/gzip_reader.h"
#include "support/scratch.h"
#include "support/test.h"
#include "train/model.h"

#include <math.h>

static TrainState *create_state(void) {
    TrainState *s = calloc(1, sizeof *s);
    *s = (TrainState){
        .config = {.epochs = 7,
                   .batch_size = 50,
                   .learning_rate = 0.001,
                   .seed = UINT64_MAX - 1,
                   .loss = LOSS_LOGITS,
                   .tests_every_epoch = true,
                   .transforms = {2, {{TRANSFORM_HFLIP, 0.25}, {TRANSFORM_ROTATE, 12.5}}}},
        .train = {60000, 0xdeadbeef},
        .test = {10000, 0xcafef00d},
        .progress = {.epoch = 3, // 1200 batches of 50 images an epoch
                     .batch = 17,
                     .order_seed = 0x7123456789abcdef,
                     .metrics = {.batch_size = 50,
                                 .images = 850,
                                 .correct = 700,
                                 .sum_batch_loss = 27.1,
                                 .sum_image_loss = 1355.5,
                                 .sum_batch_percent = 1400},
                     .seconds = 0.25,
                     .best_epoch = 2,
                     .best_correct = 9771},
    };
    random_seed(&s->progress.random, 5);
    for (int i = 0; i < 1000; i++)
        random_next32(&s->progress.random);
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++) {
        ((float *)&s->parameters)[i] = (float)i / 1000 - 40;
        ((float *)&s->first_moments)[i] = (float)i * -1e-9F;
        ((float *)&s->second_moments)[i] = (float)i * 1e-12F;
        ((float *)&s->best)[i] = (float)i / 3000 - 7;
    }
    return s;
}

TEST_WITH(scratch_create, scratch_remove, a_saved_state_loads_bit_for_bit) {
    TrainState *kept = create_state();
    TrainState *saved = create_state();
    TrainState *loaded = calloc(1, sizeof *loaded);
    Error error;
    assert_true(checkpoint_save(scratch_path("c"), saved, &error));
    assert_true(checkpoint_load(scratch_path("c"), loaded, &error));
    assert_memory_equal(&loaded->parameters, &kept->parameters, sizeof kept->parameters);
    assert_memory_equal(&loaded->first_moments, &kept->first_moments, sizeof kept->first_moments);
    assert_memory_equal(&loaded->second_moments, &kept->second_moments,
                        sizeof kept->second_moments);
    assert_memory_equal(&loaded->best, &kept->best, sizeof kept->best);
    assert_int_equal(loaded->progress.best_epoch, 2);
    assert_int_equal(loaded->progress.best_correct, 9771);
    const TrainConfig *config = &loaded->config;
    const TrainProgress *progress = &loaded->progress;
    assert_int_equal(config->epochs, 7);
    assert_int_equal(config->batch_size, 50);
    assert_true(config->learning_rate == 0.001);
    assert_true(config->seed == UINT64_MAX - 1);
    assert_int_equal(config->loss, LOSS_LOGITS);
    assert_memory_equal(&config->transforms, &kept->config.transforms, sizeof config->transforms);
    assert_int_equal(loaded->train.images, 60000);
    assert_true(loaded->train.checksum == 0xdeadbeef);
    assert_int_equal(loaded->test.images, 10000);
    assert_true(loaded->test.checksum == 0xcafef00d);
    assert_int_equal(progress->epoch, 3);
    assert_int_equal(progress->batch, 17);
    assert_true(progress->order_seed == 0x7123456789abcdef);
    assert_memory_equal(&progress->metrics, &kept->progress.metrics, sizeof progress->metrics);
    assert_true(progress->seconds == 0.25);
    for (int i = 0; i < 2000; i++) // across a refill
        assert_int_equal(random_next32(&loaded->progress.random),
                         random_next32(&kept->progress.random));
    free(kept);
    free(saved);
    free(loaded);
}

// Saves a state that no run has, changed by the statement; loading it must fail with these words.
#define CHECK_REFUSED(change, words)                                                               \
    do {                                                                                           \
        TrainState *s = create_state();                                                            \
        Error error = {{0}};                                                                       \
        change;                                                                                    \
        assert_true(checkpoint_save(scratch_path("c"), s, &error));                                \
        assert_false(checkpoint_load(scratch_path("c"), s, &error));                               \
        text_after(error.text, words);                                                             \
        free(s);                                                                                   \
    } while (0)

TEST_WITH(scratch_create, scratch_remove, values_that_no_run_has_are_refused_by_name) {
    CHECK_REFUSED(s->progress.batch = 1200,
                  "c: tensor progress: expected a batch from 0 to 1199, found 1200");
    CHECK_REFUSED(s->config.batch_size = 0,
                  "c: metadata batch: expected a whole number from 1 to 65536, found '0'");
    CHECK_REFUSED(s->progress.random.position = RANDOM_STATE_WORDS + 1,
                  "expected a position in the generator from 0 to 624, found 625");
    CHECK_REFUSED(s->progress.metrics.sum_image_loss = NAN,
                  "tensor sums: expected a sum of image losses from 0 to 8.5e+41, found nan");
    CHECK_REFUSED(s->train.images = 0, "expected training images from 1 to 4294967295, found 0");
    CHECK_REFUSED(s->progress.metrics.correct = 851,
                  "expected correct images from 0 to 850, found 851");
    CHECK_REFUSED(s->progress.epoch = 8, "expected an epoch from 0 to 7, found 8");
    CHECK_REFUSED(s->config.transforms.list[0].parameter = 1.5,
                  "metadata transforms: expected transforms, found 'RandomHorizontalFlip(1.5)");
    CHECK_REFUSED(s->config.transforms.list[1].parameter = NAN,
                  "found 'RandomHorizontalFlip(0.25), RandomRotation(nan)'");
    CHECK_REFUSED(s->second_moments.d1_bias[7] = -1.0F,
                  "tensor second_moment.d1.bias: expected numbers of at least 0, found -1");
    // 700 of batches of 50, less one for each of 17 batches
    CHECK_REFUSED(s->progress.metrics.sum_batch_percent = 1401,
                  "a sum of percents from 1383 to 1400, found 1401");
    CHECK_REFUSED(s->progress.metrics.sum_batch_percent = 1382,
                  "a sum of percents from 1383 to 1400, found 1382");
    CHECK_REFUSED(s->config.learning_rate = -0.5,
                  "metadata lr: expected a number of at least 0, found '-0.5'");
    CHECK_REFUSED(s->progress.best_epoch = 3, "expected a best epoch from 0 to 2, found 3");
    CHECK_REFUSED(s->progress.best_correct = 10001,
                  "expected correct images of it from 0 to 10000, found 10001");
    CHECK_REFUSED(s->config.tests_every_epoch = false,
                  "expected a best epoch from 0 to 0, found 2");
    CHECK_REFUSED(s->progress.seconds = -1.0,
                  "expected a number of seconds from 0 to 1e+10, found -1");
    CHECK_REFUSED(s->progress.epoch = 7, "expected a batch from 0 to 0, found 17");
    CHECK_REFUSED(s->progress.metrics.sum_batch_loss = 1e300,
                  "a sum of batch losses from 0 to 1.7e+40, found 1e+300");
    CHECK_REFUSED(s->progress.metrics.sum_image_loss = 1e300,
                  "a sum of image losses from 0 to 8.5e+41, found 1e+300");
    CHECK_REFUSED(s->progress.seconds = 1e300, "a number of seconds from 0 to 1e+10, found 1e+300");
}

// Written by version 0.2.0; the weights in the file are zero.
TEST(a_checkpoint_of_an_older_form_is_refused_with_its_form) {
    static TrainState s;
    Error error = {{0}};
    assert_false(checkpoint_load("tests/golden/checkpoint-3.safetensors.gz", &s, &error));
    assert_string_equal(error.text, "tests/golden/checkpoint-3.safetensors.gz: expected a "
                                    "checkpoint (mnist-train checkpoint 5), found mnist-train "
                                    "checkpoint 3");
}

TEST_WITH(scratch_create, scratch_remove, weights_that_are_not_finite_are_not_written) {
    TrainState *s = create_state();
    Error error = {{0}};
    scratch_write("c", "old", 3);
    s->second_moments.d2_bias[3] = INFINITY;
    assert_false(checkpoint_save(scratch_path("c"), s, &error));
    text_after(error.text, "tensor second_moment.d2.bias: expected finite numbers");
    s->parameters.d1_weight[5] = NAN;
    assert_false(
        model_save(scratch_path("c"), &s->parameters, &s->config, &s->progress.metrics, &error));
    text_after(error.text, "tensor d1.weight: expected finite numbers, found");
    uint8_t *bytes;
    size_t size;
    assert_true(gzip_reader_read_file(scratch_path("c"), 10, &bytes, &size, &error));
    assert_int_equal(size, 3);
    free(bytes);
    free(s);
}

TEST_WITH(scratch_create, scratch_remove, a_checkpoint_cut_anywhere_is_refused) {
    TrainState *s = create_state();
    uint8_t *bytes;
    size_t size;
    Error error;
    assert_true(checkpoint_save(scratch_path("c"), s, &error));
    FILE *file = fopen(scratch_path("c"), "rb");
    assert_non_null(file);
    bytes = malloc(2 << 20);
    size = fread(bytes, 1, 2 << 20, file);
    fclose(file);
    assert_in_range(size, 1600000, 1700000);
    for (size_t cut = 0; cut < size; cut += cut < 3000 ? 37 : 40009) {
        scratch_write("cut", bytes, cut);
        assert_false(checkpoint_load(scratch_path("cut"), s, &error));
    }
    free(bytes);
    free(s);
}
