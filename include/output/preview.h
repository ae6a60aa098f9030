// Images for display: in the terminal, and the first training batch in a PNG. Transformed as for
// training, but still bytes.
#ifndef MNIST_TRAIN_OUTPUT_PREVIEW_H
#define MNIST_TRAIN_OUTPUT_PREVIEW_H

#include "base/dims.h"
#include "base/error.h"
#include "base/random.h"
#include "base/terminal.h"
#include "data/dataset.h"
#include "train/settings.h"

#include <stddef.h>
#include <stdint.h>

// Fills `image` with an image of the dataset, transformed as torchvision's train_set[index].
void preview_image(const Dataset *dataset, size_t index, const Transforms *transforms,
                   Random *random, uint8_t image[MNIST_PIXELS]);

// Returns the images of the first batch of DataLoader(batch_size, shuffle=True), (*count, pixels),
// which the caller frees. *count is batch_size, or dataset->count if that is less. Draws from
// `random` as PyTorch does: two numbers for the order, then the transforms of each image. Returns
// NULL and sets *error if memory is short.
uint8_t *preview_first_batch(const Dataset *dataset, size_t batch_size,
                             const Transforms *transforms, Random *random, size_t *count,
                             Error *error);

// Writes the images of the run's first batch to a PNG with the layout of
// torchvision.utils.make_grid: eight in a row, with two black pixels between and around them; a
// single image has no padding. The pixels are RGB with equal components, as save_image writes them.
// Returns false and sets *error if memory is short or the file cannot be written
// (atomic_file_write).
bool preview_write_grid(const char *path, const Dataset *dataset, const TrainConfig *config,
                        Error *error);

// Prints an image on stdout: in shades of grey where the terminal has colours and block characters,
// else in ASCII.
void preview_print(const Terminal *terminal, const uint8_t image[MNIST_PIXELS]);

#endif
