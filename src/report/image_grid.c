#include "report/image_grid.h"

#include "data/data_loader.h"
#include "io/atomic_file.h"
#include "io/png.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = MNIST_SIDE, COLUMNS = 8, PADDING = 2, COLOURS = PNG_RGB };

uint8_t *image_grid_first_batch(const Dataset *dataset, size_t batch_size, uint64_t seed,
                                const Transforms *transforms, size_t *count, Error *error) {
    *count = batch_size < dataset->count ? batch_size : dataset->count;
    uint32_t *order = calloc(dataset->count, sizeof *order);
    uint8_t *images = calloc(*count, MNIST_PIXELS);
    if (!order || !images) {
        free(order);
        free(images);
        error_set(error, "grid: expected memory for a batch, found less");
        return NULL;
    }
    Random random, permutation;
    random_seed(&random, seed);
    random_seed(&permutation, data_loader_draw_seed(&random));
    random_permutation(&permutation, order, dataset->count);
    for (size_t i = 0; i < *count; i++) {
        TransformParams draws;
        transforms_sample(transforms, &random, &draws);
        transforms_apply(transforms, &draws, dataset->images + order[i] * (size_t)MNIST_PIXELS,
                         images + i * MNIST_PIXELS);
    }
    free(order);
    return images;
}

// Where an image begins in the picture.
typedef struct {
    size_t width, height;
    size_t columns;
    size_t padding;
} Layout;

static Layout lay_out(size_t count) {
    if (count == 1)
        return (Layout){.width = SIDE, .height = SIDE, .columns = 1};
    size_t columns = count < COLUMNS ? count : COLUMNS;
    size_t rows = (count + columns - 1) / columns;
    return (Layout){
        .width = columns * (SIDE + PADDING) + PADDING,
        .height = rows * (SIDE + PADDING) + PADDING,
        .columns = columns,
        .padding = PADDING,
    };
}

static void draw_image(const Layout *layout, const uint8_t *image, size_t number,
                       uint8_t *picture) {
    size_t left = layout->padding + number % layout->columns * (SIDE + layout->padding);
    size_t top = layout->padding + number / layout->columns * (SIDE + layout->padding);
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++)
            memset(picture + ((top + y) * layout->width + left + x) * COLOURS, image[y * SIDE + x],
                   COLOURS);
    }
}

bool image_grid_write(const char *path, const uint8_t *images, size_t count, Error *error) {
    Layout layout = lay_out(count);
    uint8_t *picture = calloc(layout.width * layout.height, COLOURS);
    if (!picture)
        return error_set(error, "%s: expected memory for its pixels, found less", path);
    for (size_t i = 0; i < count; i++)
        draw_image(&layout, images + i * MNIST_PIXELS, i, picture);
    uint8_t *png = NULL;
    size_t size;
    bool written = png_encode(picture, layout.width, layout.height, PNG_RGB, &png, &size, error) &&
                   atomic_file_write(path, png, size, error);
    free(png);
    free(picture);
    return written;
}
