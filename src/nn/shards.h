// The layout that both engines use: the hidden units in fixed shards of 32, each with its own
// parameters, gradient, moments and activations, in rows of 32 floats. A part of the work is a
// range of shards. The sum of the logits takes the shards in their order, so that the results do
// not depend on the parts.
#ifndef MNIST_TRAIN_NN_SHARDS_H
#define MNIST_TRAIN_NN_SHARDS_H

#include "base/simd.h"
#include "nn/engine.h"

#include <stdalign.h>

enum {
    SHARDS = ENGINE_MAX_PARTS,
    SHARD_UNITS = NETWORK_HIDDEN / SHARDS, // 32: a word of a dropout mask
};

// A shard's part of the parameters, and of the gradient and moments that belong to them.
typedef struct {
    alignas(CACHE_LINE) float d1_weight[MNIST_PIXELS * SHARD_UNITS];  // (pixels, units)
    alignas(CACHE_LINE) float d1_bias[SHARD_UNITS];                   // (units)
    alignas(CACHE_LINE) float d2_weight[MNIST_CLASSES * SHARD_UNITS]; // (classes, units)
    alignas(CACHE_LINE) float d2_bias[MNIST_CLASSES]; // (classes): in shard 0; zero in the others
} ShardParameters;

// The floats of all tensors, and the first one after d1_weight. The padding between the tensors
// stays zero.
enum {
    SHARD_FLOATS = sizeof(ShardParameters) / sizeof(float),
    SHARD_SMALL_TENSORS = offsetof(ShardParameters, d1_bias) / sizeof(float),
};

typedef struct {
    ShardParameters parameters;
    ShardParameters first_moments;
    ShardParameters second_moments;
    ShardParameters gradient;                                    // of the batch's mean loss so far
    alignas(CACHE_LINE) float hidden[MICROBATCH * SHARD_UNITS];  // (images, units): after dropout
    alignas(CACHE_LINE) float dhidden[MICROBATCH * SHARD_UNITS]; // its gradient, and then that
                                                                 // before dropout and ReLU
} Shard;

struct Network {
    Shard shards[SHARDS];
    Logits partial[2][SHARDS];          // of even and odd microbatches, since a thread may still
                                        // read one when another thread writes the next
    float byte_to_float[UINT8_MAX + 1]; // byte / 255
    void *workspace;                    // the engine's own
};

// The first shard of a part; that of the next part is its end.
static inline size_t shards_begin(size_t index, size_t count) {
    return index * SHARDS / count;
}

// Allocates a network of zeros with a zeroed workspace. Returns NULL and sets *error if memory is
// short.
Network *shards_create(size_t workspace_bytes, Error *error);

// The two engines, in the fastest vectors of this processor.
const Engine *engine_blas(void);
const Engine *engine_ordered(void);

#endif
