#include "data/sparse_images.h"
#include "base/random.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { IMAGES = 9, BLANK = 2, WHOLE = 3, ENDS = 4 };

static uint8_t pixels[IMAGES * MNIST_PIXELS];

static void draw_images(void) {
    Random random;
    random_seed(&random, 8);
    memset(pixels, 0, sizeof pixels);
    for (size_t i = 0; i < sizeof pixels; i++) {
        uint32_t draw = random_next32(&random);
        if (draw % 5 == 0)
            pixels[i] = (uint8_t)(draw >> 8);
    }
    memset(pixels + BLANK * MNIST_PIXELS, 0, MNIST_PIXELS);
    memset(pixels + WHOLE * MNIST_PIXELS, 255, MNIST_PIXELS);
    memset(pixels + ENDS * MNIST_PIXELS, 0, MNIST_PIXELS);
    for (size_t band = 0; band * SPARSE_BAND_PIXELS < MNIST_PIXELS; band++) {
        size_t begin = ENDS * MNIST_PIXELS + band * SPARSE_BAND_PIXELS;
        size_t left = MNIST_PIXELS - band * SPARSE_BAND_PIXELS;
        pixels[begin] = 1;
        pixels[begin + (left < SPARSE_BAND_PIXELS ? left : SPARSE_BAND_PIXELS) - 1] = 2;
    }
}

// The nonzero pixels of each band in ascending order.
static void check_image(const uint8_t *image, const uint8_t *expected) {
    SparseBand bands[SPARSE_BANDS];
    sparse_image_bands(image, bands);
    for (size_t b = 0; b < SPARSE_BANDS; b++) {
        size_t n = 0;
        assert_int_equal(bands[b].first_pixel, b * SPARSE_BAND_PIXELS);
        for (size_t p = bands[b].first_pixel; p < MNIST_PIXELS && p < (b + 1) * SPARSE_BAND_PIXELS;
             p++) {
            if (expected[p] == 0)
                continue;
            assert_true(n < bands[b].count);
            assert_int_equal(bands[b].first_pixel + bands[b].indices[n], p);
            assert_int_equal(bands[b].values[n], expected[p]);
            n++;
        }
        assert_int_equal(bands[b].count, n);
    }
}

TEST(an_encoded_image_has_its_nonzero_pixels_in_order) {
    draw_images();
    for (size_t i = 0; i < IMAGES; i++) {
        uint8_t image[SPARSE_IMAGE_MAX_BYTES];
        memset(image, 0xff, sizeof image);
        sparse_image_encode(pixels + i * MNIST_PIXELS, image);
        check_image(image, pixels + i * MNIST_PIXELS);
    }
}

TEST(any_number_of_threads_encodes_the_same_images) {
    draw_images();
    for (size_t threads = 1; threads <= IMAGES + 1; threads++) {
        Error error;
        SparseImages sparse;
        ThreadPool *pool = thread_pool_create(threads, &error);
        assert_non_null(pool);
        assert_true(sparse_images_create(&sparse, pixels, IMAGES, pool, "made", &error));
        assert_int_equal(sparse.count, IMAGES);
        for (size_t i = 0; i < IMAGES; i++) {
            sparse_images_read_ahead(&sparse, i);
            check_image(sparse_images_at(&sparse, i), pixels + i * MNIST_PIXELS);
        }
        for (size_t p = 0; p < MNIST_PIXELS; p++)
            assert_true(sparse.seen[p]); // in the whole image
        sparse_images_destroy(&sparse);
        thread_pool_destroy(pool);
    }
}

TEST(pixels_are_seen_if_an_image_has_them) {
    Error error;
    SparseImages sparse;
    ThreadPool *pool = thread_pool_create(2, &error);
    draw_images();
    memset(pixels + WHOLE * MNIST_PIXELS, 0, MNIST_PIXELS);
    assert_true(sparse_images_create(&sparse, pixels, IMAGES, pool, "made", &error));
    uint8_t marked[MNIST_PIXELS] = {0};
    size_t count = 0;
    for (size_t i = 0; i < IMAGES; i++)
        sparse_image_mark_seen(sparse_images_at(&sparse, i), marked);
    for (size_t p = 0; p < MNIST_PIXELS; p++) {
        bool is_seen = false;
        for (size_t i = 0; i < IMAGES; i++)
            is_seen |= pixels[i * MNIST_PIXELS + p] != 0;
        assert_int_equal(sparse.seen[p] != 0, is_seen);
        assert_int_equal(marked[p], is_seen);
        count += is_seen;
    }
    assert_in_range(count, 300, 783); // both kinds occur
    sparse_images_destroy(&sparse);
    thread_pool_destroy(pool);
}

TEST(a_row_has_the_pixels_in_their_columns) {
    uint16_t column_of[MNIST_PIXELS];
    float byte_to_float[256], row[MNIST_PIXELS];
    draw_images();
    for (size_t i = 0; i < 256; i++)
        byte_to_float[i] = (float)i / 2.0F;
    for (size_t p = 0; p < MNIST_PIXELS; p++)
        column_of[p] = (uint16_t)(MNIST_PIXELS - 1 - p);
    for (size_t i = 0; i < IMAGES; i++) {
        uint8_t image[SPARSE_IMAGE_MAX_BYTES];
        sparse_image_encode(pixels + i * MNIST_PIXELS, image);
        memset(row, 0xff, sizeof row);
        sparse_image_load_row(image, column_of, MNIST_PIXELS, byte_to_float, row);
        for (size_t p = 0; p < MNIST_PIXELS; p++)
            assert_true(row[MNIST_PIXELS - 1 - p] == (float)pixels[i * MNIST_PIXELS + p] / 2.0F);
    }
}
