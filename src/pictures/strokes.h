// Separates the strokes of a picture from its background, whichever of them is dark, in uneven
// light.
#ifndef MNIST_TRAIN_PICTURES_STROKES_H
#define MNIST_TRAIN_PICTURES_STROKES_H

#include "pictures/gray_image.h"

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
} Strokes;

// Reduces the picture by a whole factor and finds its strokes; the mask is empty if it has none.
// The caller frees *strokes with strokes_free, also after an error. Returns false and sets *error
// if memory is short.
bool strokes_find(const GrayImage *picture, Strokes *strokes, Error *error);

void strokes_free(Strokes *strokes); // a zeroed or freed one is allowed

#endif
