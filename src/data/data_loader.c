#include "data/data_loader.h"

#include "base/error.h"
#include "base/number.h"

#include <stdlib.h>

bool data_loader_create(DataLoader *loader, const Dataset *dataset, size_t batch_size,
                        const Transforms *transforms, ThreadPool *pool, Error *error) {
    const char *path = dataset->images_path;
    *loader = (DataLoader){
        .dataset = dataset,
        .batch_size = number_min(batch_size, dataset->count),
        .transforms = *transforms,
    };
    if (dataset->count > UINT32_MAX)
        return error_set(error, "%s: expected at most %u images, found %zu", path, UINT32_MAX,
                         dataset->count);
    // A transform can move a stroke anywhere.
    for (size_t p = 0; p < MNIST_PIXELS; p++)
        loader->seen[p] = dataset->seen[p] | (transforms->count > 0);
    const size_t params = thread_pool_size(pool) * loader->batch_size;
    loader->order = memory_alloc(dataset->count, sizeof *loader->order, path, error);
    if (loader->order && transforms->count > 0) {
        loader->params = memory_alloc(params, sizeof *loader->params, path, error);
        loader->transformed = memory_alloc(2 * loader->batch_size, ENCODED_IMAGE_MAX, path, error);
    }
    if (loader->order && (transforms->count == 0 || (loader->params && loader->transformed)))
        return true;
    data_loader_destroy(loader);
    return false;
}

void data_loader_destroy(DataLoader *loader) {
    free(loader->order);
    free(loader->params);
    free(loader->transformed);
    *loader = (DataLoader){0};
}

size_t data_loader_batches(const DataLoader *loader) {
    return (loader->dataset->count - 1) / loader->batch_size + 1;
}

uint64_t data_loader_draw_seed(Random *random) {
    random_next64(random); // the base seed, for worker processes
    return random_next64(random) & INT64_MAX;
}

void data_loader_shuffle(DataLoader *loader, uint64_t seed) {
    Random permutation;
    random_seed(&permutation, seed);
    random_permutation(&permutation, loader->order, loader->dataset->count);
}

void data_loader_sequential(DataLoader *loader, Random *random) {
    random_next64(random); // the base seed
    for (size_t i = 0; i < loader->dataset->count; i++)
        loader->order[i] = (uint32_t)i;
}

// The two latest batches have their transformed images in turn.
static uint8_t *transformed_image(const DataLoader *loader, size_t position) {
    return loader->transformed + position % (2 * loader->batch_size) * ENCODED_IMAGE_MAX;
}

const uint8_t *data_loader_image(const DataLoader *loader, size_t position) {
    return loader->transformed ? transformed_image(loader, position)
                               : dataset_encoded(loader->dataset, loader->order[position]);
}

DataIterator data_iterator(const DataLoader *loader, size_t first_batch, size_t share,
                           size_t shares) {
    return (DataIterator){
        .loader = loader,
        .share = share,
        .shares = shares,
        .batch = first_batch,
        .position = first_batch * loader->batch_size,
    };
}

// Draws all values of one image before those of the next image, as PyTorch does.
static void transform_batch(const DataIterator *iterator, size_t first, size_t count,
                            Random *random) {
    const DataLoader *loader = iterator->loader;
    TransformParams *params = loader->params + iterator->share * loader->batch_size;
    for (size_t i = 0; i < count; i++)
        transforms_sample(&loader->transforms, random, &params[i]);
    for (size_t i = iterator->share; i < count; i += iterator->shares) {
        uint8_t pixels[MNIST_PIXELS], changed[MNIST_PIXELS];
        dataset_image(loader->dataset, loader->order[first + i], pixels);
        transforms_apply(&loader->transforms, &params[i], pixels, changed);
        encode_image(changed, transformed_image(loader, first + i));
    }
}

void data_iterator_next(DataIterator *iterator, size_t end_batch, Random *random,
                        Microbatch *microbatch) {
    const DataLoader *loader = iterator->loader;
    const Dataset *dataset = loader->dataset;
    microbatch->count = 0;
    if (iterator->batch >= end_batch)
        return;
    const size_t first = iterator->position;
    const size_t batch_first = iterator->batch * loader->batch_size;
    const size_t batch_images = number_min(loader->batch_size, dataset->count - batch_first);
    const size_t left = batch_first + batch_images - first;
    microbatch->loader = loader;
    microbatch->number = iterator->number++;
    microbatch->count = number_min(left, MICROBATCH);
    microbatch->first = first;
    microbatch->batch = iterator->batch;
    microbatch->batch_first = batch_first;
    microbatch->batch_images = batch_images;
    microbatch->is_first_of_batch = first == batch_first;
    microbatch->is_last_of_batch = microbatch->count == left;
    if (microbatch->is_first_of_batch && loader->transformed)
        transform_batch(iterator, first, batch_images, random);
    for (size_t i = 0; i < microbatch->count; i++) {
        microbatch->images[i] = data_loader_image(loader, first + i);
        microbatch->labels[i] = dataset->labels ? dataset->labels[loader->order[first + i]] : 0;
    }
    iterator->position += microbatch->count;
    iterator->batch += microbatch->is_last_of_batch;
}
