// A threshold that separates strokes from the background in an image of contrast.
#ifndef MNIST_TRAIN_DATA_THRESHOLD_H
#define MNIST_TRAIN_DATA_THRESHOLD_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    unsigned background; // median of all values
    unsigned strokes;    // values above this belong to strokes
} Threshold;

// Starts above the noise of the background, and moves to the middle between the means of the values
// below and above until it stays (T. W. Ridler, S. Calvard, "Picture thresholding using an
// iterative selection method", IEEE Transactions on Systems, Man and Cybernetics 8, 1978). No value
// is above threshold.strokes if there are no strokes.
Threshold threshold_choose(const uint8_t *values, size_t count);

#endif
