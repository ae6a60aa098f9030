#include "io/gzip_reader.h"
#include "support/scratch.h"
#include "train/checkpoint.h"
#include "train/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static Checkpoint *make(void) {
    Checkpoint *c = calloc(1, sizeof *c);
    *c = (Checkpoint){
        .settings = {.epochs = 7,
                     .batch_size = 50,
                     .learning_rate = 0.001,
                     .seed = UINT64_MAX - 1,
                     .loss = LOSS_LOGITS,
                     .transforms = {2, {{TRANSFORM_HFLIP, 0.25}, {TRANSFORM_ROTATE, 12.5}}}},
        .train = {60000, 0xdeadbeef},
        .test = {10000, 0xcafef00d},
        .steps = 1234,
        .epoch = 3,
        .batch = 17,
        .order_seed = 0x7123456789abcdef,
        .metrics = {.batch_size = 50,
                    .batches = 17,
                    .images = 850,
                    .right = 700,
                    .sum_batch_loss = 27.1,
                    .sum_image_loss = 1355.5,
                    .sum_batch_percent = 1400},
        .seconds = 0.25,
    };
    random_seed(&c->random, 5);
    for (int i = 0; i < 1000; i++)
        random_next32(&c->random);
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++) {
        ((float *)&c->parameters)[i] = (float)i / 1000 - 40;
        ((float *)&c->first_moments)[i] = (float)i * -1e-9F;
        ((float *)&c->second_moments)[i] = (float)i * 1e-12F;
    }
    return c;
}

static void what_was_saved_is_loaded_bit_for_bit(void **state) {
    (void)state;
    Checkpoint *kept = make();
    Checkpoint *saved = make();
    Checkpoint *loaded = calloc(1, sizeof *loaded);
    Error error;
    assert_true(checkpoint_save(scratch_path("c"), saved, &error));
    assert_true(checkpoint_load(scratch_path("c"), loaded, &error));
    assert_memory_equal(&loaded->parameters, &kept->parameters, sizeof kept->parameters);
    assert_memory_equal(&loaded->first_moments, &kept->first_moments, sizeof kept->first_moments);
    assert_memory_equal(&loaded->second_moments, &kept->second_moments,
                        sizeof kept->second_moments);
    assert_int_equal(loaded->settings.epochs, 7);
    assert_int_equal(loaded->settings.batch_size, 50);
    assert_true(loaded->settings.learning_rate == 0.001);
    assert_true(loaded->settings.seed == UINT64_MAX - 1);
    assert_int_equal(loaded->settings.loss, LOSS_LOGITS);
    assert_int_equal(loaded->settings.transforms.count, 2);
    assert_int_equal(loaded->settings.transforms.list[0].kind, TRANSFORM_HFLIP);
    assert_true(loaded->settings.transforms.list[0].amount == 0.25);
    assert_int_equal(loaded->settings.transforms.list[1].kind, TRANSFORM_ROTATE);
    assert_true(loaded->settings.transforms.list[1].amount == 12.5);
    assert_int_equal(loaded->train.images, 60000);
    assert_true(loaded->train.checksum == 0xdeadbeef);
    assert_int_equal(loaded->test.images, 10000);
    assert_true(loaded->test.checksum == 0xcafef00d);
    assert_int_equal(loaded->steps, 1234);
    assert_int_equal(loaded->epoch, 3);
    assert_int_equal(loaded->batch, 17);
    assert_true(loaded->order_seed == 0x7123456789abcdef);
    assert_memory_equal(&loaded->metrics, &kept->metrics, sizeof kept->metrics);
    assert_true(loaded->seconds == 0.25);
    for (int i = 0; i < 2000; i++) // on over a refill
        assert_int_equal(random_next32(&loaded->random), random_next32(&kept->random));
    free(kept);
    free(saved);
    free(loaded);
}

// Changes a checkpoint before it is saved; loading must then fail with these words.
static void check_refused(void (*damage)(Checkpoint *), const char *expected) {
    Checkpoint *c = make();
    Error error = {{0}};
    damage(c);
    assert_true(checkpoint_save(scratch_path("c"), c, &error));
    assert_false(checkpoint_load(scratch_path("c"), c, &error));
    if (!strstr(error.text, expected))
        fail_msg("expected '%s' in: %s", expected, error.text);
    free(c);
}

static void batch_beyond_the_epoch(Checkpoint *c) {
    c->batch = 1200;
}
static void no_batch_size(Checkpoint *c) {
    c->settings.batch_size = 0;
}
static void position_beyond_the_state(Checkpoint *c) {
    c->random.position = RANDOM_STATE_WORDS + 1;
}
static void loss_that_is_no_number(Checkpoint *c) {
    c->metrics.sum_image_loss = NAN;
}
static void no_images(Checkpoint *c) {
    c->train.images = 0;
}
static void moment_that_is_no_number(Checkpoint *c) {
    c->second_moments.d2_bias[3] = INFINITY;
}
static void more_right_than_there_are(Checkpoint *c) {
    c->metrics.right = 851;
}
static void epoch_beyond_the_last(Checkpoint *c) {
    c->epoch = 8;
}
static void probability_above_one(Checkpoint *c) {
    c->settings.transforms.list[0].amount = 1.5;
}
static void angle_that_is_no_number(Checkpoint *c) {
    c->settings.transforms.list[1].amount = NAN;
}
static void transform_of_no_kind(Checkpoint *c) {
    c->settings.transforms.list[1].kind = TRANSFORM_KINDS;
}

