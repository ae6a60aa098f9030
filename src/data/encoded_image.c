#include "data/encoded_image.h"

#include <string.h>

// Each block is written, and the next one overwrites it if it is zero: this has no branches to
// mispredict.
size_t encode_image(const uint8_t *pixels, uint8_t *encoded) {
    uint16_t values[BLOCKS]; // of blocks, in memory order
    uint8_t *indices = encoded + BANDS;
    size_t count = 0;
    for (size_t band = 0; band < BANDS; band++) {
        const size_t before = count;
        for (size_t block = 0; block < BAND_BLOCKS; block++, pixels += BLOCK_PIXELS) {
            memcpy(&values[count], pixels, BLOCK_PIXELS);
            indices[count] = (uint8_t)block;
            count += values[count] != 0;
        }
        encoded[band] = (uint8_t)(count - before);
    }
    memcpy(indices + count, values, count * BLOCK_PIXELS);
    return BANDS + count * (1 + BLOCK_PIXELS);
}

void decode_image(const uint8_t *encoded, uint8_t pixels[MNIST_PIXELS]) {
    ImageBand bands[BANDS];
    encoded_bands(encoded, bands);
    memset(pixels, 0, MNIST_PIXELS);
    for (size_t band = 0; band < BANDS; band++) {
        uint8_t *blocks = pixels + band * BAND_BLOCKS * BLOCK_PIXELS;
        for (size_t i = 0; i < bands[band].count; i++)
            memcpy(blocks + (size_t)bands[band].indices[i] * BLOCK_PIXELS,
                   bands[band].values + i * BLOCK_PIXELS, BLOCK_PIXELS);
    }
}
