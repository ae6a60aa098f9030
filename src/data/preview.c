#include "data/preview.h"

#include "base/error.h"
#include "base/number.h"
#include "data/data_loader.h"

#include <stdlib.h>

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
    Random permutation;
    *count = number_min(batch_size, dataset->count);
    uint8_t *images = memory_alloc(*count, MNIST_PIXELS, dataset->images_path, error);
    uint32_t *order =
        images ? memory_alloc(dataset->count, sizeof *order, dataset->images_path, error) : NULL;
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
