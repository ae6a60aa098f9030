#include "data/data_loader.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { IMAGES = 77, BLANK_COLUMN = 3, BLANK_IMAGE = 7 };

static uint8_t pixels[IMAGES * MNIST_PIXELS];
static uint8_t labels[IMAGES];
static char made_path[] = "made";
static const Dataset dataset = {
    .count = IMAGES, .images = pixels, .labels = labels, .images_path = made_path};

// Noise with every byte value; most of it is background, as in pictures.
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
    DataLoader loader;
    Microbatch microbatch;
    float rows[MICROBATCH_SIZE * MNIST_PIXELS];
    Random random;
} Fixture;

static const Transforms no_transforms;

static Fixture *create(size_t batch_size, size_t threads, const Transforms *transforms) {
    Error error;
    Fixture *f = calloc(1, sizeof *f);
    fill();
    f->pool = thread_pool_create(threads, &error);
    assert_non_null(f->pool);
    assert_true(data_loader_create(&f->loader, &dataset, batch_size, transforms, f->pool, &error));
    memset(f->rows, 0xff, sizeof f->rows);
    random_seed(&f->random, 3);
    return f;
}

static void destroy(Fixture *f) {
    data_loader_destroy(&f->loader);
    thread_pool_destroy(f->pool);
    free(f);
}

static void start_shuffled(Fixture *f) {
    data_loader_shuffle(&f->loader, data_loader_draw_seed(&f->random));
    data_loader_start(&f->loader, 0, data_loader_batches(&f->loader));
}

// Describes and loads the next microbatch; false at the end.
static bool next(Fixture *f) {
    data_loader_next(&f->loader, &f->random, &f->microbatch);
    size_t half = f->microbatch.count / 2; // threads share the rows
    if (f->microbatch.count == 0)
        return false;
    data_loader_load_rows(&f->loader, &f->microbatch, half, f->microbatch.count, f->rows);
    data_loader_load_rows(&f->loader, &f->microbatch, 0, half, f->rows);
    return true;
}

// A row must be the image, as ToTensor gives it: pixel / 255. Pixels without a column are zero.
static void check_row(const Fixture *f, size_t row, const uint8_t *image) {
    const Columns *columns = f->microbatch.columns;
    const float *values = f->rows + row * columns->count;
    for (size_t j = 0; j < MNIST_PIXELS; j++) {
        size_t column = columns->column_of[j];
        if (column == NO_COLUMN) {
            assert_int_equal(image[j], 0);
        } else {
            assert_int_equal(columns->pixels[column], j);
            const float expected = (float)image[j] / 255.0F; // some machines would compare doubles
            assert_true(values[column] == expected);
        }
    }
}

static void check_epoch(Fixture *f, size_t batch_size) {
    size_t seen[IMAGES] = {0};
    size_t position = 0;
    size_t in_batch = 0;
    while (next(f)) {
        const Microbatch *microbatch = &f->microbatch;
        size_t batch_begin = position - in_batch;
        size_t left = IMAGES - batch_begin;
        assert_int_equal(microbatch->first, position);
        assert_int_equal(microbatch->batch_images, left < batch_size ? left : batch_size);
        assert_in_range(microbatch->count, 1, MICROBATCH_SIZE);
        assert_int_equal(microbatch->is_first_of_batch, in_batch == 0);
        assert_int_equal(microbatch->is_last_of_batch,
                         in_batch + microbatch->count == microbatch->batch_images);
        for (size_t i = 0; i < microbatch->count; i++, in_batch++, position++) {
            size_t image = f->loader.order[position];
            seen[image]++;
            assert_int_equal(microbatch->labels[i], labels[image]);
            check_row(f, i, pixels + image * MNIST_PIXELS);
        }
        in_batch = microbatch->is_last_of_batch ? 0 : in_batch;
    }
    assert_int_equal(position, IMAGES);
    for (size_t i = 0; i < IMAGES; i++)
        assert_int_equal(seen[i], 1);
}

