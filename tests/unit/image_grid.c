#include "output/image_grid.h"
#include "io/gzip_reader.h"
#include "support/datasets.h"
#include "support/markup.h"
#include "support/scratch.h"
#include "support/sha256.h"
#include "support/test.h"
#include "support/transform_kind.h"

#include "golden/transforms.h"

// The caller frees the pixels.
static PngPicture read_grid(const char *path) {
    uint8_t *png;
    size_t size;
    Error error;
    if (!gzip_reader_read_file(path, 1 << 24, &png, &size, &error))
        fail_msg("%s", error.text);
    PngPicture grid = png_decode(png, size);
    free(png);
    return grid;
}

static void check_grid(const char *path, const GoldenGrid *golden) {
    char text[SHA256_TEXT];
    PngPicture grid = read_grid(path);
    assert_int_equal(grid.width, golden->width);
    assert_int_equal(grid.height, golden->height);
    assert_int_equal(grid.colours, 3);
    sha256_of_bytes(grid.pixels, grid.width * grid.height * 3, text);
    assert_string_equal(text, golden->sha256);
    free(grid.pixels);
}

static Transforms transforms_of(const GoldenGrid *golden) {
    Transforms transforms = {0};
    for (size_t i = 0; i < golden->transform_count; i++) {
        transforms_add(&transforms, transform_kind_of(golden->transforms[i].name),
                       golden->transforms[i].parameter);
    }
    return transforms;
}

TEST_WITH(scratch_create, scratch_remove, grids_are_torchvisions_pixel_for_pixel) {
    for (size_t i = 0; i < sizeof golden_grids / sizeof *golden_grids; i++) {
        const GoldenGrid *golden = &golden_grids[i];
        Transforms transforms = transforms_of(golden);
        Dataset train = drawn_dataset(DATASET_TRAIN, golden->train_limit);
        Error error;
        if (!image_grid_write(scratch_path("grid.png"), &train, golden->batch, &transforms,
                              golden->seed, &error))
            fail_msg("%s", error.text);
        check_grid(scratch_path("grid.png"), golden);
        dataset_destroy(&train);
    }
}

TEST_WITH(scratch_create, scratch_remove, a_grid_that_cannot_be_written_is_an_error) {
    const Transforms none = {0};
    Dataset train = drawn_dataset(DATASET_TRAIN, 1);
    Error error;
    assert_false(image_grid_write(scratch_path("missing/grid.png"), &train, 1, &none, 0, &error));
    dataset_destroy(&train);
    text_after(error.text, "missing/grid.png: No such");
}
