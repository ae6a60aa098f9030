// Adam over the network: the moments of every shard's parameters.
#ifndef MNIST_TRAIN_NN_ADAM_H
#define MNIST_TRAIN_NN_ADAM_H

#include "base/error.h"
#include "nn/adam_kernel.h"
#include "nn/network.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    double learning_rate;
    AdamArithmetic arithmetic;
    ShardParameters *first_moments;  // (shards)
    ShardParameters *second_moments; // (shards)
} Adam;

// Allocates moments of zero; the caller calls adam_destroy. Returns false and sets *error if memory
// is short.
bool adam_create(Adam *adam, double learning_rate, AdamArithmetic arithmetic, Error *error);
void adam_destroy(Adam *adam); // a zeroed one is allowed

void adam_get_moments(const Adam *adam, NetworkParameters *first, NetworkParameters *second);
void adam_set_moments(Adam *adam, const NetworkParameters *first, const NetworkParameters *second);

// The columns of d1_weight that a step needs. All arrays by pixel hold NETWORK_PIXELS entries.
typedef struct {
    size_t seen;                 // number of pixels that can have a gradient
    const uint16_t *seen_pixels; // (seen): the moments of all others are zero, and Adam would not
                                 // move their weights
    const uint16_t *column_of;   // by pixel: its column in the gradient, or ADAM_NO_ROW
    const uint16_t *next_column_of; // by pixel: its column in the next batch, or ADAM_NO_ROW; NULL
                                    // gathers nothing
} AdamColumns;

// Moves a shard's parameters one step against its gradient and updates its moments. Unless
// next_column_of is NULL, fills gathered_weight as network_shard_gather_weights does for the next
// batch.
void adam_update_shard(Adam *adam, const AdamScales *scales, const AdamColumns *columns,
                       NetworkShard *shard);

#endif
