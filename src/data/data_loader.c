#include "data/data_loader.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static void columns_of_seen(const uint8_t *seen, Columns *columns) {
    size_t count = 0;
    for (size_t p = 0; p < MNIST_PIXELS; p++) {
        columns->pixels[count] = (uint16_t)p; // the next one overwrites it if it is not seen
        columns->column_of[p] = seen[p] ? (uint16_t)count : NO_COLUMN;
        count += seen[p] != 0;
    }
    columns->count = count;
}

// Sets loader->seen to the pixels that are nonzero in some image. With transforms these are all
// pixels, since a transform can move a stroke anywhere.
static void find_seen_columns(DataLoader *loader) {
    uint8_t seen[MNIST_PIXELS];
    for (size_t p = 0; p < MNIST_PIXELS; p++)
        seen[p] = p == 0 || loader->transforms.count > 0 || loader->images.seen[p];
    columns_of_seen(seen, &loader->seen);
}

static bool allocate(DataLoader *loader, Error *error) {
    const char *path = loader->dataset->images_path;
    size_t images = loader->dataset->count;
    if (images > UINT32_MAX)
        return error_set(error, "%s: expected at most %u images, found %zu", path, UINT32_MAX,
                         images);
    loader->order = memory_alloc(images, sizeof *loader->order, path, error);
    if (!loader->order)
        return false;
    if (loader->transforms.count == 0)
        return true;
    loader->transformed = memory_alloc(DATA_LOADER_IN_FLIGHT * loader->batch_size,
                                       SPARSE_IMAGE_MAX_BYTES, path, error);
    return loader->transformed;
}

bool data_loader_create(DataLoader *loader, const Dataset *dataset, size_t batch_size,
                        const Transforms *transforms, ThreadPool *pool, Error *error) {
    *loader = (DataLoader){
        .dataset = dataset,
        .batch_size = batch_size < dataset->count ? batch_size : dataset->count,
        .transforms = *transforms,
    };
    if (!allocate(loader, error) ||
        !sparse_images_create(&loader->images, dataset->images, dataset->count, pool,
                              dataset->images_path, error)) {
        data_loader_destroy(loader);
        return false;
    }
    find_seen_columns(loader);
    for (int i = 0; i < 256; i++)
        loader->byte_to_float[i] = (float)i / 255.0F;
    return true;
}

