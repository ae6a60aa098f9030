// Grey images without their zero pixels: four fifths of MNIST's pixels are zero.
//
// The pixels are divided into bands, so that the index of a pixel in its band is a byte. An encoded
// image is a row of bytes:
//   counts (SPARSE_BANDS): the number of nonzero pixels in each band
//   indices: the index of each nonzero pixel in its band, ascending; one band after the other
//   values: of these pixels
#ifndef MNIST_TRAIN_DATA_SPARSE_IMAGES_H
#define MNIST_TRAIN_DATA_SPARSE_IMAGES_H

#include "base/error.h"
#include "base/thread_pool.h"
#include "data/mnist.h"

#include <stddef.h>
#include <stdint.h>

enum {
    SPARSE_BANDS = 4,
    SPARSE_BAND_PIXELS = 200, // the last band has the rest
    SPARSE_IMAGE_MAX_BYTES = SPARSE_BANDS + 2 * MNIST_PIXELS,
};

typedef struct {
    size_t count;
    uint8_t *bytes;             // the encoded images
    size_t *begins;             // (count + 1): image i is at bytes + begins[i]
    uint8_t seen[MNIST_PIXELS]; // not 0 if the pixel is nonzero in some image
} SparseImages;

// Encodes all images, (count, pixels), on the pool's threads. The pixels are not kept. Returns
// false and sets *error if memory is short; `what` names the images in the error.
bool sparse_images_create(SparseImages *sparse, const uint8_t *pixels, size_t count,
                          ThreadPool *pool, const char *what, Error *error);
void sparse_images_destroy(SparseImages *sparse); // zeroed or destroyed ones are allowed

static inline const uint8_t *sparse_images_at(const SparseImages *sparse, size_t index) {
    return sparse->bytes + sparse->begins[index];
}

// Reads a byte of each cache line of an image, so that the processor fetches them while it
// computes. Prefetch instructions have no effect on AMD Zen 4 if the address is not in the TLB.
static inline void sparse_images_read_ahead(const SparseImages *sparse, size_t index) {
    enum { CACHE_LINE = 64 };
    const volatile uint8_t *bytes = sparse->bytes; // volatile: the reads remain
    const size_t end = sparse->begins[index + 1];
    for (size_t i = sparse->begins[index]; i < end; i += CACHE_LINE)
        (void)bytes[i];
    (void)
        bytes[end - 1]; // of the last line, which the steps miss if the image begins within a line
}

// Encodes one image, (pixels), into a buffer of SPARSE_IMAGE_MAX_BYTES.
void sparse_image_encode(const uint8_t *pixels, uint8_t *image);

// The nonzero pixels of a band: pixel first_pixel + indices[i] has the value values[i].
typedef struct {
    size_t first_pixel;
    size_t count;
    const uint8_t *indices; // (count)
    const uint8_t *values;  // (count)
} SparseBand;

void sparse_image_bands(const uint8_t *image, SparseBand bands[SPARSE_BANDS]);

// Sets seen[p], (pixels), to 1 for each nonzero pixel p; the others keep their value.
void sparse_image_mark_seen(const uint8_t *image, uint8_t *seen);

// Fills a dense row, (columns): pixel p goes to row[column_of[p]] as byte_to_float[value], the rest
// is zero. Every nonzero pixel must have a column.
void sparse_image_load_row(const uint8_t *image, const uint16_t *column_of, size_t columns,
                           const float *byte_to_float, float *row);

#endif