TEST(batches_hold_each_image_once_with_its_label) {
    const size_t sizes[] = {1, 4, 32, 33, 70, IMAGES};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t threads = 1; threads <= 4; threads += 3) {
            Fixture *f = create(sizes[i], threads, &no_transforms);
            assert_int_equal(data_loader_batches(&f->loader), (IMAGES + sizes[i] - 1) / sizes[i]);
            for (int epoch = 0; epoch < 2; epoch++) {
                start_shuffled(f);
                check_epoch(f, sizes[i]);
            }
            data_loader_sequential(&f->loader, &f->random);
            data_loader_start(&f->loader, 0, data_loader_batches(&f->loader));
            check_epoch(f, sizes[i]);
            destroy(f);
        }
    }
}

// Too few columns are a wrong gradient, too many only cost time; both must be noticed.
TEST(columns_are_the_pixels_that_are_nonzero_in_the_batch) {
    Fixture *f = create(10, 2, &no_transforms);
    start_shuffled(f);
    assert_true(next(f) && next(f)); // the second batch
    size_t expected = 0;
    for (size_t j = 0; j < MNIST_PIXELS; j++) {
        bool is_seen = j == 0; // a matrix needs a column
        for (size_t i = 10; i < 20; i++)
            is_seen |= pixels[f->loader.order[i] * MNIST_PIXELS + j] != 0;
        assert_int_equal(f->microbatch.columns->column_of[j] != NO_COLUMN, is_seen);
        expected += is_seen;
    }
    assert_int_equal(f->microbatch.columns->count, expected);
    assert_in_range(expected, 200, 600);
    destroy(f);
}

TEST(pixels_that_are_zero_in_all_images_are_not_seen) {
    Fixture *f = create(10, 2, &no_transforms);
    size_t count = 0;
    for (size_t j = 0; j < MNIST_PIXELS; j++) {
        bool is_seen = j == 0;
        for (size_t i = 0; i < IMAGES; i++)
            is_seen |= pixels[i * MNIST_PIXELS + j] != 0;
        assert_false(is_seen && j % 28 == BLANK_COLUMN);
        if (is_seen)
            assert_int_equal(f->loader.seen.pixels[count++], j);
    }
    assert_int_equal(f->loader.seen.count, count);
    destroy(f);
}

TEST(a_batch_of_blank_images_has_one_column) {
    Fixture *f = create(1, 1, &no_transforms);
    data_loader_sequential(&f->loader, &f->random);
    data_loader_start(&f->loader, BLANK_IMAGE, BLANK_IMAGE + 1);
    assert_true(next(f));
    assert_int_equal(f->microbatch.columns->count, 1);
    assert_true(f->rows[0] == 0.0F);
    assert_false(next(f));
    destroy(f);
}

TEST(images_without_a_zero_are_whole) {
    Error error;
    Fixture *f = create(4, 1, &no_transforms);
    data_loader_destroy(&f->loader);
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(1 + i % 255);
    assert_true(data_loader_create(&f->loader, &dataset, 4, &no_transforms, f->pool, &error));
    data_loader_sequential(&f->loader, &f->random);
    data_loader_start(&f->loader, 0, data_loader_batches(&f->loader));
    check_epoch(f, 4);
    assert_int_equal(f->loader.seen.count, MNIST_PIXELS);
    destroy(f);
}

TEST(an_epochs_order_takes_two_draws_and_a_tests_order_one) {
    Random expected, permutation;
    Fixture *f = create(4, 1, &no_transforms);
    random_seed(&expected, 3);
    data_loader_shuffle(&f->loader, data_loader_draw_seed(&f->random));
    random_next64(&expected);
    random_seed(&permutation, random_next64(&expected));
    uint32_t order[IMAGES];
    random_permutation(&permutation, order, IMAGES);
    assert_memory_equal(f->loader.order, order, sizeof order);
    assert_true(random_next64(&f->random) == random_next64(&expected));

    data_loader_sequential(&f->loader, &f->random);
    random_next64(&expected);
    for (size_t i = 0; i < IMAGES; i++)
        assert_int_equal(f->loader.order[i], i);
    assert_true(random_next64(&f->random) == random_next64(&expected));
    destroy(f);
}

