// Adam over the network: the moments of every slice's parameters, and how many steps were taken.
#ifndef MNIST_TRAIN_OPTIMISER_H
#define MNIST_TRAIN_OPTIMISER_H

#include "adam.h"
#include "error.h"
#include "network.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    double learning_rate;
    uint64_t steps;                  // taken
    SliceParameters *first_moments;  // (slices)
    SliceParameters *second_moments; // (slices)
} Optimiser;

// Both moments zero. False and the error: memory is short.
bool optimiser_create(Optimiser *optimiser, double learning_rate, Error *error);
void optimiser_destroy(Optimiser *optimiser);

// Moves a slice's parameters one step against its gradient, whose first layer has rows for the
// active pixels only; the idle ones' gradient is zero. The pixels of no run never had a gradient:
// their moments are zero, and Adam would leave their weights as they are.
void optimiser_update_slice(const Optimiser *optimiser, const AdamStep *step, const PixelRuns *runs,
                            NetworkSlice *slice);

#endif
