#include "batches.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { IMAGES = 11 };

static uint8_t pixels[IMAGES * DATASET_PIXELS];
static uint8_t labels[IMAGES];
static const Dataset dataset = {.count = IMAGES, .images = pixels, .labels = labels};

static void fill(void) {
    for (size_t i = 0; i < IMAGES; i++) {
        labels[i] = (uint8_t)(i % 10);
        for (size_t j = 0; j < DATASET_PIXELS; j++)
            pixels[i * DATASET_PIXELS + j] = (uint8_t)(i * 37 + j);
    }
}

static void batches_hold_each_image_once_with_its_label(void **state) {
    (void)state;
    fill();
    Batches batches;
    Error error;
    Random random;
    random_seed(&random, 3);
    assert_true(batches_create(&batches, &dataset, 4, &error));
    assert_int_equal(batches_per_epoch(&batches), 3);
    for (int epoch = 0; epoch < 2; epoch++) {
        batches_begin_shuffled(&batches, &random);
        size_t seen[IMAGES] = {0};
        size_t place = 0;
        for (size_t b = 0; b < 3; b++) {
            size_t count = batches_next(&batches);
            assert_int_equal(count, b < 2 ? 4 : 3);
            for (size_t i = 0; i < count; i++, place++) {
                size_t image = batches.order[place];
                seen[image]++;
                assert_int_equal(batches.labels[i], labels[image]);
                for (size_t j = 0; j < DATASET_PIXELS; j++) // ToTensor: the pixel / 255
                    assert_true(batches.images[i * DATASET_PIXELS + j] ==
                                (float)pixels[image * DATASET_PIXELS + j] / 255.0F);
            }
        }
        assert_int_equal(batches_next(&batches), 0);
        for (size_t i = 0; i < IMAGES; i++)
            assert_int_equal(seen[i], 1);
    }
    batches_destroy(&batches);
}

static void an_epochs_order_takes_two_draws_and_a_test_one(void **state) {
    (void)state;
    fill();
    Batches batches;
    Error error;
    Random random, expected, permutation;
    random_seed(&random, 8);
    random_seed(&expected, 8);
    assert_true(batches_create(&batches, &dataset, 4, &error));
    batches_begin_shuffled(&batches, &random);
    random_next64(&expected);
    random_seed(&permutation, random_next64(&expected));
    uint32_t order[IMAGES];
    random_permutation(&permutation, order, IMAGES);
    assert_memory_equal(batches.order, order, sizeof order);
    assert_true(random_next64(&random) == random_next64(&expected));

    batches_begin_in_order(&batches, &random);
    random_next64(&expected);
    for (size_t i = 0; i < IMAGES; i++)
        assert_int_equal(batches.order[i], i);
    assert_true(random_next64(&random) == random_next64(&expected));
    batches_destroy(&batches);
}

static void a_batch_larger_than_the_data_is_one_short_batch(void **state) {
    (void)state;
    fill();
    Batches batches;
    Error error;
    Random random;
    random_seed(&random, 1);
    assert_true(batches_create(&batches, &dataset, 65536, &error));
    assert_int_equal(batches_per_epoch(&batches), 1);
    batches_begin_in_order(&batches, &random);
    assert_int_equal(batches_next(&batches), IMAGES);
    assert_int_equal(batches_next(&batches), 0);
    batches_destroy(&batches);
}

static void batches_that_fit_exactly_leave_no_empty_one(void **state) {
    (void)state;
    fill();
    Batches batches;
    Error error;
    Random random;
    random_seed(&random, 1);
    assert_true(batches_create(&batches, &dataset, IMAGES, &error));
    assert_int_equal(batches_next(&batches), 0); // not before an epoch has begun
    batches_begin_in_order(&batches, &random);
    assert_int_equal(batches_next(&batches), IMAGES);
    assert_int_equal(batches_next(&batches), 0);
    batches_destroy(&batches);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_hold_each_image_once_with_its_label),
        cmocka_unit_test(an_epochs_order_takes_two_draws_and_a_test_one),
        cmocka_unit_test(a_batch_larger_than_the_data_is_one_short_batch),
        cmocka_unit_test(batches_that_fit_exactly_leave_no_empty_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
