// PNG pictures (https://www.w3.org/TR/png/), with zlib.
#ifndef MNIST_TRAIN_IO_PNG_H
#define MNIST_TRAIN_IO_PNG_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef enum { PNG_GREY = 1, PNG_RGB = 3 } PngColours; // bytes a pixel

// True: *png is the file's bytes, the caller's, to be freed. pixels: (height, width, colours).
// False and the error: memory is short, or the picture has no pixels or too many for a PNG.
bool png_encode(const uint8_t *pixels, size_t width, size_t height, PngColours colours,
                uint8_t **png, size_t *size, Error *error);

#endif
