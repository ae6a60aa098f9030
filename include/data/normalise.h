// A grey picture of any size becomes an image of MNIST's form.
// Source: LeCun, Cortes, Burges, "The MNIST database": ink in a box of 20x20 with its proportions
// kept, placed by its centre of mass in 28x28.
#ifndef MNIST_TRAIN_DATA_NORMALISE_H
#define MNIST_TRAIN_DATA_NORMALISE_H

#include "base/error.h"
#include "data/dataset.h"
#include "io/pgm.h"

#include <stdbool.h>
#include <stdint.h>

// Ink is what differs from the background, the mean of the border, by more than an eighth of the
// range: paper may be grey. A background above half is paper; then the picture is inverted. One of
// 28x28 is in MNIST's form already, and kept but for that. False and the error: there is no ink.
bool normalise_digit(const char *path, const GrayImage *picture, uint8_t image[MNIST_PIXELS],
                     bool *inverted, Error *error);

#endif
