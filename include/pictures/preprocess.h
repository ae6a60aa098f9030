// Converts a picture of a digit to MNIST's format: light strokes on 0, scaled and centred as
// MNIST's authors did.
#ifndef MNIST_TRAIN_PICTURES_PREPROCESS_H
#define MNIST_TRAIN_PICTURES_PREPROCESS_H

#include "base/dims.h"
#include "base/error.h"
#include "pictures/gray_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t left, top, right, bottom; // right and bottom are exclusive
} Box;

// What was found in a picture, and what was done with it.
typedef struct {
    bool is_inverted;    // the strokes are dark
    bool is_cropped;     // the digit's box is less than half of the picture
    bool touches_border; // the digit does
    bool has_frame;      // removed
    size_t lines;        // ruled lines, removed
    size_t digits;       // groups of strokes about as large as the digit, itself included
    Box box;             // of the digit, in the picture's pixels
    double filled;       // share of the box that is strokes
} Preprocessing;

// Fills `digit`. A picture of 28x28 pixels that could be MNIST's own is only copied, and inverted
// if it is black on white: the box of what is not background has a longer side of 19 or 20 pixels,
// and the centre of mass is at most a pixel from the centre. All of *found but is_inverted is then
// 0. Of any other picture the strokes are found, ruled lines and frames are removed, and the
// largest group of strokes is put into MNIST's box. Returns false and sets *error if the picture
// has no strokes or memory is short. `path` is for the error.
bool preprocess_digit(const char *path, const GrayImage *picture, uint8_t digit[MNIST_PIXELS],
                      Preprocessing *found, Error *error);

#endif
