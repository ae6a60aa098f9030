#include "data/data_loader.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { IMAGES = 77, BLANK_COLUMN = 3, BLANK_IMAGE = 7 };

static uint8_t pixels[IMAGES * MNIST_PIXELS];
static uint8_t labels[IMAGES];
static char made_path[] = "made";
static const Dataset dataset = {
    .count = IMAGES, .images = pixels, .labels = labels, .images_path = made_path};

// Noise with every byte value in it and, as in pictures, much background.
static void fill(void) {
    Random random;
    random_seed(&random, 12);
    for (size_t i = 0; i < IMAGES; i++) {
        labels[i] = (uint8_t)(i % 10);
        for (size_t j = 0; j < MNIST_PIXELS; j++) {
            uint32_t draw = random_next32(&random);
            bool blank = j % 28 == BLANK_COLUMN || i == BLANK_IMAGE || draw % 16 < 15;
            pixels[i * MNIST_PIXELS + j] = blank ? 0 : (uint8_t)(draw >> 8);
        }
    }
}

typedef struct {
    ThreadPool *pool;
    Batches batches;
    Batch *batch;
    BatchBlock *block;
    Random random;
} Fixture;

static void begin(Fixture *f, size_t size, size_t threads) {
    Error error;
    fill();
    f->pool = thread_pool_create(threads, &error);
    assert_non_null(f->pool);
    assert_true(batches_create(&f->batches, &dataset, size, f->pool, &error));
    f->batch = calloc(1, sizeof *f->batch);
    f->block = calloc(1, sizeof *f->block);
    f->block->images = malloc(BATCHES_BLOCK * MNIST_PIXELS * sizeof *f->block->images);
    memset(f->block->images, 0xff, BATCHES_BLOCK * MNIST_PIXELS * sizeof *f->block->images);
    random_seed(&f->random, 3);
}

static void end(Fixture *f) {
    batches_destroy(&f->batches);
    thread_pool_destroy(f->pool);
    free(f->batch);
    free(f->block->images);
    free(f->block);
}

// The block's row against the data set's image: ToTensor, the pixel / 255, where it is active.
static void check_row(const Fixture *f, size_t row, size_t image) {
    const float *values = f->block->images + row * f->batch->active.count;
    assert_int_equal(f->block->labels[row], labels[image]);
    for (size_t j = 0; j < MNIST_PIXELS; j++) {
        uint8_t pixel = pixels[image * MNIST_PIXELS + j];
        size_t place = f->batch->places[j];
        if (place == BATCHES_ABSENT) {
            assert_int_equal(pixel, 0);
        } else {
            assert_int_equal(f->batch->active.pixels[place], j);
            const float expected = (float)pixel / 255.0F; // some machines would compare doubles
            assert_true(values[place] == expected);
        }
    }
}

static void check_epoch(Fixture *f, size_t size) {
    size_t seen[IMAGES] = {0};
    size_t place = 0;
    for (size_t b = 0; b < batches_per_epoch(&f->batches); b++) {
        size_t in_batch = 0;
        batches_open(&f->batches, b, f->batch);
        assert_int_equal(f->batch->images, IMAGES - place < size ? IMAGES - place : size);
        while (batches_next(&f->batches, f->batch, f->block)) {
            assert_in_range(f->block->count, 1, BATCHES_BLOCK);
            assert_ptr_equal(f->block->batch, f->batch);
            assert_int_equal(f->block->begins, in_batch == 0);
            assert_int_equal(f->block->ends, in_batch + f->block->count == f->batch->images);
            size_t half = f->block->count / 2; // as threads share the rows
            batches_gather(&f->batches, f->block, half, f->block->count);
            batches_gather(&f->batches, f->block, 0, half);
            for (size_t i = 0; i < f->block->count; i++, in_batch++, place++) {
                size_t image = f->batches.order[place];
                seen[image]++;
                check_row(f, i, image);
            }
        }
        assert_int_equal(in_batch, f->batch->images);
    }
    for (size_t i = 0; i < IMAGES; i++)
        assert_int_equal(seen[i], 1);
}

static void batches_hold_each_image_once_with_its_label(void **state) {
    (void)state;
    const size_t sizes[] = {1, 4, 32, 33, 70, IMAGES};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t threads = 1; threads <= 4; threads += 3) {
            Fixture f;
            begin(&f, sizes[i], threads);
            assert_int_equal(batches_per_epoch(&f.batches), (IMAGES + sizes[i] - 1) / sizes[i]);
            for (int epoch = 0; epoch < 2; epoch++) {
                batches_begin_shuffled(&f.batches, batches_draw_seed(&f.random));
                check_epoch(&f, sizes[i]);
            }
            batches_begin_in_order(&f.batches, &f.random);
            check_epoch(&f, sizes[i]);
            end(&f);
        }
    }
}

