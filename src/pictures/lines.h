// Ruled lines and frames in a mask of strokes.
#ifndef MNIST_TRAIN_PICTURES_LINES_H
#define MNIST_TRAIN_PICTURES_LINES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t lines;   // without those of a frame
    bool has_frame; // two lines in each direction
} Lines;

// Removes from a mask, (height, width), of zeros and ones the thin lines, horizontal and vertical
// ones, that cross most of the picture. They may be inclined, curved and broken. Strokes that cross
// a line stay whole. If nothing else is in the mask, the lines are the digit, and stay. Returns
// false and sets *error if memory is short.
bool lines_remove(uint8_t *mask, size_t width, size_t height, Lines *removed, Error *error);

#endif
