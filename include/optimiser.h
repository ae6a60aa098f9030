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

// Both moments in the form of the network's tensors, and back.
void optimiser_moments(const Optimiser *optimiser, NetworkParameters *first,
                       NetworkParameters *second);
void optimiser_set_moments(Optimiser *optimiser, const NetworkParameters *first,
                           const NetworkParameters *second);

// Moves a slice's parameters one step against its gradient, of whose first layer there are only the
// rows of the batch's active pixels; that of other used pixels is zero. Pixels that are not used
// never had a gradient: their moments are zero, and Adam would leave their weights as they are.
// Leaves the slice as network_slice_begin(slice, &next->active) would.
void optimiser_update_slice(const Optimiser *optimiser, const AdamStep *step, const PixelList *used,
                            const Batch *batch, const Batch *next, NetworkSlice *slice);

#endif