// Too many left out would be a wrong gradient, too few merely a slow one; both must show.
static void pixels_that_are_zero_in_the_whole_batch_are_left_out(void **state) {
    (void)state;
    Fixture f;
    begin(&f, 10, 2);
    batches_begin_shuffled(&f.batches, batches_draw_seed(&f.random));
    batches_open(&f.batches, 1, f.batch);
    size_t expected = 0;
    for (size_t j = 0; j < MNIST_PIXELS; j++) {
        bool active = j == 0; // a matrix needs a column
        for (size_t i = 10; i < 20; i++)
            active |= pixels[f.batches.order[i] * MNIST_PIXELS + j] != 0;
        assert_int_equal(f.batch->places[j] != BATCHES_ABSENT, active);
        expected += active;
    }
    assert_int_equal(f.batch->active.count, expected);
    assert_in_range(expected, 200, 600);
    end(&f);
}

static void pixels_that_are_zero_in_all_images_are_not_used(void **state) {
    (void)state;
    Fixture f;
    begin(&f, 10, 2);
    size_t place = 0;
    for (size_t j = 0; j < MNIST_PIXELS; j++) {
        bool used = j == 0;
        for (size_t i = 0; i < IMAGES; i++)
            used |= pixels[i * MNIST_PIXELS + j] != 0;
        assert_true(used || j % 28 == BLANK_COLUMN || place < 700);
        if (used)
            assert_int_equal(f.batches.used.pixels[place++], j);
    }
    assert_int_equal(f.batches.used.count, place);
    end(&f);
}

static void a_batch_of_blank_images_has_a_pixel(void **state) {
    (void)state;
    Fixture f;
    begin(&f, 1, 1);
    batches_begin_in_order(&f.batches, &f.random);
    batches_open(&f.batches, BLANK_IMAGE, f.batch);
    assert_true(batches_next(&f.batches, f.batch, f.block));
    batches_gather(&f.batches, f.block, 0, 1);
    assert_int_equal(f.batch->active.count, 1);
    assert_true(f.block->images[0] == 0.0F);
    end(&f);
}

static void images_without_a_zero_are_whole(void **state) {
    (void)state;
    Fixture f;
    Error error;
    begin(&f, 4, 1);
    batches_destroy(&f.batches);
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(1 + i % 255);
    assert_true(batches_create(&f.batches, &dataset, 4, f.pool, &error));
    batches_begin_in_order(&f.batches, &f.random);
    check_epoch(&f, 4);
    assert_int_equal(f.batch->active.count, MNIST_PIXELS);
    end(&f);
}

static void an_epochs_order_takes_two_draws_and_a_test_one(void **state) {
    (void)state;
    Fixture f;
    Random expected, permutation;
    begin(&f, 4, 1);
    random_seed(&expected, 3);
    batches_begin_shuffled(&f.batches, batches_draw_seed(&f.random));
    random_next64(&expected);
    random_seed(&permutation, random_next64(&expected));
    uint32_t order[IMAGES];
    random_permutation(&permutation, order, IMAGES);
    assert_memory_equal(f.batches.order, order, sizeof order);
    assert_true(random_next64(&f.random) == random_next64(&expected));

    batches_begin_in_order(&f.batches, &f.random);
    random_next64(&expected);
    for (size_t i = 0; i < IMAGES; i++)
        assert_int_equal(f.batches.order[i], i);
    assert_true(random_next64(&f.random) == random_next64(&expected));
    end(&f);
}

static void a_batch_larger_than_the_data_is_one_short_batch(void **state) {
    (void)state;
    Fixture f;
    begin(&f, 65536, 1);
    assert_int_equal(batches_per_epoch(&f.batches), 1);
    batches_begin_in_order(&f.batches, &f.random);
    batches_open(&f.batches, 0, f.batch);
    assert_int_equal(f.batch->images, IMAGES);
    end(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_hold_each_image_once_with_its_label),
        cmocka_unit_test(pixels_that_are_zero_in_the_whole_batch_are_left_out),
        cmocka_unit_test(pixels_that_are_zero_in_all_images_are_not_used),
        cmocka_unit_test(a_batch_of_blank_images_has_a_pixel),
        cmocka_unit_test(images_without_a_zero_are_whole),
        cmocka_unit_test(an_epochs_order_takes_two_draws_and_a_test_one),
        cmocka_unit_test(a_batch_larger_than_the_data_is_one_short_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
