// Images side by side in one picture.
#ifndef MNIST_TRAIN_REPORT_IMAGE_GRID_H
#define MNIST_TRAIN_REPORT_IMAGE_GRID_H

#include "base/error.h"
#include "data/dataset.h"
#include "data/transforms.h"

#include <stddef.h>
#include <stdint.h>

// The images of the first batch that a DataLoader(shuffle=True) gives after
// torch.manual_seed(seed), as the tutorial draws them before it makes its model: (batch size or
// dataset->count if that is less, pixels), the caller's, to be freed. NULL and the error: memory is
// short.
uint8_t *image_grid_first_batch(const Dataset *dataset, size_t batch_size, uint64_t seed,
                                const Transforms *transforms, size_t *count, Error *error);

// Writes them to a PNG as torchvision.utils.make_grid lays them out: eight a row, two black pixels
// between them and around; a single image alone. In colours, all of them grey. As
// atomic_file_write.
bool image_grid_write(const char *path, const uint8_t *images, size_t count, Error *error);

#endif
