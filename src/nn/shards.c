#include "shards.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(NETWORK_PARAMETERS == 101770, "the tensors have no gaps between them");

const Engine *engine_choose(bool is_reproducible) {
    return is_reproducible ? &engine_ordered : &engine_blas;
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

void shards_destroy(Network *network) {
    if (network)
        free(network->workspace);
    free(network);
}

static void copy_from_shard(const ShardParameters *part, size_t shard, NetworkParameters *values) {
    const size_t first = shard * SHARD_UNITS;
    for (size_t u = 0; u < SHARD_UNITS; u++) {
        for (size_t p = 0; p < MNIST_PIXELS; p++)
            values->d1_weight[(first + u) * MNIST_PIXELS + p] =
                part->d1_weight[p * SHARD_UNITS + u];
        for (size_t c = 0; c < MNIST_CLASSES; c++)
            values->d2_weight[c * NETWORK_HIDDEN + first + u] =
                part->d2_weight[c * SHARD_UNITS + u];
        values->d1_bias[first + u] = part->d1_bias[u];
    }
    if (shard == 0)
        memcpy(values->d2_bias, part->d2_bias, sizeof values->d2_bias);
}

static void copy_to_shard(const NetworkParameters *values, size_t shard, ShardParameters *part) {
    const size_t first = shard * SHARD_UNITS;
    for (size_t u = 0; u < SHARD_UNITS; u++) {
        for (size_t p = 0; p < MNIST_PIXELS; p++)
            part->d1_weight[p * SHARD_UNITS + u] =
                values->d1_weight[(first + u) * MNIST_PIXELS + p];
        for (size_t c = 0; c < MNIST_CLASSES; c++)
            part->d2_weight[c * SHARD_UNITS + u] =
                values->d2_weight[c * NETWORK_HIDDEN + first + u];
        part->d1_bias[u] = values->d1_bias[first + u];
    }
    for (size_t c = 0; c < MNIST_CLASSES; c++)
        part->d2_bias[c] = shard == 0 ? values->d2_bias[c] : 0.0F;
}

static const ShardParameters *tensors(const Shard *shard, EngineTensors which) {
    return which == ENGINE_PARAMETERS      ? &shard->parameters
           : which == ENGINE_FIRST_MOMENTS ? &shard->first_moments
                                           : &shard->second_moments;
}

void shards_get(const Network *network, EngineTensors which, NetworkParameters *values) {
    for (size_t s = 0; s < SHARDS; s++)
        copy_from_shard(tensors(&network->shards[s], which), s, values);
}

void shards_set(Network *network, EngineTensors which, const NetworkParameters *values) {
    for (size_t s = 0; s < SHARDS; s++)
        copy_to_shard(values, s, (ShardParameters *)tensors(&network->shards[s], which));
}

void shards_logits(const Network *network, const Microbatch *microbatch, Logits logits) {
    const PartialLogits *partial = network->partial[microbatch->number % 2];
    for (size_t i = 0; i < MNIST_CLASSES * microbatch->count; i++) {
        float sum = partial[0].logits[i];
        for (size_t s = 1; s < SHARDS; s++)
            sum += partial[s].logits[i];
        logits[i] = sum;
    }
}
