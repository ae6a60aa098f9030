#include "io/gzip_reader.h"
#include "report/image_grid.h"
#include "support/drawn_dataset.h"
#include "support/scratch.h"
#include "support/sha256.h"
#include "support/test_group.h"
#include "support/transform_kind.h"

#include "golden/transforms.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { CHUNKS_BEGIN = 8, COLOURS = 3 };

static size_t number_at(const uint8_t *bytes) {
    return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

// The pixels of a PNG as png.h writes them: one IDAT, rows without filters. The caller frees.
static uint8_t *png_pixels(const uint8_t *png, size_t *width, size_t *height) {
    const uint8_t *header = png + CHUNKS_BEGIN;
    const uint8_t *data = header + 12 + 13;
    *width = number_at(header + 8);
    *height = number_at(header + 12);
    assert_memory_equal(data + 4, "IDAT", 4);
    size_t row = *width * COLOURS;
    uLongf size = (uLongf)(*height * (row + 1));
    uint8_t *rows = malloc(size);
    assert_int_equal(uncompress(rows, &size, data + 8, (uLong)number_at(data)), Z_OK);
    uint8_t *pixels = malloc(*height * row);
    for (size_t y = 0; y < *height; y++) {
        assert_int_equal(rows[y * (row + 1)], 0);
        memcpy(pixels + y * row, rows + y * (row + 1) + 1, row);
    }
    free(rows);
    return pixels;
}

static void check_file(const char *path, const GoldenGrid *golden) {
    uint8_t *png;
    size_t size, width, height;
    Error error;
    char text[SHA256_TEXT];
    assert_true(gzip_reader_read_file(path, 1 << 24, &png, &size, &error));
    uint8_t *pixels = png_pixels(png, &width, &height);
    assert_int_equal(width, golden->width);
    assert_int_equal(height, golden->height);
    sha256_of_bytes(pixels, width * height * COLOURS, text);
    assert_string_equal(text, golden->sha256);
    free(pixels);
    free(png);
}

static Transforms transforms_of(const GoldenGrid *golden) {
    Transforms transforms = {0};
    for (size_t i = 0; i < golden->transform_count; i++) {
        transforms_add(&transforms, transform_kind_of(golden->transforms[i].name),
                       golden->transforms[i].parameter);
    }
    return transforms;
}

static void grids_are_torchvisions_pixel_for_pixel(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof golden_grids / sizeof *golden_grids; i++) {
        const GoldenGrid *golden = &golden_grids[i];
        Transforms transforms = transforms_of(golden);
        Dataset train = drawn_dataset(DATASET_TRAIN, golden->train_limit);
        Error error;
        if (!image_grid_write_first_batch(scratch_path("grid.png"), &train, golden->batch,
                                          &transforms, golden->seed, &error))
            fail_msg("%s", error.text);
        check_file(scratch_path("grid.png"), golden);
        dataset_destroy(&train);
    }
}

static void a_grid_that_cannot_be_written_is_told(void **state) {
    (void)state;
    static const uint8_t image[MNIST_PIXELS];
    Error error;
    assert_false(image_grid_write(scratch_path("missing/grid.png"), image, 1, &error));
    assert_non_null(strstr(error.text, "missing/grid.png: No such"));
}

#define WITH_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_create, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_SCRATCH(grids_are_torchvisions_pixel_for_pixel),
        WITH_SCRATCH(a_grid_that_cannot_be_written_is_told),
    };
    return test_group_run(tests, NULL, NULL);
}