TEST(a_batch_larger_than_the_data_is_one_short_batch) {
    Fixture *f = create(65536, 1, &no_transforms);
    assert_int_equal(data_loader_batches(&f->loader), 1);
    start_shuffled(f);
    assert_true(next(f));
    assert_int_equal(f->microbatch.batch_images, IMAGES);
    destroy(f);
}

TEST(a_pass_begins_and_ends_at_any_batch) {
    Fixture *f = create(33, 1, &no_transforms);
    data_loader_sequential(&f->loader, &f->random);
    data_loader_start(&f->loader, 1, 2);
    assert_true(next(f));
    assert_int_equal(f->microbatch.first, 33);
    assert_true(next(f));
    assert_int_equal(f->microbatch.first, 65);
    assert_int_equal(f->microbatch.count, 1);
    assert_false(next(f));
    assert_false(next(f)); // the end stays the end
    destroy(f);
}

TEST(a_stopped_pass_ends_after_the_batch_that_has_begun) {
    Fixture *f = create(33, 1, &no_transforms);
    start_shuffled(f);
    assert_true(next(f));
    data_loader_stop(&f->loader);
    assert_true(next(f));
    assert_true(f->microbatch.is_last_of_batch);
    assert_false(next(f));
    start_shuffled(f);
    assert_true(next(f) && next(f));
    data_loader_stop(&f->loader); // between two batches
    assert_false(next(f));
    destroy(f);
}

// The draws of a whole batch come before anything that is drawn for its first microbatch, and each
// image is transformed with its own parameters, also while earlier batches are in flight.
TEST(each_image_of_a_batch_is_transformed_by_its_own_draws) {
    Transforms transforms = {0};
    transforms_add(&transforms, TRANSFORM_ROTATE, 30);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.5);
    const size_t sizes[] = {5, 33};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        Fixture *f = create(sizes[s], 2, &transforms);
        start_shuffled(f);
        Random expected = f->random;
        TransformParams params[33];
        while (next(f)) {
            const Microbatch *microbatch = &f->microbatch;
            for (size_t i = 0; microbatch->is_first_of_batch && i < microbatch->batch_images; i++)
                transforms_sample(&transforms, &expected, &params[i]);
            for (size_t i = 0; i < microbatch->count; i++) {
                size_t position = microbatch->first + i;
                uint8_t changed[MNIST_PIXELS];
                transforms_apply(&transforms, &params[position % sizes[s]],
                                 pixels + f->loader.order[position] * MNIST_PIXELS, changed);
                check_row(f, i, changed);
            }
        }
        assert_true(random_next64(&f->random) == random_next64(&expected));
        destroy(f);
    }
}

// The microbatch's images by pixel must be its images, and encoded ones too.
static void check_by_pixel(const Fixture *f, const ImagesByPixel *by_pixel) {
    uint8_t counts[MNIST_PIXELS] = {0};
    for (size_t i = 0; i < f->microbatch.count; i++) {
        size_t position = f->microbatch.first + i;
        const uint8_t *image = pixels + f->loader.order[position] * (size_t)MNIST_PIXELS;
        uint8_t expected[SPARSE_IMAGE_MAX_BYTES];
        SparseBand bands[SPARSE_BANDS];
        sparse_image_encode(image, expected);
        sparse_image_bands(expected, bands);
        const SparseBand *last = &bands[SPARSE_BANDS - 1];
        assert_memory_equal(data_loader_image(&f->loader, &f->microbatch, i), expected,
                            (size_t)(last->values + last->count - expected));
        for (size_t j = 0; j < MNIST_PIXELS; j++) {
            if (image[j] == 0)
                continue;
            size_t entry = counts[j]++;
            assert_int_equal(by_pixel->pixels[j].images[entry], i);
            assert_int_equal(by_pixel->pixels[j].values[entry], image[j]);
        }
    }
    assert_memory_equal(by_pixel->counts, counts, sizeof counts);
}

