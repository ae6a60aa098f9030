// PNM images, netpbm's pbm(5), pgm(5) and ppm(5): black and white, grey and colour, plain text (P1,
// P2, P3) and binary (P4, P5, P6), with one image per file.
#ifndef MNIST_TRAIN_PICTURES_PNM_H
#define MNIST_TRAIN_PICTURES_PNM_H

#include "base/error.h"
#include "pictures/gray_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Returns whether a file that starts with these bytes is a PNM file.
bool pnm_detect(const uint8_t magic[2]);

// Parses the bytes of a PNM file. Samples are scaled to 0 ... 255, and colours become their
// luminance. `path` is for the error. The caller frees the image with gray_image_free(). Returns
// false and sets *error if the header is malformed, the image has more than GRAY_IMAGE_MAX_PIXELS,
// a value is missing or above the maximum, anything but white space and comments follows the last
// value, or memory is short; the image is then empty.
bool pnm_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image, Error *error);

#endif
