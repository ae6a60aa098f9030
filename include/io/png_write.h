// PNG encoder (https://www.w3.org/TR/png/), with zlib.
#ifndef MNIST_TRAIN_IO_PNG_WRITE_H
#define MNIST_TRAIN_IO_PNG_WRITE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef enum { PNG_GREY = 1, PNG_RGB = 3 } PngColours; // bytes per pixel

// Encodes pixels, (height, width, colours), as a PNG file; the caller frees *png. Returns false and
// sets *error if there are no pixels, more than a PNG can hold, or memory is short; *png is then
// NULL.
bool png_encode(const uint8_t *pixels, size_t width, size_t height, PngColours colours,
                uint8_t **png, size_t *size, Error *error);

#endif