static void numbers_that_no_run_has_are_refused(void **state) {
    (void)state;
    const char *numbers = "expected the numbers of a run";
    check_refused(batch_beyond_the_epoch, numbers);
    check_refused(no_batch_size, numbers);
    check_refused(position_beyond_the_state, numbers);
    check_refused(loss_that_is_no_number, numbers);
    check_refused(no_images, numbers);
    check_refused(more_right_than_there_are, numbers);
    check_refused(epoch_beyond_the_last, numbers);
    check_refused(probability_above_one, numbers);
    check_refused(angle_that_is_no_number, numbers);
    check_refused(transform_of_no_kind, numbers);
}

static void weights_that_are_no_numbers_are_not_written(void **state) {
    (void)state;
    Checkpoint *c = make();
    Error error = {{0}};
    scratch_write("c", "old", 3);
    moment_that_is_no_number(c);
    assert_false(checkpoint_save(scratch_path("c"), c, &error));
    assert_non_null(strstr(error.text, "tensor second_moment.d2.bias: expected finite numbers"));
    c->parameters.d1_weight[5] = NAN;
    assert_false(model_save(scratch_path("c"), &c->parameters, NULL, 0, &error));
    assert_non_null(strstr(error.text, "tensor d1.weight: expected finite numbers, found"));
    uint8_t *bytes;
    size_t size;
    assert_true(gzip_reader_read_file(scratch_path("c"), 10, &bytes, &size, &error));
    assert_int_equal(size, 3);
    free(bytes);
    free(c);
}

static void a_checkpoint_cut_anywhere_is_refused(void **state) {
    (void)state;
    Checkpoint *c = make();
    uint8_t *bytes;
    size_t size;
    Error error;
    assert_true(checkpoint_save(scratch_path("c"), c, &error));
    FILE *file = fopen(scratch_path("c"), "rb");
    assert_non_null(file);
    bytes = malloc(2 << 20);
    size = fread(bytes, 1, 2 << 20, file);
    fclose(file);
    assert_in_range(size, 1200000, 1300000);
    for (size_t cut = 0; cut < size; cut += cut < 3000 ? 37 : 40009) {
        scratch_write("cut", bytes, cut);
        assert_false(checkpoint_load(scratch_path("cut"), c, &error));
    }
    free(bytes);
    free(c);
}

static void models_of_other_shapes_and_types_are_refused(void **state) {
    (void)state;
    NetworkParameters *parameters = calloc(1, sizeof *parameters);
    Safetensors *tensors = calloc(1, sizeof *tensors);
    for (int damage = 0; damage < 5; damage++) {
        static const char *const expected[] = {
            "tensor d1.bias: expected F32, found I32",
            "tensor d1.weight: expected shape (128, 784)", "expected tensor d2.bias, found none",
            "found tensor d3.weight too", "tensor d2.bias: expected shape (10)"};
        uint8_t *bytes;
        size_t size;
        Error error = {{0}};
        *tensors = (Safetensors){0};
        model_write_tensors(tensors, "", parameters);
        if (damage == 0)
            strcpy(tensors->tensors[1].type, "I32");
        if (damage == 1) {
            tensors->tensors[0].shape[0] = NETWORK_PIXELS;
            tensors->tensors[0].shape[1] = NETWORK_HIDDEN;
        }
        if (damage == 2)
            tensors->tensor_count--;
        if (damage == 3)
            safetensors_add(tensors, "d3.weight", "F32", 1, (size_t[]){1}, parameters, 4);
        if (damage == 4) {
            tensors->tensors[3].rank = 2;
            tensors->tensors[3].shape[1] = 1;
        }
        assert_true(safetensors_encode(tensors, &bytes, &size, &error));
        scratch_write("m", bytes, size);
        free(bytes);
        assert_false(model_load(scratch_path("m"), parameters, &error));
        if (!strstr(error.text, expected[damage]))
            fail_msg("expected '%s' in: %s", expected[damage], error.text);
    }
    free(tensors);
    free(parameters);
}

#define WITH_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_create, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_SCRATCH(what_was_saved_is_loaded_bit_for_bit),
        WITH_SCRATCH(numbers_that_no_run_has_are_refused),
        WITH_SCRATCH(weights_that_are_no_numbers_are_not_written),
        WITH_SCRATCH(a_checkpoint_cut_anywhere_is_refused),
        WITH_SCRATCH(models_of_other_shapes_and_types_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
