// A grey picture of any size, a PGM file, becomes an image of MNIST's form.
// Sources: netpbm's pgm(5); LeCun, Cortes, Burges, "The MNIST database": ink in a box of 20x20 with
// its proportions kept, placed by its centre of mass in 28x28.
#ifndef MNIST_TRAIN_DATA_NORMALISE_H
#define MNIST_TRAIN_DATA_NORMALISE_H

#include "base/error.h"
#include "data/dataset.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t width;
    size_t height;
    uint8_t *values; // (height, width): 0 black to 255 white
} GrayImage;

// Whether a file that begins so is a PGM file: P2 (text) or P5 (binary).
bool pgm_detect(const uint8_t begin[2]);

// Reads a PGM file's bytes; the path is for the error. True: to be freed. False and the error: it
// is cut, has more than one picture or a value above its maximum, or is larger than 64 million
// pixels.
bool pgm_parse(const char *path, const uint8_t *bytes, size_t size, GrayImage *picture,
               Error *error);
void gray_image_free(GrayImage *picture);

// Ink is what differs from the background, the mean of the border, by more than an eighth of the
// range: paper may be grey. A background above half is paper; then the picture is inverted. One of
// 28x28 is in MNIST's form already, and kept but for that. False and the error: there is no ink.
bool normalise_digit(const char *path, const GrayImage *picture, uint8_t image[MNIST_PIXELS],
                     bool *inverted, Error *error);

#endif
