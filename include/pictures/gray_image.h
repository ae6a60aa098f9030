// Greyscale images, as the readers of image files return them.
#ifndef MNIST_TRAIN_PICTURES_GRAY_IMAGE_H
#define MNIST_TRAIN_PICTURES_GRAY_IMAGE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    GRAY_IMAGE_MAX_PIXELS = 64000000,
    // Smaller differences are the texture of paper or the noise of a camera: a tenth of the range.
    GRAY_IMAGE_MIN_CONTRAST = 25,
};

typedef struct {
    size_t width;
    size_t height;
    uint8_t *values; // (height, width): 0 is black, 255 is white
} GrayImage;

// Returns false and sets *error if an image of this size has no pixels, or more than
// GRAY_IMAGE_MAX_PIXELS. `path` is for the error.
static inline bool gray_image_check_size(const char *path, size_t width, size_t height,
                                         Error *error) {
    return (width > 0 && height > 0 && width <= GRAY_IMAGE_MAX_PIXELS / height) ||
           error_set(error, "%s: expected at most %d pixels, found %zux%zu", path,
                     GRAY_IMAGE_MAX_PIXELS, width, height);
}

// Returns the luminance of a colour by ITU-R 601-2, rounded as PIL's convert("L") does:
// L = (19595 R + 38470 G + 7471 B + 2^15) / 2^16. Equal values stay as they are.
static inline uint8_t gray_image_luminance(uint8_t red, uint8_t green, uint8_t blue) {
    return (uint8_t)((red * 19595U + green * 38470U + blue * 7471U + 0x8000U) >> 16);
}

// Returns a sample from 0 to `maximum` as the nearest value from 0 to 255.
static inline uint8_t gray_image_scale(size_t sample, size_t maximum) {
    return (uint8_t)((sample * 255 + maximum / 2) / maximum);
}

static inline void gray_image_free(GrayImage *image) { // a zeroed or freed one is allowed
    free(image->values);
    *image = (GrayImage){0};
}

#endif
