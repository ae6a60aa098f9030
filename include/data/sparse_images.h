// Grey images without their zero pixels: four fifths of MNIST's pixels are zero, and the bandwidth
// of memory limits the speed of loading.
#ifndef MNIST_TRAIN_DATA_SPARSE_IMAGES_H
#define MNIST_TRAIN_DATA_SPARSE_IMAGES_H

#include "base/error.h"
#include "base/thread_pool.h"
#include "data/mnist.h"

#include <stddef.h>
#include <stdint.h>

enum {
    SPARSE_MASK_WORDS = (MNIST_PIXELS + 63) / 64,
    SPARSE_IMAGE_WORDS = SPARSE_MASK_WORDS + MNIST_PIXELS / 8 + 1, // buffer of sparse_image_encode
};

// An encoded image is nonzero_mask, (SPARSE_MASK_WORDS), a bit per pixel, followed by the nonzero
// pixels' values in ascending order, a byte each.
typedef struct {
    size_t count;
    const uint64_t **images;    // (count): each points into a shard
    struct SparseShard *shards; // (shard_count): the images that one thread encoded
    size_t shard_count;
    uint64_t seen[SPARSE_MASK_WORDS]; // the union of all masks
} SparseImages;

// Encodes all images, (count, pixels), on the pool's threads. The pixels are not kept. Returns
// false and sets *error if memory is short; `what` names the images in the error.
bool sparse_images_create(SparseImages *sparse, const uint8_t *pixels, size_t count,
                          ThreadPool *pool, const char *what, Error *error);
void sparse_images_destroy(SparseImages *sparse); // zeroed or destroyed ones are allowed

// Encodes one image, (pixels), into a buffer of SPARSE_IMAGE_WORDS words; returns the end of the
// encoded image. The word at the end may be overwritten; the buffer has room for it.
uint64_t *sparse_image_encode(const uint8_t *pixels, uint64_t *image);

// Adds the image's mask to a union of masks, (SPARSE_MASK_WORDS).
void sparse_image_add_mask(const uint64_t *image, uint64_t *seen);

// Lists the pixels of a mask, ascending; returns their number.
size_t sparse_mask_list(const uint64_t *mask, uint16_t *pixels);

// Fills a dense row, (columns): pixel p goes to row[column_of[p]] as byte_to_float[value], the rest
// is zero. Every nonzero pixel must have a column.
void sparse_image_load_row(const uint64_t *image, const uint16_t *column_of, size_t columns,
                           const float *byte_to_float, float *row);

#endif
