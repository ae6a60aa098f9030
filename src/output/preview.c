#include "output/preview.h"

#include "base/number.h"
#include "data/data_loader.h"
#include "io/atomic_file.h"
#include "output/print.h"
#include "pictures/png.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = MNIST_SIDE };

void preview_image(const Dataset *dataset, size_t index, const Transforms *transforms,
                   Random *random, uint8_t image[MNIST_PIXELS]) {
    TransformParams params;
    uint8_t pixels[MNIST_PIXELS];
    dataset_image(dataset, index, pixels);
    transforms_sample(transforms, random, &params);
    transforms_apply(transforms, &params, pixels, image);
}

uint8_t *preview_first_batch(const Dataset *dataset, size_t batch_size,
                             const Transforms *transforms, Random *random, size_t *count,
                             Error *error) {
    const char *path = dataset->images_path;
    Random permutation;
    *count = number_min(batch_size, dataset->count);
    uint8_t *images = memory_alloc(*count, MNIST_PIXELS, path, error);
    uint32_t *order = images ? memory_alloc(dataset->count, sizeof *order, path, error) : NULL;
    if (!order) {
        free(images);
        return NULL;
    }
    random_seed(&permutation, data_loader_draw_seed(random));
    random_permutation(&permutation, order, dataset->count);
    for (size_t i = 0; i < *count; i++)
        preview_image(dataset, order[i], transforms, random, images + i * MNIST_PIXELS);
    free(order);
    return images;
}

bool preview_write_grid(const char *path, const Dataset *dataset, const TrainConfig *config,
                        Error *error) {
    enum { COLUMNS = 8, COLOURS = PNG_RGB };
    size_t count, size;
    uint8_t *png = NULL;
    Random random;
    random_seed(&random, config->seed);
    uint8_t *images = preview_first_batch(dataset, config->batch_size, &config->transforms, &random,
                                          &count, error);
    if (!images)
        return false;
    const size_t padding = count == 1 ? 0 : 2;
    const size_t rows = (count + COLUMNS - 1) / COLUMNS;
    const size_t width = number_min(count, COLUMNS) * (SIDE + padding) + padding;
    const size_t height = rows * (SIDE + padding) + padding;
    uint8_t *grid = memory_alloc(width * height, COLOURS, path, error);
    for (size_t i = 0; grid && i < count * MNIST_PIXELS; i++) {
        size_t image = i / MNIST_PIXELS, pixel = i % MNIST_PIXELS;
        size_t x = padding + image % COLUMNS * (SIDE + padding) + pixel % SIDE;
        size_t y = padding + image / COLUMNS * (SIDE + padding) + pixel / SIDE;
        memset(grid + (y * width + x) * COLOURS, images[i], COLOURS);
    }
    bool is_written = grid && png_encode(grid, width, height, PNG_RGB, &png, &size, error) &&
                      atomic_file_write(path, png, size, error);
    free(png);
    free(grid);
    free(images);
    return is_written;
}

// In a terminal's palette of 256 colours, 16 is black, 231 is white, and 232 to 255 are greys.
static int grey_colour(uint8_t value) {
    int step = (value + 5) / 10; // 0 to 26
    return step == 0 ? 16 : step > 24 ? 231 : 231 + step;
}

// A half block shows two rows of pixels: the upper one as foreground, the lower one as background.
static void print_greys(const uint8_t *image) {
    for (size_t y = 0; y < SIDE; y += 2) {
        for (size_t x = 0; x < SIDE; x++)
            print_stdout("\033[38;5;%d;48;5;%dm▀", grey_colour(image[y * SIDE + x]),
                         grey_colour(image[(y + 1) * SIDE + x]));
        print_stdout("\033[0m\n");
    }
}

// Prints two characters for each pixel, because a character is about twice as high as wide.
static void print_ascii(const uint8_t *image) {
    static const char shades[] = " .:-=+*#%@";
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            char shade = shades[image[y * SIDE + x] * (strlen(shades) - 1) / UINT8_MAX];
            print_stdout("%c%c", shade, shade);
        }
        print_stdout("\n");
    }
}

void preview_print(const Terminal *terminal, const uint8_t image[MNIST_PIXELS]) {
    if (terminal->has_blocks && terminal->has_colours)
        print_greys(image);
    else
        print_ascii(image);
}
