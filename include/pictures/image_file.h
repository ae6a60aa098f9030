// The formats of image files, detected by their first bytes.
#ifndef MNIST_TRAIN_PICTURES_IMAGE_FILE_H
#define MNIST_TRAIN_PICTURES_IMAGE_FILE_H

#include "base/error.h"
#include "io/file_kind.h"
#include "pictures/gray_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IMAGE_FILE_MAGIC_BYTES = FILE_KIND_BYTES };

typedef enum {
    IMAGE_FILE_UNKNOWN,
    IMAGE_FILE_IDX, // images, labels or other values
    IMAGE_FILE_PNM,
    IMAGE_FILE_PNG,
    IMAGE_FILE_FOREIGN, // a format that other programs can convert to PNG
} ImageFileFormat;

// `magic`: the first bytes of a file, zero beyond its end.
ImageFileFormat image_file_detect(const uint8_t magic[IMAGE_FILE_MAGIC_BYTES]);

// Sets *error for a file that is neither PNM nor PNG: it tells what the file is and how to convert
// it, if that is known. `size`: the bytes of the file, at most IMAGE_FILE_MAGIC_BYTES. Returns
// false.
bool image_file_reject(const char *path, const uint8_t magic[IMAGE_FILE_MAGIC_BYTES], size_t size,
                       Error *error);

// Parses a PNM or PNG file. The caller frees the image with gray_image_free(). Returns false and
// sets *error as pnm_parse, png_parse or image_file_reject, or if the file is IDX; the image is
// then empty.
bool image_file_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *image,
                      Error *error);

#endif
