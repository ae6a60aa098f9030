#include "data/data_loader.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64, TYPICAL_IMAGE_BYTES = 288 };

static const uint64_t pixel_0 = 1; // the bit of pixel 0 in a mask

static void columns_of_mask(const uint64_t *mask, Columns *columns) {
    columns->count = sparse_mask_list(mask, columns->pixels);
    memset(columns->column_of, 0xff, sizeof columns->column_of); // NO_COLUMN
    for (size_t i = 0; i < columns->count; i++)
        columns->column_of[columns->pixels[i]] = (uint16_t)i;
}

// Sets loader->seen to the pixels that are nonzero in some image. With transforms these are all
// pixels, since a transform can move a stroke anywhere.
static void find_seen_columns(DataLoader *loader) {
    uint64_t seen[SPARSE_MASK_WORDS] = {pixel_0};
    sparse_image_add_mask(loader->images.seen, seen);
    for (size_t p = 0; p < MNIST_PIXELS && loader->transforms.count > 0; p++)
        seen[p / 64] |= (uint64_t)1 << p % 64;
    columns_of_mask(seen, &loader->seen);
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
                                       SPARSE_IMAGE_WORDS * sizeof(uint64_t), path, error);
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

void data_loader_start(DataLoader *loader, size_t first_batch, size_t end_batch) {
    loader->batch = first_batch;
    loader->end_batch = end_batch;
    loader->position = first_batch * loader->batch_size;
}

void data_loader_stop(DataLoader *loader) {
    bool has_begun = loader->position > loader->batch * loader->batch_size;
    loader->end_batch = loader->batch + (has_begun ? 1 : 0);
}

// Returns the transformed image at this position of the order. A later batch reuses its memory.
static uint64_t *transformed_image(const DataLoader *loader, size_t position) {
    size_t slot = position % (DATA_LOADER_IN_FLIGHT * loader->batch_size);
    return loader->transformed + slot * SPARSE_IMAGE_WORDS;
}

static const uint64_t *image_at(const DataLoader *loader, size_t position) {
    if (loader->transformed)
        return transformed_image(loader, position);
    return loader->images.images[loader->order[position]];
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

static void begin_batch(DataLoader *loader, Random *random, size_t end, Columns *columns) {
    if (loader->transformed)
        transform_batch(loader, loader->position, end, random);
    uint64_t seen[SPARSE_MASK_WORDS] = {pixel_0};
    for (size_t i = loader->position; i < end; i++)
        sparse_image_add_mask(image_at(loader, i), seen);
    columns_of_mask(seen, columns);
}

static void read_labels(const DataLoader *loader, Microbatch *microbatch) {
    const Dataset *dataset = loader->dataset;
    for (size_t i = 0; i < microbatch->count; i++)
        microbatch->labels[i] =
            dataset->labels ? dataset->labels[loader->order[microbatch->first + i]] : 0;
}

void data_loader_next(DataLoader *loader, Random *random, Microbatch *microbatch) {
    *microbatch = (Microbatch){.first = loader->position};
    if (loader->batch >= loader->end_batch)
        return;
    size_t begin = loader->batch * loader->batch_size;
    size_t end = begin + loader->batch_size;
    end = end < loader->dataset->count ? end : loader->dataset->count;
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
    loader->position += microbatch->count;
    loader->batch += microbatch->is_last_of_batch;
}

// The images of the next microbatch lie at random places in memory, so they are fetched into the
// cache early.
static void prefetch_images(const DataLoader *loader, size_t begin, size_t end) {
    for (size_t i = begin; i < end && i < loader->dataset->count; i++) {
        const char *image = (const char *)image_at(loader, i);
        for (size_t j = 0; j < TYPICAL_IMAGE_BYTES; j += CACHE_LINE)
            __builtin_prefetch(image + j);
    }
}

static size_t count_bits(const uint64_t *mask, size_t end) {
    size_t count = 0;
    for (size_t w = 0; w < end / 64; w++)
        count += (size_t)__builtin_popcountll(mask[w]);
    if (end % 64 > 0)
        count += (size_t)__builtin_popcountll(mask[end / 64] << (64 - end % 64));
    return count;
}

// Stores the nonzero pixels of image i from first_pixel to before end_pixel. Returns the number of
// its nonzero pixels before end_pixel.
static size_t load_sparse_image(const DataLoader *loader, const uint64_t *image, size_t i,
                                size_t first_pixel, size_t end_pixel, const Columns *columns,
                                SparseMicrobatch *sparse) {
    const uint8_t *bytes = (const uint8_t *)(image + SPARSE_MASK_WORDS);
    uint16_t *pixels = sparse->pixels + i * MNIST_PIXELS;
    float *values = sparse->values + i * MNIST_PIXELS;
    size_t n = count_bits(image, first_pixel);
    for (size_t w = first_pixel / 64; 64 * w < end_pixel; w++) {
        uint64_t left = image[w];
        if (64 * w < first_pixel)
            left &= ~(uint64_t)0 << first_pixel % 64;
        if (64 * (w + 1) > end_pixel)
            left &= ~(uint64_t)0 >> (64 * (w + 1) - end_pixel);
        for (; left; left &= left - 1, n++) {
            size_t pixel = 64 * w + (size_t)__builtin_ctzll(left);
            size_t column = columns->column_of[pixel];
            size_t entry = column * MICROBATCH_SIZE + sparse->column_counts[column]++;
            pixels[n] = (uint16_t)pixel;
            values[n] = loader->byte_to_float[bytes[n]];
            sparse->images[entry] = (uint16_t)i;
            sparse->column_values[entry] = values[n];
        }
    }
    return n;
}

void data_loader_load_sparse(const DataLoader *loader, const Microbatch *microbatch, size_t begin,
                             size_t end, SparseMicrobatch *sparse) {
    const Columns *columns = microbatch->columns;
    if (begin == end)
        return;
    size_t first_pixel = columns->pixels[begin]; // 0 in column 0
    size_t end_pixel = end < columns->count ? columns->pixels[end] : MNIST_PIXELS;
    memset(sparse->column_counts + begin, 0, (end - begin) * sizeof *sparse->column_counts);
    for (size_t i = 0; i < microbatch->count; i++) {
        size_t n = load_sparse_image(loader, image_at(loader, microbatch->first + i), i,
                                     first_pixel, end_pixel, columns, sparse);
        if (end == columns->count)
            sparse->image_counts[i] = (uint16_t)n;
    }
    size_t next = microbatch->first + microbatch->count;
    prefetch_images(loader, next, next + MICROBATCH_SIZE);
}

void data_loader_load_rows(const DataLoader *loader, const Microbatch *microbatch, size_t begin,
                           size_t end, float *rows) {
    const Columns *columns = microbatch->columns;
    for (size_t i = begin; i < end; i++)
        sparse_image_load_row(image_at(loader, microbatch->first + i), columns->column_of,
                              columns->count, loader->byte_to_float, rows + i * columns->count);
    size_t next = microbatch->first + microbatch->count;
    prefetch_images(loader, next, next + MICROBATCH_SIZE);
}
