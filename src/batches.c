#include "batches.h"

#include <stdlib.h>

bool batches_create(Batches *batches, const Dataset *dataset, size_t size, Error *error) {
    if (size > dataset->count)
        size = dataset->count;
    *batches = (Batches){.dataset = dataset, .size = size, .next = dataset->count};
    if (dataset->count <= UINT32_MAX && size <= SIZE_MAX / sizeof(float) / DATASET_PIXELS) {
        batches->order = calloc(dataset->count, sizeof *batches->order);
        batches->images = calloc(size * DATASET_PIXELS, sizeof *batches->images);
        batches->labels = calloc(size, sizeof *batches->labels);
    }
    if (batches->order && batches->images && batches->labels)
        return true;
    batches_destroy(batches);
    return error_set(error, "%s: expected memory for batches of %zu of its images, found less",
                     dataset->images_path, size);
}

void batches_destroy(Batches *batches) {
    free(batches->order);
    free(batches->images);
    free(batches->labels);
    *batches = (Batches){0};
}

void batches_begin_shuffled(Batches *batches, Random *random) {
    random_next64(random); // the loader's base seed, for worker processes
    Random permutation;
    random_seed(&permutation, random_next64(random) & INT64_MAX);
    random_permutation(&permutation, batches->order, batches->dataset->count);
    batches->next = 0;
}

void batches_begin_in_order(Batches *batches, Random *random) {
    random_next64(random); // the loader's base seed
    for (size_t i = 0; i < batches->dataset->count; i++)
        batches->order[i] = (uint32_t)i;
    batches->next = 0;
}

size_t batches_next(Batches *batches) {
    const Dataset *dataset = batches->dataset;
    size_t left = dataset->count - batches->next;
    size_t count = left < batches->size ? left : batches->size;
    for (size_t i = 0; i < count; i++) {
        size_t image = batches->order[batches->next + i];
        const uint8_t *pixels = dataset->images + image * DATASET_PIXELS;
        float *values = batches->images + i * DATASET_PIXELS;
        for (size_t j = 0; j < DATASET_PIXELS; j++)
            values[j] = (float)pixels[j] / 255.0F;
        batches->labels[i] = dataset->labels[image];
    }
    batches->next += count;
    return count;
}

size_t batches_per_epoch(const Batches *batches) {
    return (batches->dataset->count - 1) / batches->size + 1;
}
