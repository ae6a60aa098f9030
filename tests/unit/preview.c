#include "output/preview.h"
#include "io/gzip_reader.h"
#include "pictures/png.h"
#include "support/capture.h"
#include "support/datasets.h"
#include "support/scratch.h"
#include "support/sha256.h"
#include "support/test.h"
#include "support/transform_kind.h"

#include "golden/transforms.h"

#include <unistd.h>

static Dataset drawn;

static int load_drawn(void **state) {
    (void)state;
    drawn = drawn_dataset(DATASET_TRAIN, 0);
    return 0;
}

static int unload_drawn(void **state) {
    (void)state;
    dataset_destroy(&drawn);
    return 0;
}

static Transforms transforms_of(const GoldenTransform *list, size_t count) {
    Transforms transforms = {0};
    for (size_t i = 0; i < count; i++) {
        transforms_add(&transforms, transform_kind_of(list[i].name), list[i].parameter);
    }
    return transforms;
}

TEST(images_are_those_of_torchvisions_train_set_bit_for_bit) {
    static uint8_t images[GOLDEN_TRANSFORMED][MNIST_PIXELS];
    for (size_t i = 0; i < sizeof golden_changes / sizeof *golden_changes; i++) {
        const GoldenChange *golden = &golden_changes[i];
        Transforms transforms = transforms_of(golden->transforms, golden->transform_count);
        Random random;
        char text[SHA256_TEXT];
        random_seed(&random, golden->seed);
        for (size_t j = 0; j < GOLDEN_TRANSFORMED; j++)
            preview_image(&drawn, j, &transforms, &random, images[j]);
        sha256_of_bytes(images[0], sizeof images, text);
        assert_string_equal(text, golden->sha256);
        assert_int_equal(random_next64(&random), golden->next);
    }
}

TEST(the_first_batch_is_that_of_pytorchs_data_loader_bit_for_bit) {
    for (size_t i = 0; i < sizeof golden_grids / sizeof *golden_grids; i++) {
        const GoldenGrid *golden = &golden_grids[i];
        Transforms transforms = transforms_of(golden->transforms, golden->transform_count);
        Dataset train = drawn;
        Random random;
        Error error;
        size_t count;
        char text[SHA256_TEXT];
        random_seed(&random, golden->seed);
        if (golden->train_limit > 0)
            train.count = golden->train_limit;
        uint8_t *images =
            preview_first_batch(&train, golden->batch, &transforms, &random, &count, &error);
        assert_non_null(images);
        assert_int_equal(count, golden->batch_images);
        sha256_of_bytes(images, count * MNIST_PIXELS, text);
        assert_string_equal(text, golden->batch_sha256);
        assert_int_equal(random_next64(&random), golden->next);
        free(images);
    }
}

TEST(an_order_too_large_for_memory_is_an_error) {
    const Transforms none = {0};
    char path[] = "images.idx";
    const Dataset huge = {.count = SIZE_MAX / 2, .images_path = path};
    Random random;
    Error error;
    size_t count;
    random_seed(&random, 0);
    assert_null(preview_first_batch(&huge, 1, &none, &random, &count, &error));
    assert_non_null(strstr(error.text, "images.idx: out of memory ("));
}

// torchvision's grids have three equal colours.
static void check_grid(const char *path, const GoldenGrid *golden) {
    char text[SHA256_TEXT];
    uint8_t *png, *pixels;
    size_t size;
    GrayImage grid;
    Error error;
    if (!gzip_reader_read_file(path, 1 << 24, &png, &size, &error) ||
        !png_parse(path, png, size, &grid, &error))
        fail_msg("%s", error.text);
    assert_int_equal(png[25], 2); // the colour type: RGB
    assert_int_equal(grid.width, golden->width);
    assert_int_equal(grid.height, golden->height);
    size = 3 * grid.width * grid.height;
    pixels = malloc(size);
    assert_non_null(pixels);
    for (size_t i = 0; i < size; i++)
        pixels[i] = grid.values[i / 3];
    sha256_of_bytes(pixels, size, text);
    assert_string_equal(text, golden->sha256);
    free(pixels);
    free(png);
    gray_image_free(&grid);
}

TEST_WITH(scratch_create, scratch_remove, grids_are_torchvisions_pixel_for_pixel) {
    for (size_t i = 0; i < sizeof golden_grids / sizeof *golden_grids; i++) {
        const GoldenGrid *golden = &golden_grids[i];
        const TrainConfig config = {.batch_size = golden->batch,
                                    .seed = golden->seed,
                                    .transforms =
                                        transforms_of(golden->transforms, golden->transform_count)};
        Dataset train = drawn_dataset(DATASET_TRAIN, golden->train_limit);
        Error error;
        if (!preview_write_grid(scratch_path("grid.png"), &train, &config, &error))
            fail_msg("%s", error.text);
        check_grid(scratch_path("grid.png"), golden);
        dataset_destroy(&train);
    }
}

TEST_WITH(scratch_create, scratch_remove, a_grid_that_cannot_be_written_is_an_error) {
    const TrainConfig config = {.batch_size = 1};
    Dataset train = drawn_dataset(DATASET_TRAIN, 1);
    Error error;
    assert_false(preview_write_grid(scratch_path("missing/grid.png"), &train, &config, &error));
    dataset_destroy(&train);
    assert_non_null(strstr(error.text, "missing/grid.png: No such"));
}

static const char *printed(const Terminal *terminal, const uint8_t *image) {
    capture_begin(STDOUT_FILENO);
    preview_print(terminal, image);
    fflush(stdout);
    return capture_end();
}

static void set_pixel(uint8_t *image, size_t x, size_t y, uint8_t value) {
    image[y * MNIST_SIDE + x] = value;
}

TEST(colours_show_the_upper_pixel_as_foreground) {
    const Terminal terminal = {.is_terminal = true, .has_blocks = true, .has_colours = true};
    uint8_t image[MNIST_PIXELS] = {0};
    set_pixel(image, 0, 0, 255); // white, 231
    set_pixel(image, 0, 1, 10);  // the darkest grey, 232
    set_pixel(image, 1, 1, 244); // the lightest grey, 255
    const char *text = printed(&terminal, image);
    const char first_row[] =
        "\033[38;5;231;48;5;232m▀\033[38;5;16;48;5;255m▀\033[38;5;16;48;5;16m▀";
    assert_int_equal(count_of(text, "\n"), 14);
    assert_memory_equal(text, first_row, strlen(first_row));
    assert_int_equal(count_of(text, "▀\033[0m\n"), 14);
}

TEST(without_colours_a_pixel_is_two_characters) {
    const Terminal terminal = {.is_terminal = true, .has_blocks = true};
    uint8_t image[MNIST_PIXELS] = {0};
    set_pixel(image, 0, 0, 255);
    set_pixel(image, 1, 0, 254);
    set_pixel(image, 2, 0, 128); // 128 * 9 / 255 = 4.5
    const char *text = printed(&terminal, image);
    assert_int_equal(count_of(text, "\n"), 28);
    assert_int_equal(strlen(text), 28 * 57);
    assert_memory_equal(text, "@@%%==  ", 8);
}

TEST_PROGRAM(load_drawn, unload_drawn)
