// PGM images (netpbm's pgm(5)), plain text (P2) and binary (P5), with one image per file.
#ifndef MNIST_TRAIN_IO_PGM_H
#define MNIST_TRAIN_IO_PGM_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PGM_MAX_PIXELS = 64000000 };

typedef struct {
    size_t width;
    size_t height;
    uint8_t *values; // (height, width): 0 is black, 255 is white
} GrayImage;

// Returns whether a file that starts with these bytes is a PGM file.
bool pgm_detect(const uint8_t magic[2]);

// Parses the bytes of a PGM file; its values are scaled to 0 ... 255. `path` is for the error.
// The caller frees the image with gray_image_free(). Returns false and sets *error if the header is
// malformed, the image has more than PGM_MAX_PIXELS, a value is missing or above the maximum,
// anything but white space and comments follows the last value, or memory is short; the image is
// then empty.
bool pgm_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image, Error *error);

void gray_image_free(GrayImage *image);

#endif
