// Greyscale images, as the readers of image files return them.
#ifndef MNIST_TRAIN_PICTURES_GRAY_IMAGE_H
#define MNIST_TRAIN_PICTURES_GRAY_IMAGE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
bool gray_image_check_size(const char *path, size_t width, size_t height, Error *error);

// Returns the luminance of a colour by ITU-R 601-2, rounded as PIL's convert("L") does:
// L = (19595 R + 38470 G + 7471 B + 2^15) / 2^16. Equal values stay as they are.
uint8_t gray_image_luminance(uint8_t red, uint8_t green, uint8_t blue);

// Returns a sample from 0 to `maximum` as the nearest value from 0 to 255.
uint8_t gray_image_scale(size_t sample, size_t maximum);

void gray_image_free(GrayImage *image); // a zeroed or freed one is allowed

#endif
