// PNG decoder and encoder (https://www.w3.org/TR/png-3/), with zlib.
#ifndef MNIST_TRAIN_PICTURES_PNG_H
#define MNIST_TRAIN_PICTURES_PNG_H

#include "base/error.h"
#include "pictures/gray_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PNG_SIGNATURE_BYTES = 8 };

// Returns whether a file that starts with these bytes is a PNG file.
bool png_detect(const uint8_t signature[PNG_SIGNATURE_BYTES]);

// Parses the bytes of a PNG file: every colour type, bit depth and filter, palettes, transparency,
// interlaced images. Samples are scaled to 0 ... 255, transparent pixels are composited over white,
// or over black if nothing shows on white, and colours become their luminance, in this order.
// Gamma, colour profiles, the order of chunks and bytes after IEND are ignored, and colours beyond
// the palette are black. `path` is for the error. The caller frees the image with
// gray_image_free(). Returns false and sets *error if a chunk is malformed or of an unknown
// critical type, a CRC or the checksum of the pixels is wrong, the file is cut short, its pixels
// are too few or too many, the image has more than GRAY_IMAGE_MAX_PIXELS, or memory is short; the
// image is then empty.
bool png_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image, Error *error);

typedef enum { PNG_GREY = 1, PNG_RGB = 3 } PngColours; // bytes per pixel

// Encodes pixels, (height, width, colours), at most a gigabyte, as a PNG file; the caller frees
// *png. Returns false and sets *error if memory is short; *png is then NULL.
bool png_encode(const uint8_t *pixels, size_t width, size_t height, PngColours colours,
                uint8_t **png, size_t *size, Error *error);

#endif
