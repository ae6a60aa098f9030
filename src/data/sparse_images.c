#include "data/sparse_images.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP = sizeof(uint64_t) }; // pixels

_Static_assert(SPARSE_BAND_PIXELS % GROUP == 0 && MNIST_PIXELS % GROUP == 0, "bands of groups");

// Counts in bytes, of few enough pixels, which compilers make vectors of.
static size_t count_nonzero(const uint8_t *pixels) {
    enum { PARTS = 7, PART_PIXELS = MNIST_PIXELS / PARTS };
    _Static_assert(PARTS * PART_PIXELS == MNIST_PIXELS && PART_PIXELS <= UINT8_MAX, "");
    size_t count = 0;
    for (size_t part = 0; part < PARTS; part++) {
        uint8_t in_part = 0;
        for (size_t p = 0; p < PART_PIXELS; p++)
            in_part = (uint8_t)(in_part + (pixels[part * PART_PIXELS + p] != 0));
        count += in_part;
    }
    return count;
}

// Groups of zeros are skipped. In the others each pixel is written, and the next one overwrites it
// if it is zero: this has no branches to mispredict.
void sparse_image_encode(const uint8_t *pixels, uint16_t *image) {
    uint8_t bytes[MNIST_PIXELS];
    uint16_t *indices = image + SPARSE_BANDS;
    size_t count = 0;
    for (size_t band = 0; band < SPARSE_BANDS; band++) {
        size_t end = (band + 1) * SPARSE_BAND_PIXELS;
        end = end < MNIST_PIXELS ? end : MNIST_PIXELS;
        for (size_t first = band * SPARSE_BAND_PIXELS; first < end; first += GROUP) {
            uint64_t group;
            memcpy(&group, pixels + first, sizeof group);
            if (group == 0)
                continue;
            for (size_t p = first; p < first + GROUP; p++) {
                indices[count] = (uint16_t)p;
                bytes[count] = pixels[p];
                count += pixels[p] != 0;
            }
        }
        image[band] = (uint16_t)count;
    }
    memcpy(indices + count, bytes, count);
}

void sparse_image_mark_seen(const uint16_t *image, uint8_t *seen) {
    const uint16_t *pixels = sparse_image_pixels(image);
    size_t count = sparse_image_count(image);
    for (size_t i = 0; i < count; i++)
        seen[pixels[i]] = 1;
}

void sparse_image_load_row(const uint16_t *image, const uint16_t *column_of, size_t columns,
                           const float *byte_to_float, float *row) {
    const uint16_t *pixels = sparse_image_pixels(image);
    const uint8_t *bytes = sparse_image_bytes(image);
    size_t count = sparse_image_count(image);
    memset(row, 0, columns * sizeof *row);
    for (size_t i = 0; i < count; i++)
        row[column_of[pixels[i]]] = byte_to_float[bytes[i]];
}

typedef struct {
    SparseImages *sparse;
    const uint8_t *pixels; // (count, pixels)
    uint8_t *seen;         // (threads, pixels)
    size_t threads;
} Encoding;

// Sets begins[i + 1] to the words of image i.
static void count_words(void *context, size_t rank) {
    Encoding *encoding = context;
    SparseImages *sparse = encoding->sparse;
    size_t end = (rank + 1) * sparse->count / encoding->threads;
    for (size_t i = rank * sparse->count / encoding->threads; i < end; i++) {
        size_t count = count_nonzero(encoding->pixels + i * MNIST_PIXELS);
        sparse->begins[i + 1] = SPARSE_BANDS + count + (count + 1) / 2;
    }
}

static void encode_images(void *context, size_t rank) {
    Encoding *encoding = context;
    SparseImages *sparse = encoding->sparse;
    uint8_t *seen = encoding->seen + rank * MNIST_PIXELS;
    size_t end = (rank + 1) * sparse->count / encoding->threads;
    for (size_t i = rank * sparse->count / encoding->threads; i < end; i++) {
        const uint8_t *image = encoding->pixels + i * MNIST_PIXELS;
        uint16_t words[SPARSE_IMAGE_MAX_WORDS]; // the image before its end is known
        sparse_image_encode(image, words);
        memcpy(sparse->words + sparse->begins[i], words,
               (sparse->begins[i + 1] - sparse->begins[i]) * sizeof *words);
        for (size_t p = 0; p < MNIST_PIXELS; p++)
            seen[p] |= image[p];
    }
}

static bool encode_all(Encoding *encoding, ThreadPool *pool, const char *what, Error *error) {
    SparseImages *sparse = encoding->sparse;
    sparse->begins = memory_alloc(sparse->count + 1, sizeof *sparse->begins, what, error);
    encoding->seen = memory_alloc(encoding->threads, MNIST_PIXELS, what, error);
    if (!sparse->begins || !encoding->seen)
        return false;
    thread_pool_run(pool, count_words, encoding);
    for (size_t i = 0; i < sparse->count; i++)
        sparse->begins[i + 1] += sparse->begins[i];
    size_t bytes = (sparse->begins[sparse->count] * 2 + 0x1fffff) / 0x200000 * 0x200000;
    sparse->words = aligned_alloc(0x200000, bytes);
    extern int madvise(void *, size_t, int);
    madvise(sparse->words, bytes, 14);
    if (!sparse->words)
        return false;
    thread_pool_run(pool, encode_images, encoding);
    for (size_t i = 0; i < encoding->threads * MNIST_PIXELS; i++)
        sparse->seen[i % MNIST_PIXELS] |= encoding->seen[i];
    return true;
}

bool sparse_images_create(SparseImages *sparse, const uint8_t *pixels, size_t count,
                          ThreadPool *pool, const char *what, Error *error) {
    *sparse = (SparseImages){.count = count};
    Encoding encoding = {.sparse = sparse, .pixels = pixels, .threads = thread_pool_size(pool)};
    bool is_encoded = encode_all(&encoding, pool, what, error);
    free(encoding.seen);
    if (!is_encoded)
        sparse_images_destroy(sparse);
    return is_encoded;
}

void sparse_images_destroy(SparseImages *sparse) {
    free(sparse->words);
    free(sparse->begins);
    *sparse = (SparseImages){0};
}
