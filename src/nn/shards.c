#include "shards.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(NETWORK_PARAMETERS == 101770, "the tensors have no gaps between them");

const Engine *engine_choose(bool is_reproducible) {
    return is_reproducible ? engine_ordered() : engine_blas();
}

Network *shards_create(size_t workspace_bytes, Error *error) {
    Network *network = memory_alloc_aligned(1, sizeof *network, "network", error);
    if (!network)
        return NULL;
    for (size_t i = 0; i <= UINT8_MAX; i++)
        network->byte_to_float[i] = (float)i / 255.0F;
    network->workspace = memory_alloc_aligned(workspace_bytes, 1, "network", error);
    if (network->workspace)
        return network;
    free(network);
    return NULL;
}

void network_destroy(Network *network) {
    if (network)
        free(network->workspace);
    free(network);
}

// Returns the place of number i of NetworkParameters.
static float *find(const Network *network, EngineTensors which, size_t i) {
#define FLOATS(type, tensor) (offsetof(type, tensor) / sizeof(float))
    enum {
        D1_BIAS = FLOATS(NetworkParameters, d1_bias),
        D2_WEIGHT = FLOATS(NetworkParameters, d2_weight),
        D2_BIAS = FLOATS(NetworkParameters, d2_bias),
    };
    size_t unit = 0; // the last bias has none, and is in the first shard
    size_t row;      // in the shard's tensors
    if (i < D1_BIAS) {
        unit = i / MNIST_PIXELS;
        row = i % MNIST_PIXELS * SHARD_UNITS;
    } else if (i < D2_WEIGHT) {
        unit = i - D1_BIAS;
        row = FLOATS(ShardParameters, d1_bias);
    } else if (i < D2_BIAS) {
        unit = (i - D2_WEIGHT) % NETWORK_HIDDEN;
        row = FLOATS(ShardParameters, d2_weight) + (i - D2_WEIGHT) / NETWORK_HIDDEN * SHARD_UNITS;
    } else {
        row = FLOATS(ShardParameters, d2_bias) + i - D2_BIAS;
    }
#undef FLOATS
    const Shard *shard = &network->shards[unit / SHARD_UNITS];
    const ShardParameters *tensors = which == ENGINE_PARAMETERS      ? &shard->parameters
                                     : which == ENGINE_FIRST_MOMENTS ? &shard->first_moments
                                                                     : &shard->second_moments;
    return (float *)tensors + row + unit % SHARD_UNITS;
}

void network_get(const Network *network, EngineTensors which, NetworkParameters *values) {
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++)
        ((float *)values)[i] = *find(network, which, i);
}

void network_set(Network *network, EngineTensors which, const NetworkParameters *values) {
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++)
        *find(network, which, i) = ((const float *)values)[i];
}

void network_logits(const Network *network, const Microbatch *microbatch, Logits logits) {
    const Logits *partial = network->partial[microbatch->number % 2];
    for (size_t i = 0; i < MNIST_CLASSES * microbatch->count; i++) {
        float sum = partial[0][i];
        for (size_t s = 1; s < SHARDS; s++)
            sum += partial[s][i];
        logits[i] = sum;
    }
}
