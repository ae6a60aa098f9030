// A grid of images in one PNG.
#ifndef MNIST_TRAIN_REPORT_IMAGE_GRID_H
#define MNIST_TRAIN_REPORT_IMAGE_GRID_H

#include "base/error.h"
#include "data/dataset.h"
#include "data/transforms.h"

#include <stddef.h>
#include <stdint.h>

// Writes images (count, pixels) to a PNG as torchvision.utils.make_grid lays them out: eight a row,
// with two black pixels between them and around all; a single image alone. The PNG has RGB pixels
// of equal components. Returns false and sets *error if memory is short, or as atomic_file_write.
bool image_grid_write(const char *path, const uint8_t *images, size_t count, Error *error);

// Writes the grid of the first batch after torch.manual_seed(seed). The tutorial draws it before it
// makes its model.
bool image_grid_write_first_batch(const char *path, const Dataset *dataset, size_t batch_size,
                                  const Transforms *transforms, uint64_t seed, Error *error);

#endif
