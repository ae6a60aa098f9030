// Adam over the network: the moments of every shard's parameters, and how many steps were taken.
#ifndef MNIST_TRAIN_NN_OPTIMISER_H
#define MNIST_TRAIN_NN_OPTIMISER_H

#include "base/error.h"
#include "nn/adam.h"
#include "nn/network.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    double learning_rate;
    uint64_t steps;                  // taken
    ShardParameters *first_moments;  // (shards)
    ShardParameters *second_moments; // (shards)
} Optimiser;

// Both moments zero. False and the error: memory is short.
bool optimiser_create(Optimiser *optimiser, double learning_rate, Error *error);
void optimiser_destroy(Optimiser *optimiser);

// Both moments in the form of the network's tensors, and back.
void optimiser_moments(const Optimiser *optimiser, NetworkParameters *first,
                       NetworkParameters *second);
void optimiser_set_moments(Optimiser *optimiser, const NetworkParameters *first,
                           const NetworkParameters *second);

// Moves a shard's parameters one step against its gradient, of whose first layer there are only the
// rows of the batch's active pixels; that of other used pixels is zero. Pixels that are not used
// never had a gradient: their moments are zero, and Adam would leave their weights as they are.
// Leaves the shard as network_shard_gather_weights(shard, &next->active) would.
void optimiser_update_slice(const Optimiser *optimiser, const AdamScales *step,
                            const PixelList *used, const Batch *batch, const Batch *next,
                            NetworkShard *shard);

#endif
