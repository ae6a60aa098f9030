// The steps of preprocess_digit, in their order; src/pictures/preprocess.c chooses the digit
// between the second and the third.
#ifndef MNIST_TRAIN_PICTURES_STEPS_H
#define MNIST_TRAIN_PICTURES_STEPS_H

#include "base/dims.h"
#include "base/error.h"
#include "pictures/gray_image.h"
#include "pictures/preprocess.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t factor;        // of the reduction: a pixel is the mean of factor x factor of the picture
    size_t width, height; // after the reduction
    bool are_dark;        // in the picture
    uint8_t *contrast;    // (height, width): from 0 as the background to 255, black on light
    uint8_t *mask;        // (height, width): 1 for strokes, else 0
    unsigned background;  // median of the contrast
    uint8_t *bytes;       // memory of the arrays
    size_t lines;         // ruled lines that were removed, without those of a frame
    bool has_frame;       // two lines in each direction
} Strokes;

// Reduces the picture by a whole factor and separates its strokes from the background, whichever of
// them is dark, in uneven light. The mask is empty if it has none. The caller frees *strokes with
// strokes_free, also after an error. Returns false and sets *error if memory is short.
bool strokes_find(const GrayImage *picture, Strokes *strokes, Error *error);

void strokes_free(Strokes *strokes); // a zeroed or freed one is allowed

// Removes from the mask the thin lines, horizontal and vertical ones, that cross most of the
// picture. They may be inclined, curved and broken. Strokes that cross a line stay whole. If
// nothing else is in the mask, the lines are the digit, and stay. Returns false and sets *error if
// memory is short.
bool lines_remove(Strokes *strokes, Error *error);

// Fills `digit` with the part of `strokes` that is in the box, light on 0, by the procedure of
// MNIST's authors: it is scaled to fit a box of 20x20 pixels with its aspect ratio kept,
// anti-aliased to grey levels, and placed in 28x28 so that its centre of mass lies at the centre,
// in pixel 14. Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits",
// http://yann.lecun.com/exdb/mnist/.
void mnist_box_fit(const GrayImage *strokes, Box box, uint8_t digit[MNIST_PIXELS]);

#endif
