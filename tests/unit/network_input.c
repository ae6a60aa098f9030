#include "train/network_input.h"
#include "support/test.h"

#include <string.h>

#include <stddef.h>
#include <stdint.h>

enum { IMAGES = 40, BLANK = 2 };

static uint8_t pixels[IMAGES * MNIST_PIXELS];
static char made_path[] = "made";
static const Dataset dataset = {.count = IMAGES, .images = pixels, .images_path = made_path};
static DataLoader loader;
static Microbatch microbatch;
static ThreadPool *pool;

// The second microbatch of a batch of 40 images.
static int set_up(void **state) {
    static const Transforms no_transforms;
    Error error;
    Random random;
    (void)state;
    random_seed(&random, 6);
    for (size_t i = 0; i < sizeof pixels; i++) {
        uint32_t draw = random_next32(&random);
        bool is_blank = i / MNIST_PIXELS == MICROBATCH_SIZE + BLANK || draw % 20 > 0;
        pixels[i] = is_blank ? 0 : (uint8_t)(draw >> 8);
    }
    pool = thread_pool_create(1, &error);
    assert_non_null(pool);
    assert_true(data_loader_create(&loader, &dataset, IMAGES, &no_transforms, pool, &error));
    data_loader_sequential(&loader, &random);
    data_loader_start(&loader, 0, 1);
    data_loader_next(&loader, &random, &microbatch);
    data_loader_next(&loader, &random, &microbatch);
    assert_int_equal(microbatch.count, IMAGES - MICROBATCH_SIZE);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    data_loader_destroy(&loader);
    thread_pool_destroy(pool);
    return 0;
}

// Adds the terms of a row to a dense one, each of which must be new.
static void scatter(const SparseRows *rows, size_t row, float *dense) {
    const SparseRow *terms = &rows->row[row];
    for (size_t k = 0; k < terms->count; k++) {
        assert_true(k == 0 || terms->indices[k] > terms->indices[k - 1]);
        dense[terms->indices[k]] = rows->byte_to_float[terms->bytes[k]];
    }
}

static float pixel_of(size_t image, size_t pixel) {
    return (float)pixels[(MICROBATCH_SIZE + image) * MNIST_PIXELS + pixel] / 255.0F;
}

TEST(the_dense_input_has_the_rows_and_columns) {
    static float rows[MICROBATCH_SIZE * MNIST_PIXELS];
    const NetworkInput input = network_input_dense(&microbatch, rows);
    assert_int_equal(input.images, microbatch.count);
    assert_int_equal(input.columns, microbatch.columns->count);
    assert_ptr_equal(input.pixels, microbatch.columns->pixels);
    assert_ptr_equal(input.rows, rows);
}

TEST(the_bands_of_an_image_are_its_pixels) {
    static NetworkInputRows sparse_rows;
    const NetworkInput input = network_input_sparse(&loader, &microbatch, NULL, &sparse_rows);
    for (size_t i = 0; i < input.images; i++) {
        for (size_t band = 0; band < NETWORK_BANDS; band++) {
            float dense[UINT8_MAX + 1] = {0};
            assert_int_equal(input.by_image[band].rows, input.images);
            scatter(&input.by_image[band], i, dense);
            for (size_t j = 0; j < NETWORK_BAND_PIXELS; j++) {
                size_t pixel = band * NETWORK_BAND_PIXELS + j;
                const float expected = pixel < MNIST_PIXELS ? pixel_of(i, pixel) : 0.0F;
                assert_true(dense[j] == expected);
            }
        }
    }
    assert_int_equal(input.by_column.rows, 0); // evaluation needs no gradient
}

TEST(the_columns_are_those_of_the_images) {
    static NetworkInputRows sparse_rows;
    static ImagesByPixel by_pixel;
    data_loader_load_by_pixel(&loader, &microbatch, &by_pixel);
    const NetworkInput input = network_input_sparse(&loader, &microbatch, &by_pixel, &sparse_rows);
    assert_int_equal(input.by_column.rows, microbatch.columns->count);
    for (size_t column = 0; column < input.columns; column++) {
        float dense[UINT8_MAX + 1] = {0};
        scatter(&input.by_column, column, dense);
        for (size_t i = 0; i < input.images; i++) {
            const float expected = pixel_of(i, input.pixels[column]);
            assert_true(dense[i] == expected);
        }
        assert_true(dense[BLANK] == 0.0F);
    }
}

TEST_PROGRAM(set_up, tear_down)
