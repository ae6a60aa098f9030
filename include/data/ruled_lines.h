// Ruled lines and frames in a mask of strokes.
#ifndef MNIST_TRAIN_DATA_RULED_LINES_H
#define MNIST_TRAIN_DATA_RULED_LINES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t lines;   // that cross the picture, without those of the frame
    bool has_frame; // at least three sides of a rectangle in the outer quarters of the picture
} RuledLines;

// Removes thin straight lines from a mask, (height, width), of zeros and ones: horizontal and
// vertical ones, inclined by at most six degrees, that cross the picture from border to border, and
// the sides of a frame. They are found by counting the pixels along each line (P. V. C. Hough, US
// patent 3069654, 1962). Only the places where the mask is as thin as the line are removed, so that
// strokes which cross a line stay whole. Returns false and sets *error if memory is short.
bool ruled_lines_remove(uint8_t *mask, size_t width, size_t height, RuledLines *removed,
                        Error *error);

#endif