void data_loader_destroy(DataLoader *loader) {
    sparse_images_destroy(&loader->images);
    free(loader->order);
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

static void clear_marks(DataLoader *loader) {
    memset(loader->marks, 0, sizeof loader->marks);
    loader->marks[0] = 1; // a matrix needs a column
    loader->marked = loader->position;
}

void data_loader_start(DataLoader *loader, size_t first_batch, size_t end_batch) {
    loader->batch = first_batch;
    loader->end_batch = end_batch;
    loader->position = first_batch * loader->batch_size;
    clear_marks(loader);
}

void data_loader_stop(DataLoader *loader) {
    bool has_begun = loader->position > loader->batch * loader->batch_size;
    loader->end_batch = loader->batch + (has_begun ? 1 : 0);
}

// Returns the transformed image at this position of the order. A later batch reuses its memory.
static uint8_t *transformed_image(const DataLoader *loader, size_t position) {
    size_t slot = position % (DATA_LOADER_IN_FLIGHT * loader->batch_size);
    return loader->transformed + slot * SPARSE_IMAGE_MAX_BYTES;
}

static const uint8_t *image_at(const DataLoader *loader, size_t position) {
    if (loader->transformed)
        return transformed_image(loader, position);
    return sparse_images_at(&loader->images, loader->order[position]);
}

// Draws all values of one image before those of the next image, as PyTorch does.
static void transform_batch(DataLoader *loader, size_t begin, size_t end, Random *random) {
    for (size_t i = begin; i < end; i++) {
        const uint8_t *image = loader->dataset->images + loader->order[i] * (size_t)MNIST_PIXELS;
        TransformParams params;
        uint8_t changed[MNIST_PIXELS];
        transforms_sample(&loader->transforms, random, &params);
        transforms_apply(&loader->transforms, &params, image, changed);
        sparse_image_encode(changed, transformed_image(loader, i));
    }
}

// Images lie at random places in memory, so those of a microbatch are read ahead together.
static void read_ahead(const DataLoader *loader, size_t begin, size_t end) {
    for (size_t i = begin; i < end && !loader->transformed; i++)
        sparse_images_read_ahead(&loader->images, loader->order[i]);
}

// Marks the pixels of up to a microbatch of images before `end` that are not yet marked.
static void mark_images(DataLoader *loader, size_t end) {
    size_t begin = loader->marked;
    end = end < begin + MICROBATCH_SIZE ? end : begin + MICROBATCH_SIZE;
    read_ahead(loader, begin, end);
    for (size_t i = begin; i < end; i++)
        sparse_image_mark_seen(image_at(loader, i), loader->marks);
    loader->marked = end;
}

static void begin_batch(DataLoader *loader, Random *random, size_t end, Columns *columns) {
    if (loader->transformed)
        transform_batch(loader, loader->position, end, random);
    while (loader->marked < end)
        mark_images(loader, end);
    columns_of_seen(loader->marks, columns);
    clear_marks(loader);
    loader->marked = end;
}

static void read_labels(const DataLoader *loader, Microbatch *microbatch) {
    const Dataset *dataset = loader->dataset;
    for (size_t i = 0; i < microbatch->count; i++)
        microbatch->labels[i] =
            dataset->labels ? dataset->labels[loader->order[microbatch->first + i]] : 0;
}

static size_t batch_end(const DataLoader *loader, size_t batch) {
    size_t end = (batch + 1) * loader->batch_size;
    return end < loader->dataset->count ? end : loader->dataset->count;
}

void data_loader_next(DataLoader *loader, Random *random, Microbatch *microbatch) {
    *microbatch = (Microbatch){.first = loader->position};
    if (loader->batch >= loader->end_batch)
        return;
    size_t begin = loader->batch * loader->batch_size;
    size_t end = batch_end(loader, loader->batch);
    Columns *columns = &loader->columns[loader->batch % DATA_LOADER_IN_FLIGHT];
    microbatch->is_first_of_batch = loader->position == begin;
    if (microbatch->is_first_of_batch)
        begin_batch(loader, random, end, columns);
    size_t left = end - loader->position;
    microbatch->count = left < MICROBATCH_SIZE ? left : MICROBATCH_SIZE;
    microbatch->is_last_of_batch = microbatch->count == left;
    microbatch->batch_images = end - begin;
    microbatch->columns = columns;
    read_labels(loader, microbatch);
    // A part of the next batch is marked with each microbatch, so that none takes long.
    if (!loader->transformed)
        mark_images(loader, batch_end(loader, loader->batch + 1));
    loader->position += microbatch->count;
    loader->batch += microbatch->is_last_of_batch;
}

const uint8_t *data_loader_image(const DataLoader *loader, const Microbatch *microbatch,
                                 size_t index) {
    return image_at(loader, microbatch->first + index);
}

void data_loader_load_rows(const DataLoader *loader, const Microbatch *microbatch, size_t begin,
                           size_t end, float *rows) {
    const Columns *columns = microbatch->columns;
    read_ahead(loader, microbatch->first + begin, microbatch->first + end);
    for (size_t i = begin; i < end; i++)
        sparse_image_load_row(data_loader_image(loader, microbatch, i), columns->column_of,
                              columns->count, loader->byte_to_float, rows + i * columns->count);
}

static void add_band(const SparseBand *band, size_t image, ImagesByPixel *by_pixel) {
    PixelImages *pixels = by_pixel->pixels + band->first_pixel;
    uint8_t *counts = by_pixel->counts + band->first_pixel;
    for (size_t i = 0; i < band->count; i++) {
        size_t index = band->indices[i];
        size_t entry = counts[index]++;
        pixels[index].images[entry] = (uint8_t)image;
        pixels[index].values[entry] = band->values[i];
    }
}

void data_loader_load_by_pixel(const DataLoader *loader, const Microbatch *microbatch,
                               ImagesByPixel *by_pixel) {
    memset(by_pixel->counts, 0, sizeof by_pixel->counts);
    read_ahead(loader, microbatch->first, microbatch->first + microbatch->count);
    for (size_t i = 0; i < microbatch->count; i++) {
        SparseBand bands[SPARSE_BANDS];
        sparse_image_bands(data_loader_image(loader, microbatch, i), bands);
        for (size_t b = 0; b < SPARSE_BANDS; b++)
            add_band(&bands[b], i, by_pixel);
    }
}
