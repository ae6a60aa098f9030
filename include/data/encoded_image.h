// Images without their zeros: four fifths of MNIST's pixels are zero.
#ifndef MNIST_TRAIN_DATA_ENCODED_IMAGE_H
#define MNIST_TRAIN_DATA_ENCODED_IMAGE_H

#include "base/dims.h"

#include <stddef.h>
#include <stdint.h>

// An encoded image is a row of bytes. Its pixels are taken in blocks of two neighbours, and the
// blocks in bands, so that the index of a block in its band is a byte:
//   counts (BANDS): the number of blocks in each band with a nonzero pixel
//   indices: of each such block in its band, ascending; one band after the other
//   values: of the pixels of these blocks, two each
// A pixel is value / 255, as torchvision's ToTensor.
enum {
    BLOCK_PIXELS = 2,
    BLOCKS = MNIST_PIXELS / BLOCK_PIXELS,
    BANDS = 4, // the weights of a band for 64 units take 50 KB, about a first-level cache
    BAND_BLOCKS = BLOCKS / BANDS,
    ENCODED_IMAGE_MAX = BANDS + (1 + BLOCK_PIXELS) * BLOCKS,
};

typedef struct {
    size_t count;
    const uint8_t *indices; // (count)
    const uint8_t *values;  // (count, BLOCK_PIXELS)
} ImageBand;

// Encodes an image, (pixels), into a buffer of ENCODED_IMAGE_MAX bytes and returns its size.
size_t encode_image(const uint8_t *pixels, uint8_t *encoded);

// Fills `pixels` with the image.
void decode_image(const uint8_t *encoded, uint8_t pixels[MNIST_PIXELS]);

// Finds the bands of an encoded image.
static inline void encoded_bands(const uint8_t *encoded, ImageBand bands[BANDS]) {
    const uint8_t *indices = encoded + BANDS;
    const uint8_t *values = indices;
    for (size_t band = 0; band < BANDS; band++)
        values += encoded[band];
    for (size_t band = 0; band < BANDS; band++) {
        bands[band] = (ImageBand){encoded[band], indices, values};
        indices += encoded[band];
        values += (size_t)encoded[band] * BLOCK_PIXELS;
    }
}

#endif