TEST(images_by_pixel_hold_the_nonzero_pixels_of_a_microbatch) {
    static ImagesByPixel by_pixel;
    const size_t sizes[] = {1, 32, 33, 70, IMAGES}; // up to three microbatches in a batch
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        Fixture *f = create(sizes[s], 1, &no_transforms);
        start_shuffled(f);
        while (next(f)) {
            memset(&by_pixel, 0xff, sizeof by_pixel); // of the slot's microbatch before
            data_loader_load_by_pixel(&f->loader, &f->microbatch, &by_pixel);
            check_by_pixel(f, &by_pixel);
        }
        destroy(f);
    }
}

TEST(images_by_pixel_can_be_blank_and_whole) {
    static ImagesByPixel by_pixel;
    Error error;
    Fixture *f = create(40, 1, &no_transforms);
    data_loader_destroy(&f->loader);
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = i / MNIST_PIXELS == BLANK_IMAGE ? 0 : (uint8_t)(1 + i % 255);
    assert_true(data_loader_create(&f->loader, &dataset, 40, &no_transforms, f->pool, &error));
    data_loader_sequential(&f->loader, &f->random);
    data_loader_start(&f->loader, 0, 1);
    assert_true(next(f));
    data_loader_load_by_pixel(&f->loader, &f->microbatch, &by_pixel);
    check_by_pixel(f, &by_pixel);
    assert_int_equal(by_pixel.counts[0], MICROBATCH_SIZE - 1);
    destroy(f);
}

// Copies the columns and the encoded images of a microbatch.
static void copy_microbatch(const Fixture *f, Columns *columns, uint8_t *images) {
    *columns = *f->microbatch.columns;
    for (size_t i = 0; i < f->microbatch.count; i++) {
        SparseBand bands[SPARSE_BANDS];
        const uint8_t *image = data_loader_image(&f->loader, &f->microbatch, i);
        sparse_image_bands(image, bands);
        const SparseBand *last = &bands[SPARSE_BANDS - 1];
        memcpy(images + i * SPARSE_IMAGE_MAX_BYTES, image,
               (size_t)(last->values + last->count - image));
    }
}

// Other threads read a microbatch while the planner describes the next ones.
static void check_microbatches_in_flight(size_t batch_size, const Transforms *transforms) {
    static Columns then, now;
    static uint8_t images_then[MICROBATCH_SIZE * SPARSE_IMAGE_MAX_BYTES],
        images_now[sizeof images_then];
    Fixture *f = create(batch_size, 1, transforms);
    for (size_t first = 0; first < 12; first++) {
        start_shuffled(f);
        for (size_t n = 0; n <= first; n++)
            data_loader_next(&f->loader, &f->random, &f->microbatch);
        const Microbatch kept = f->microbatch;
        if (kept.count == 0)
            break;
        copy_microbatch(f, &then, images_then);
        memcpy(images_now, images_then, sizeof images_now);
        for (size_t n = 1; n < DATA_LOADER_IN_FLIGHT; n++)
            data_loader_next(&f->loader, &f->random, &f->microbatch);
        f->microbatch = kept;
        copy_microbatch(f, &now, images_now);
        assert_memory_equal(images_now, images_then, sizeof images_now);
        assert_int_equal(now.count, then.count);
        assert_memory_equal(now.pixels, then.pixels, then.count * sizeof *then.pixels);
        assert_memory_equal(now.column_of, then.column_of, sizeof then.column_of);
    }
    destroy(f);
}

TEST(a_microbatch_stays_valid_during_the_next_three_calls) {
    static const size_t sizes[] = {1, 5, 32, 33, 40, 77, 1000};
    Transforms rotations = {0};
    transforms_add(&rotations, TRANSFORM_ROTATE, 180.0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check_microbatches_in_flight(sizes[i], &no_transforms);
        check_microbatches_in_flight(sizes[i], &rotations);
    }
}
