#include "batches.h"

#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64, FETCH_AHEAD = 16 };

static void find_ink(Batches *batches) {
    const uint8_t *pixels = batches->dataset->images;
    for (size_t i = 0; i < batches->dataset->count; i++, pixels += DATASET_PIXELS) {
        uint64_t *ink = batches->ink + i * BATCHES_WORDS;
        for (size_t j = 0; j < DATASET_PIXELS; j++)
            ink[j / 64] |= (uint64_t)(pixels[j] != 0) << j % 64;
        for (size_t w = 0; w < BATCHES_WORDS; w++)
            batches->used[w] |= ink[w];
    }
}

bool batches_create(Batches *batches, const Dataset *dataset, size_t size, Error *error) {
    if (size > dataset->count)
        size = dataset->count;
    *batches = (Batches){.dataset = dataset, .size = size};
    if (dataset->count <= UINT32_MAX) {
        batches->order = calloc(dataset->count, sizeof *batches->order);
        batches->ink = calloc(dataset->count, BATCHES_WORDS * sizeof *batches->ink);
    }
    if (!batches->order || !batches->ink) {
        batches_destroy(batches);
        return error_set(error, "%s: expected memory for an order of its images, found less",
                         dataset->images_path);
    }
    for (int i = 0; i < 256; i++)
        batches->unit[i] = (float)i / 255.0F;
    find_ink(batches);
    return true;
}

void batches_destroy(Batches *batches) {
    free(batches->order);
    free(batches->ink);
    *batches = (Batches){0};
}

size_t batches_per_epoch(const Batches *batches) {
    return (batches->dataset->count - 1) / batches->size + 1;
}

void batches_begin_shuffled(Batches *batches, Random *random) {
    random_next64(random); // the loader's base seed, for worker processes
    Random permutation;
    random_seed(&permutation, random_next64(random) & INT64_MAX);
    random_permutation(&permutation, batches->order, batches->dataset->count);
}

void batches_begin_in_order(Batches *batches, Random *random) {
    random_next64(random); // the loader's base seed
    for (size_t i = 0; i < batches->dataset->count; i++)
        batches->order[i] = (uint32_t)i;
}

// The set's runs; one that crosses from a word to the next becomes two.
static void find_runs(const uint64_t *set, PixelRuns *runs) {
    runs->count = 0;
    for (unsigned w = 0; w < BATCHES_WORDS; w++) {
        for (uint64_t left = set[w]; left;) {
            unsigned first = (unsigned)__builtin_ctzll(left);
            uint64_t behind = ~(left >> first);
            unsigned count = behind ? (unsigned)__builtin_ctzll(behind) : 64;
            runs->runs[runs->count++] = (PixelRun){(uint16_t)(64 * w + first), (uint16_t)count};
            left &= first + count < 64 ? UINT64_MAX << (first + count) : 0;
        }
    }
}

static size_t number_places(const PixelRuns *active, uint16_t *places) {
    uint16_t place = 0;
    for (size_t r = 0; r < active->count; r++) {
        const PixelRun run = active->runs[r];
        for (uint16_t j = 0; j < run.count; j++)
            places[run.first + j] = (uint16_t)(place + j);
        place = (uint16_t)(place + run.count);
    }
    return place;
}

void batches_open(const Batches *batches, size_t number, BatchReader *reader) {
    size_t left = batches->dataset->count - number * batches->size;
    reader->next = number * batches->size;
    reader->batch_images = left < batches->size ? left : batches->size;
    reader->end = reader->next + reader->batch_images;
    uint64_t active[BATCHES_WORDS] = {0};
    uint64_t idle[BATCHES_WORDS];
    for (size_t i = reader->next; i < reader->end; i++) {
        const uint64_t *ink = batches->ink + (size_t)batches->order[i] * BATCHES_WORDS;
        for (size_t w = 0; w < BATCHES_WORDS; w++)
            active[w] |= ink[w];
    }
    for (size_t w = 0; w < BATCHES_WORDS; w++)
        idle[w] = batches->used[w] & ~active[w];
    find_runs(active, &reader->active);
    find_runs(idle, &reader->idle);
    if (reader->active.count == 0) // all images are blank: a matrix needs a column
        reader->active = (PixelRuns){.count = 1, .runs = {{0, 1}}};
    reader->pixels = number_places(&reader->active, reader->places);
}

// Only where the image has ink; the rest of the row is zero already.
static void read_image(const Batches *batches, size_t image, const BatchReader *reader,
                       float *row) {
    const uint8_t *pixels = batches->dataset->images + image * DATASET_PIXELS;
    const uint64_t *ink = batches->ink + image * BATCHES_WORDS;
    for (size_t w = 0; w < BATCHES_WORDS; w++) {
        for (uint64_t left = ink[w]; left; left &= left - 1) {
            size_t pixel = 64 * w + (size_t)__builtin_ctzll(left);
            row[reader->places[pixel]] = batches->unit[pixels[pixel]];
        }
    }
}

// The images lie anywhere in memory: some are on their way while others are worked on.
static void fetch(const uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count; i += CACHE_LINE)
        __builtin_prefetch(bytes + i);
}

static void fetch_image(const Batches *batches, size_t place, size_t end) {
    if (place < end)
        fetch(batches->dataset->images + batches->order[place] * (size_t)DATASET_PIXELS,
              DATASET_PIXELS);
}

size_t batches_read(const Batches *batches, BatchReader *reader) {
    size_t left = reader->end - reader->next;
    reader->count = left < BATCHES_BLOCK ? left : BATCHES_BLOCK;
    memset(reader->images, 0, reader->count * reader->pixels * sizeof *reader->images);
    for (size_t i = 0; i < FETCH_AHEAD; i++)
        fetch_image(batches, reader->next + i, reader->end);
    for (size_t i = 0; i < reader->count; i++) {
        fetch_image(batches, reader->next + i + FETCH_AHEAD, reader->end);
        size_t image = batches->order[reader->next + i];
        read_image(batches, image, reader, reader->images + i * reader->pixels);
        reader->labels[i] = batches->dataset->labels[image];
    }
    reader->next += reader->count;
    return reader->count;
}
