#include "data/data_loader.h"

#include <stdlib.h>
#include <string.h>
#ifdef __BMI2__
#include <immintrin.h>
#endif

enum { CACHE_LINE = 64, USUAL_BYTES = 288, FETCH_AHEAD = 2048 };

// Eight pixels, the first one in the lowest byte.
static uint64_t load_eight(const uint8_t *pixels) {
    uint64_t eight;
    memcpy(&eight, pixels, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

// The top bit of each byte that is not zero.
static uint64_t find_ink(uint64_t eight) {
    const uint64_t low = 0x7f7f7f7f7f7f7f7f;
    return (((eight & low) + low) | eight) & ~low;
}

// The bytes that are not zero, together; returns how many there are. May write eight.
static size_t gather_ink(uint64_t eight, uint64_t tops, uint8_t *values) {
#ifdef __BMI2__
    eight = _pext_u64(eight, (tops >> 7) * 0xff);
    memcpy(values, &eight, sizeof eight);
    return (size_t)__builtin_popcountll(tops);
#else
    size_t count = 0;
    for (; tops; tops &= tops - 1)
        values[count++] = (uint8_t)(eight >> (__builtin_ctzll(tops) - 7));
    return count;
#endif
}

// Writes the set of pixels that are not zero, then their values; returns where the next can begin.
static uint64_t *encode_image(const uint8_t *pixels, uint64_t *words) {
    uint8_t *values = (uint8_t *)(words + BATCHES_WORDS);
    for (size_t w = 0; w < BATCHES_WORDS; w++) {
        uint64_t ink = 0;
        __builtin_prefetch(pixels + 64 * w + FETCH_AHEAD);
        for (size_t p = 64 * w; p < 64 * (w + 1) && p < MNIST_PIXELS; p += 8) {
            uint64_t eight = load_eight(pixels + p);
            uint64_t tops = find_ink(eight);
            ink |= ((tops >> 7) * 0x0102040810204080 >> 56) << p % 64; // side by side
            values += gather_ink(eight, tops, values);
        }
        words[w] = ink;
    }
    size_t bytes = (size_t)(values - (uint8_t *)words);
    return words + (bytes + sizeof *words - 1) / sizeof *words;
}

// The images of a thread's part.
static void encode_part(void *context, size_t thread) {
    Batches *batches = context;
    size_t count = batches->dataset->count;
    InkedImages *part = &batches->parts[thread];
    uint64_t *words = part->words;
    for (size_t i = thread * count / batches->part_count;
         i < (thread + 1) * count / batches->part_count; i++) {
        batches->inked[i] = words;
        words = encode_image(batches->dataset->images + i * MNIST_PIXELS, words);
        for (size_t w = 0; w < BATCHES_WORDS; w++)
            part->used[w] |= batches->inked[i][w];
    }
}

static void list_pixels(const uint64_t *set, PixelList *list) {
    list->count = 0;
    for (size_t w = 0; w < BATCHES_WORDS; w++) {
        for (uint64_t left = set[w]; left; left &= left - 1)
            list->pixels[list->count++] = (uint16_t)(64 * w + (size_t)__builtin_ctzll(left));
    }
}

// A matrix needs a column even where all images are blank.
static const uint64_t always_listed = 1;

// Room for parts without a zero. What stays untouched of it never becomes memory.
static bool allocate_parts(Batches *batches) {
    size_t most_images = batches->dataset->count / batches->part_count + 1;
    for (size_t i = 0; i < batches->part_count; i++) {
        if (most_images <= SIZE_MAX / (BATCHES_IMAGE_WORDS * sizeof(uint64_t)))
            batches->parts[i].words = malloc(most_images * BATCHES_IMAGE_WORDS * sizeof(uint64_t));
        if (!batches->parts[i].words)
            return false;
    }
    return true;
}

static bool allocate(Batches *batches, const Dataset *dataset) {
    if (dataset->count > UINT32_MAX)
        return false;
    batches->order = calloc(dataset->count, sizeof *batches->order);
    batches->inked = calloc(dataset->count, sizeof *batches->inked);
    batches->parts = calloc(batches->part_count, sizeof *batches->parts);
    return batches->order && batches->inked && batches->parts && allocate_parts(batches);
}

bool batches_create(Batches *batches, const Dataset *dataset, size_t size, ThreadPool *pool,
                    Error *error) {
    if (size > dataset->count)
        size = dataset->count;
    *batches = (Batches){.dataset = dataset, .size = size, .part_count = thread_pool_size(pool)};
    if (!allocate(batches, dataset)) {
        batches_destroy(batches);
        return error_set(error, "%s: expected memory for batches of its images, found less",
                         dataset->images_path);
    }
    thread_pool_run(pool, encode_part, batches);
    uint64_t used[BATCHES_WORDS] = {always_listed};
    for (size_t i = 0; i < batches->part_count; i++) {
        for (size_t w = 0; w < BATCHES_WORDS; w++)
            used[w] |= batches->parts[i].used[w];
    }
    list_pixels(used, &batches->used);
    for (int i = 0; i < 256; i++)
        batches->unit[i] = (float)i / 255.0F;
    return true;
}

void batches_destroy(Batches *batches) {
    for (size_t i = 0; batches->parts && i < batches->part_count; i++)
        free(batches->parts[i].words);
    free(batches->parts);
    free(batches->inked);
    free(batches->order);
    free(batches->draws);
    free(batches->transformed);
    *batches = (Batches){0};
}

bool batches_set_transforms(Batches *batches, const Transforms *transforms, Error *error) {
    if (transforms->count == 0)
        return true;
    if (batches->size <= SIZE_MAX / (BATCHES_IMAGE_WORDS * sizeof *batches->transformed))
        batches->transformed =
            malloc(batches->size * BATCHES_IMAGE_WORDS * sizeof *batches->transformed);
    batches->draws = calloc(batches->size, sizeof *batches->draws);
    if (!batches->transformed || !batches->draws)
        return error_set(error, "%s: expected memory for a batch of transformed images, found less",
                         batches->dataset->images_path);
    batches->transforms = *transforms;
    batches->used.count = MNIST_PIXELS; // ink may come to any place
    for (size_t i = 0; i < MNIST_PIXELS; i++)
        batches->used.pixels[i] = (uint16_t)i;
    return true;
}

size_t batches_per_epoch(const Batches *batches) {
    return (batches->dataset->count - 1) / batches->size + 1;
}

uint64_t batches_draw_seed(Random *random) {
    random_next64(random); // the loader's base seed, for worker processes
    return random_next64(random) & INT64_MAX;
}

void batches_begin_shuffled(Batches *batches, uint64_t seed) {
    Random permutation;
    random_seed(&permutation, seed);
    random_permutation(&permutation, batches->order, batches->dataset->count);
}

void batches_begin_in_order(Batches *batches, Random *random) {
    random_next64(random); // the loader's base seed
    for (size_t i = 0; i < batches->dataset->count; i++)
        batches->order[i] = (uint32_t)i;
}

size_t batches_images(const Batches *batches, size_t number) {
    size_t left = batches->dataset->count - number * batches->size;
    return left < batches->size ? left : batches->size;
}

void batches_draw_transforms(const Batches *batches, size_t number, Random *random) {
    size_t images = batches_images(batches, number);
    for (size_t i = 0; i < images; i++)
        transforms_sample(&batches->transforms, random, &batches->draws[i]);
}

void batches_transform(const Batches *batches, size_t number, size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++) {
        size_t image = batches->order[number * batches->size + i];
        uint8_t changed[MNIST_PIXELS];
        transforms_apply(&batches->transforms, &batches->draws[i],
                         batches->dataset->images + image * MNIST_PIXELS, changed);
        encode_image(changed, batches->transformed + i * BATCHES_IMAGE_WORDS);
    }
}

static const uint64_t *inked_at(const Batches *batches, size_t place) {
    if (batches->transformed)
        return batches->transformed + place % batches->size * BATCHES_IMAGE_WORDS;
    return batches->inked[batches->order[place]];
}

void batches_open(const Batches *batches, size_t number, Batch *batch) {
    batch->images = batches_images(batches, number);
    batch->next = number * batches->size;
    batch->end = batch->next + batch->images;
    uint64_t active[BATCHES_WORDS] = {always_listed};
    for (size_t i = batch->next; i < batch->end; i++) {
        const uint64_t *ink = inked_at(batches, i);
        for (size_t w = 0; w < BATCHES_WORDS; w++)
            active[w] |= ink[w];
    }
    list_pixels(active, &batch->active);
    memset(batch->places, 0xff, sizeof batch->places); // BATCHES_ABSENT
    for (size_t i = 0; i < batch->active.count; i++)
        batch->places[batch->active.pixels[i]] = (uint16_t)i;
}

static void read_image(const Batches *batches, const uint64_t *inked, const Batch *batch,
                       float *row) {
    const uint8_t *value = (const uint8_t *)(inked + BATCHES_WORDS);
    memset(row, 0, batch->active.count * sizeof *row);
    for (size_t w = 0; w < BATCHES_WORDS; w++) {
        const uint16_t *places = batch->places + 64 * w;
        for (uint64_t left = inked[w]; left; left &= left - 1)
            row[places[__builtin_ctzll(left)]] = batches->unit[*value++];
    }
}

bool batches_next(const Batches *batches, Batch *batch, BatchBlock *block) {
    size_t left = batch->end - batch->next;
    block->batch = batch;
    block->first = batch->next;
    block->count = left < BATCHES_BLOCK ? left : BATCHES_BLOCK;
    block->begins = left == batch->images;
    block->ends = left == block->count;
    for (size_t i = 0; i < block->count; i++)
        block->labels[i] = batches->dataset->labels[batches->order[block->first + i]];
    batch->next += block->count;
    return block->count > 0;
}

// The images lie anywhere in memory: those of the next block come near while this one is worked on.
static void fetch_ahead(const Batches *batches, size_t begin, size_t end) {
    for (size_t i = begin; i < end && i < batches->dataset->count; i++) {
        const char *inked = (const char *)inked_at(batches, i);
        for (size_t j = 0; j < USUAL_BYTES; j += CACHE_LINE)
            __builtin_prefetch(inked + j);
    }
}

void batches_gather(const Batches *batches, const BatchBlock *block, size_t begin, size_t end) {
    size_t pixels = block->batch->active.count;
    for (size_t i = begin; i < end; i++) {
        read_image(batches, inked_at(batches, block->first + i), block->batch,
                   block->images + i * pixels);
    }
    size_t next = block->first + block->count;
    fetch_ahead(batches, next, next + BATCHES_BLOCK);
}
