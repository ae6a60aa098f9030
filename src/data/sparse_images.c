#include "data/sparse_images.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP = sizeof(uint64_t) }; // pixels

_Static_assert(SPARSE_BAND_PIXELS % GROUP == 0 && MNIST_PIXELS % GROUP == 0, "bands of groups");
_Static_assert(SPARSE_BAND_PIXELS <= UINT8_MAX, "indices and counts of a band are bytes");
_Static_assert(SPARSE_BANDS *SPARSE_BAND_PIXELS >= MNIST_PIXELS, "all pixels are in a band");

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
void sparse_image_encode(const uint8_t *pixels, uint8_t *image) {
    uint8_t values[MNIST_PIXELS];
    uint8_t *indices = image + SPARSE_BANDS;
    size_t count = 0;
    for (size_t band = 0; band < SPARSE_BANDS; band++) {
        const size_t begin = band * SPARSE_BAND_PIXELS;
        const size_t end =
            begin + SPARSE_BAND_PIXELS < MNIST_PIXELS ? begin + SPARSE_BAND_PIXELS : MNIST_PIXELS;
        const size_t before = count;
        // cppcheck-suppress knownConditionTrueFalse // its values are of another band
        for (size_t first = begin; first < end; first += GROUP) {
            uint64_t group;
            memcpy(&group, pixels + first, sizeof group);
            if (group == 0)
                continue;
            for (size_t p = first; p < first + GROUP; p++) {
                indices[count] = (uint8_t)(p - begin);
                values[count] = pixels[p];
                count += pixels[p] != 0;
            }
        }
        image[band] = (uint8_t)(count - before);
    }
    // cppcheck-suppress uninitvar // as many are set as count says
    memcpy(indices + count, values, count);
}

void sparse_image_bands(const uint8_t *image, SparseBand bands[SPARSE_BANDS]) {
    const uint8_t *indices = image + SPARSE_BANDS;
    const uint8_t *values = indices;
    for (size_t band = 0; band < SPARSE_BANDS; band++)
        values += image[band];
    for (size_t band = 0; band < SPARSE_BANDS; band++) {
        // cppcheck-suppress constStatement // it takes the literal for an index
        bands[band] = (SparseBand){band * SPARSE_BAND_PIXELS, image[band], indices, values};
        indices += image[band];
        values += image[band];
    }
}

void sparse_image_mark_seen(const uint8_t *image, uint8_t *seen) {
    SparseBand bands[SPARSE_BANDS];
    sparse_image_bands(image, bands);
    for (size_t b = 0; b < SPARSE_BANDS; b++) {
        for (size_t i = 0; i < bands[b].count; i++)
            seen[bands[b].first_pixel + bands[b].indices[i]] = 1;
    }
}

void sparse_image_load_row(const uint8_t *image, const uint16_t *column_of, size_t columns,
                           const float *byte_to_float, float *row) {
    SparseBand bands[SPARSE_BANDS];
    sparse_image_bands(image, bands);
    memset(row, 0, columns * sizeof *row);
    for (size_t b = 0; b < SPARSE_BANDS; b++) {
        const uint16_t *band_columns = column_of + bands[b].first_pixel;
        for (size_t i = 0; i < bands[b].count; i++)
            row[band_columns[bands[b].indices[i]]] = byte_to_float[bands[b].values[i]];
    }
}

typedef struct {
    SparseImages *sparse;
    const uint8_t *pixels; // (count, pixels)
    uint8_t *seen;         // (threads, pixels)
    size_t threads;
} Encoding;

// Sets begins[i + 1] to the size of image i.
static void count_bytes(void *context, size_t rank) {
    Encoding *encoding = context;
    SparseImages *sparse = encoding->sparse;
    size_t end = (rank + 1) * sparse->count / encoding->threads;
    for (size_t i = rank * sparse->count / encoding->threads; i < end; i++) {
        size_t count = count_nonzero(encoding->pixels + i * MNIST_PIXELS);
        sparse->begins[i + 1] = SPARSE_BANDS + 2 * count;
    }
}

static void encode_images(void *context, size_t rank) {
    Encoding *encoding = context;
    SparseImages *sparse = encoding->sparse;
    uint8_t *seen = encoding->seen + rank * MNIST_PIXELS;
    size_t end = (rank + 1) * sparse->count / encoding->threads;
    for (size_t i = rank * sparse->count / encoding->threads; i < end; i++) {
        const uint8_t *image = encoding->pixels + i * MNIST_PIXELS;
        uint8_t encoded[SPARSE_IMAGE_MAX_BYTES]; // the encoder writes after the image's end
        sparse_image_encode(image, encoded);
        memcpy(sparse->bytes + sparse->begins[i], encoded,
               sparse->begins[i + 1] - sparse->begins[i]);
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
    thread_pool_run(pool, count_bytes, encoding);
    for (size_t i = 0; i < sparse->count; i++)
        sparse->begins[i + 1] += sparse->begins[i];
    sparse->bytes = memory_alloc(sparse->begins[sparse->count], 1, what, error);
    if (!sparse->bytes)
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
    free(sparse->bytes);
    free(sparse->begins);
    *sparse = (SparseImages){0};
}
