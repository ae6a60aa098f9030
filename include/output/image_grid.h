// A grid of images in one PNG.
#ifndef MNIST_TRAIN_OUTPUT_IMAGE_GRID_H
#define MNIST_TRAIN_OUTPUT_IMAGE_GRID_H

#include "base/error.h"
#include "data/dataset.h"
#include "data/transforms.h"

#include <stddef.h>
#include <stdint.h>

// Writes the images of the first batch after torch.manual_seed(seed), as preview_first_batch
// returns them, to a PNG with the layout of torchvision.utils.make_grid: eight in a row, with two
// black pixels between and around them; a single image has no padding. The pixels are RGB with
// equal components, as save_image writes them. Returns false and sets *error if memory is short or
// the file cannot be written (atomic_file_write).
bool image_grid_write(const char *path, const Dataset *dataset, size_t batch_size,
                      const Transforms *transforms, uint64_t seed, Error *error);

#endif
