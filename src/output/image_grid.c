#include "output/image_grid.h"

#include "base/error.h"
#include "data/preview.h"
#include "io/atomic_file.h"
#include "pictures/png.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = MNIST_SIDE, MAX_COLUMNS = 8, PADDING = 2, COLOURS = PNG_RGB };

typedef struct {
    size_t width, height; // of the grid, in pixels
    size_t columns;       // images in a row
    size_t padding;       // pixels between and around the images
} Layout;

static Layout choose_layout(size_t count) {
    if (count == 1)
        return (Layout){.width = SIDE, .height = SIDE, .columns = 1};
    size_t columns = count < MAX_COLUMNS ? count : MAX_COLUMNS;
    size_t rows = (count + columns - 1) / columns;
    return (Layout){
        .width = columns * (SIDE + PADDING) + PADDING,
        .height = rows * (SIDE + PADDING) + PADDING,
        .columns = columns,
        .padding = PADDING,
    };
}

static void draw_image(const Layout *layout, const uint8_t *image, size_t index, uint8_t *grid) {
    size_t left = layout->padding + index % layout->columns * (SIDE + layout->padding);
    size_t top = layout->padding + index / layout->columns * (SIDE + layout->padding);
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++)
            memset(grid + ((top + y) * layout->width + left + x) * COLOURS, image[y * SIDE + x],
                   COLOURS);
    }
}

bool image_grid_write(const char *path, const uint8_t *images, size_t count, Error *error) {
    Layout layout = choose_layout(count);
    uint8_t *grid = memory_alloc(layout.width * layout.height, COLOURS, path, error);
    if (!grid)
        return false;
    for (size_t i = 0; i < count; i++)
        draw_image(&layout, images + i * MNIST_PIXELS, i, grid);
    uint8_t *png = NULL;
    size_t size;
    bool is_written = png_encode(grid, layout.width, layout.height, PNG_RGB, &png, &size, error) &&
                      atomic_file_write(path, png, size, error);
    free(png);
    free(grid);
    return is_written;
}

bool image_grid_write_first_batch(const char *path, const Dataset *dataset, size_t batch_size,
                                  const Transforms *transforms, uint64_t seed, Error *error) {
    size_t count;
    Random random;
    random_seed(&random, seed);
    uint8_t *images = preview_first_batch(dataset, batch_size, transforms, &random, &count, error);
    bool is_written = images && image_grid_write(path, images, count, error);
    free(images);
    return is_written;
}
