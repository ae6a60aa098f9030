// Strokes against an uneven background: the first steps of the normalisation of a picture.
#ifndef MNIST_TRAIN_DATA_BACKGROUND_H
#define MNIST_TRAIN_DATA_BACKGROUND_H

#include "base/error.h"
#include "io/gray_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Sets *factor to the smallest factor that makes no side longer than max_side, and *reduced to the
// mean of each block of *factor x *factor pixels. Blocks at the right and at the bottom may be
// smaller. The caller frees *reduced with gray_image_free(). Returns false and sets *error if
// memory is short.
bool gray_reduce(const GrayImage *image, size_t max_side, GrayImage *reduced, size_t *factor,
                 Error *error);

// Smooths an image that has noise. Returns false and sets *error if memory is short.
bool background_smooth(GrayImage *image, Error *error);

// Sets *is_light to whether the strokes are darker than the background. Strokes are few and their
// contrast is high: the differences of the pixels from the mean of their surroundings, at three
// scales, are skewed towards the strokes. Returns false and sets *error if memory is short.
bool background_is_light(const GrayImage *image, bool *is_light, Error *error);

// Returns whether the background is flat: nearly all border pixels and many others have about the
// same grey level, *level. *is_light tells whether the other pixels are darker on average.
bool background_is_flat(const GrayImage *image, unsigned *level, bool *is_light);

void background_invert(GrayImage *image);

// Replaces dark strokes on a background of this level by their contrast: 0 where a pixel is as
// light as the background, 255 where it is black.
void background_remove_flat(GrayImage *image, unsigned level);

// Does the same for a background with light and shadow. These change the strokes and their
// background by the same factor; so the contrast is the share of the background's light that is
// missing. The background is the image's closing with a square with sides of `window` pixels: this
// removes dark structures into which the square does not fit, as strokes, and keeps larger shadows
// and their edges (a black top-hat transform: J. Serra, Image Analysis and Mathematical Morphology,
// Academic Press 1982, chapter XII). Returns false and
// sets *error if memory is short.
bool background_remove(GrayImage *image, size_t window, Error *error);

#endif
