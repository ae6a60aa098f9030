// Converts a picture of a digit to MNIST's format: light strokes on 0, scaled and centred by
// mnist_box.h.
#ifndef MNIST_TRAIN_DATA_NORMALISE_H
#define MNIST_TRAIN_DATA_NORMALISE_H

#include "base/dims.h"
#include "base/error.h"
#include "data/components.h"
#include "io/gray_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What was found in a picture, and what was done with it.
typedef struct {
    bool is_copied;      // in MNIST's format already; all below except is_inverted is then 0
    bool is_inverted;    // the strokes are dark
    bool is_cropped;     // the digit's box is less than half of the picture
    bool touches_border; // the digit does
    bool has_frame;      // removed
    size_t lines;        // ruled lines, removed
    size_t dropped;      // marks as large as a stroke that are no part of the digit
    size_t digits;       // marks or groups of marks as large as the digit, itself included
    Box box;             // of the digit, in the picture's pixels
    double filled;       // share of the box that is strokes
} Normalisation;

// Fills `digit`. A picture of 28x28 pixels whose border is black, or white, is already in MNIST's
// format: it is only copied, and inverted if the border is white. Any other picture is reduced to
// at most 512 pixels a side, its background is removed (background.h, threshold.h), then ruled
// lines and frames (ruled_lines.h), and the rest is reduced to the digit (digit_cluster.h). Returns
// false and sets *error if the picture has no strokes, none remain visible in 28x28, or memory is
// short. `path` is for the error.
bool normalise_digit(const char *path, const GrayImage *image, uint8_t digit[MNIST_PIXELS],
                     Normalisation *found, Error *error);

#endif
