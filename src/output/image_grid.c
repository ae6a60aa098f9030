#include "output/image_grid.h"

#include "base/error.h"
#include "base/number.h"
#include "data/preview.h"
#include "io/atomic_file.h"
#include "pictures/png.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = MNIST_SIDE, MAX_COLUMNS = 8, COLOURS = PNG_RGB };

// Writes the images, (count, pixels), with `padding` black pixels between and around them.
static bool write_grid(const char *path, const uint8_t *images, size_t count, size_t padding,
                       Error *error) {
    const size_t columns = number_min(count, MAX_COLUMNS);
    const size_t rows = (count + columns - 1) / columns;
    const size_t width = columns * (SIDE + padding) + padding;
    const size_t height = rows * (SIDE + padding) + padding;
    uint8_t *png = NULL;
    size_t size;
    uint8_t *grid = memory_alloc(width * height, COLOURS, path, error);
    if (!grid)
        return false;
    for (size_t i = 0; i < count * MNIST_PIXELS; i++) {
        size_t image = i / MNIST_PIXELS, pixel = i % MNIST_PIXELS;
        size_t x = padding + image % columns * (SIDE + padding) + pixel % SIDE;
        size_t y = padding + image / columns * (SIDE + padding) + pixel / SIDE;
        memset(grid + (y * width + x) * COLOURS, images[i], COLOURS);
    }
    bool is_written = png_encode(grid, width, height, PNG_RGB, &png, &size, error) &&
                      atomic_file_write(path, png, size, error);
    free(png);
    free(grid);
    return is_written;
}

bool image_grid_write(const char *path, const Dataset *dataset, size_t batch_size,
                      const Transforms *transforms, uint64_t seed, Error *error) {
    size_t count;
    Random random;
    random_seed(&random, seed);
    uint8_t *images = preview_first_batch(dataset, batch_size, transforms, &random, &count, error);
    bool is_written = images && write_grid(path, images, count, count == 1 ? 0 : 2, error);
    free(images);
    return is_written;
}
