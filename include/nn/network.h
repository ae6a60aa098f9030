// The tutorial's network: 784 pixels, linear, ReLU, dropout, 128 hidden units, linear, 10 classes.
//
// The hidden units are cut into fixed shards, each with its parameters, gradient and work space in
// memory of its own, so that threads can work on one shard each. Only the logits are sums over the
// shards, added in the shards' order: the results do not depend on who worked on which shard.
#ifndef MNIST_TRAIN_NN_NETWORK_H
#define MNIST_TRAIN_NN_NETWORK_H

#include "base/error.h"
#include "base/random.h"
#include "data/data_loader.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NETWORK_PIXELS = MNIST_PIXELS, // 784
    NETWORK_HIDDEN = 128,
    NETWORK_CLASSES = MNIST_CLASSES, // 10
    NETWORK_SHARDS = 4,
    NETWORK_UNITS = NETWORK_HIDDEN / NETWORK_SHARDS, // of a shard
    NETWORK_BLOCK = BATCHES_BLOCK,                   // the most images at a time
};

#define NETWORK_DROPOUT 0.2 // the share of hidden units that a training step leaves out

// The tensors of the tutorial's state_dict, in its order: one block of floats.
typedef struct {
    float d1_weight[NETWORK_HIDDEN * NETWORK_PIXELS];  // (hidden, pixels)
    float d1_bias[NETWORK_HIDDEN];                     // (hidden)
    float d2_weight[NETWORK_CLASSES * NETWORK_HIDDEN]; // (classes, hidden)
    float d2_bias[NETWORK_CLASSES];                    // (classes)
} NetworkParameters;

enum { NETWORK_PARAMETERS = sizeof(NetworkParameters) / sizeof(float) }; // 101,770

// A shard's part of them, and of whatever there is one of for each: gradient, moments.
typedef struct {
    alignas(64) float d1_weight[NETWORK_PIXELS * NETWORK_UNITS];  // (pixels, units)
    alignas(64) float d1_bias[NETWORK_UNITS];                     // (units)
    alignas(64) float d2_weight[NETWORK_CLASSES * NETWORK_UNITS]; // (classes, units)
    alignas(64) float d2_bias[NETWORK_CLASSES]; // (classes): the first shard's; in others zero
} ShardParameters;

typedef struct {
    size_t number; // of the shard
    ShardParameters parameters;
    ShardParameters gradient; // of the mean loss; d1_weight has only the active pixels' rows
    alignas(64) float gathered_weight[NETWORK_PIXELS * NETWORK_UNITS]; // (active pixels, units)
    alignas(64) float hidden[NETWORK_BLOCK * NETWORK_UNITS];  // (images, units): after dropout
    alignas(64) float dhidden[NETWORK_BLOCK * NETWORK_UNITS]; // (images, units)
} NetworkShard;

typedef enum {
    LOSS_TUTORIAL, // cross entropy of the softmax's output, as the tutorial: a softmax too many
    LOSS_LOGITS,   // cross entropy of the logits
} Loss;

// Logits or their gradient: (classes, images)
typedef float Logits[NETWORK_CLASSES * NETWORK_BLOCK];

// All shards, zero; to be freed with network_destroy. NULL and the error: memory is short.
NetworkShard *network_create(Error *error);
void network_destroy(NetworkShard *shards); // NULL is allowed

// As torch.nn.Linear's reset_parameters: every tensor from U(-b, b), b = 1 / sqrt(inputs).
void network_initialise(NetworkParameters *parameters, Random *random);

// From the tensors' form to a shard's part and back.
void network_shard_from_parameters(const NetworkParameters *whole, size_t shard,
                                   ShardParameters *part);
void network_shard_to_parameters(const ShardParameters *part, size_t shard,
                                 NetworkParameters *whole);

// A block's dropout mask, as torch.nn.Dropout in training draws it.
void network_draw_mask(Random *random, size_t images, float *mask); // (images, hidden)

// The work on a shard, for each batch: begin; for each of its blocks forward and, in training,
// backward, after all shards' logits were added.

// Brings the weights of the batch's active pixels together. (The optimiser does it for the next
// batch, in passing.)
void network_shard_gather_weights(NetworkShard *shard, const PixelList *active);

// Fills hidden and what the shard adds to the logits. Without a mask (NULL) nothing is dropped:
// evaluation.
void network_shard_forward(NetworkShard *shard, const BatchBlock *block,
                           const float *mask, // (images, hidden) or NULL
                           Logits partial);

// The shards' parts become the logits.
void network_sum_partial_logits(const Logits partial[NETWORK_SHARDS], size_t images, Logits logits);

// The sum of the images' losses, and the gradient that their share has in the batch's mean loss.
double network_loss(Loss loss, const BatchBlock *block, const Logits logits, Logits dlogits);

// Adds the block's share to the gradient; what was there before the batch's first block goes.
// dropout: whether there was a mask.
void network_shard_backward(NetworkShard *shard, const BatchBlock *block, const Logits dlogits,
                            bool dropout);

// How many images have their highest logit at their label (the first of equal ones counts, as in
// torch.max).
size_t network_count_correct(const BatchBlock *block, const Logits logits);

#endif
