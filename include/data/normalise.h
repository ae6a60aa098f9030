// Converts a grayscale image of a digit to MNIST's format by the procedure of MNIST's authors: the
// digit is scaled to fit a box of 20x20 pixels with its aspect ratio kept, anti-aliased to grey
// levels, and placed in 28x28 so that its centre of mass lies at the centre.
// Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits",
// http://yann.lecun.com/exdb/mnist/.
#ifndef MNIST_TRAIN_DATA_NORMALISE_H
#define MNIST_TRAIN_DATA_NORMALISE_H

#include "base/error.h"
#include "data/mnist.h"
#include "io/gray_image.h"

#include <stdbool.h>
#include <stdint.h>

// Fills `digit` with light strokes on a background of 0. The background of `image` is the mean of
// its border pixels; strokes differ from it by more than an eighth of the range of grey levels. If
// the background is lighter than medium grey, the strokes are taken to be dark, and the image is
// inverted; *is_inverted tells whether it is. An image of 28x28 is already in MNIST's format: it is
// only inverted if needed. Returns false and sets *error if the image has no strokes or none remain
// visible in the box. `path` is for the error.
bool normalise_digit(const char *path, const GrayImage *image, uint8_t digit[MNIST_PIXELS],
                     bool *is_inverted, Error *error);

#endif
