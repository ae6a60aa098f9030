// MNIST's size and position of a digit, by the procedure of MNIST's authors: the digit is scaled to
// fit a box of 20x20 pixels with its aspect ratio kept, anti-aliased to grey levels, and placed in
// 28x28 so that its centre of mass lies at the centre, in pixel 14. Source: LeCun, Cortes, Burges,
// "The MNIST database of handwritten digits", http://yann.lecun.com/exdb/mnist/.
#ifndef MNIST_TRAIN_PICTURES_MNIST_BOX_H
#define MNIST_TRAIN_PICTURES_MNIST_BOX_H

#include "base/dims.h"
#include "pictures/gray_image.h"
#include "pictures/preprocess.h"

#include <stdint.h>

// Fills `digit` with the part of `strokes` that is in the box; `strokes` is light on 0.
void mnist_box_fit(const GrayImage *strokes, Box box, uint8_t digit[MNIST_PIXELS]);

#endif
