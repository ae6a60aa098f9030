#include "nn/network.h"

#include "nn/layers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(NETWORK_PARAMETERS == 101770, "the tensors lie without gaps between them");

NetworkShard *network_create(Error *error) {
    size_t size = NETWORK_SHARDS * sizeof(NetworkShard);
    NetworkShard *shards = aligned_alloc(alignof(NetworkShard), size);
    if (!shards) {
        error_set(error, "network: expected %zu bytes of memory, found less", size);
        return NULL;
    }
    memset(shards, 0, size);
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        shards[s].number = s;
    return shards;
}

void network_destroy(NetworkShard *shards) {
    free(shards);
}

static void initialise_linear(Random *random, size_t inputs, size_t outputs, float *weight,
                              float *bias) {
    float bound = (float)(1.0 / sqrt((double)inputs));
    random_uniform(random, -bound, bound, weight, outputs * inputs);
    random_uniform(random, -bound, bound, bias, outputs);
}

void network_initialise(NetworkParameters *parameters, Random *random) {
    initialise_linear(random, NETWORK_PIXELS, NETWORK_HIDDEN, parameters->d1_weight,
                      parameters->d1_bias);
    initialise_linear(random, NETWORK_HIDDEN, NETWORK_CLASSES, parameters->d2_weight,
                      parameters->d2_bias);
}

void network_shard_from_parameters(const NetworkParameters *whole, size_t shard,
                                   ShardParameters *part) {
    size_t first = shard * NETWORK_UNITS;
    for (size_t u = 0; u < NETWORK_UNITS; u++) {
        for (size_t p = 0; p < NETWORK_PIXELS; p++)
            part->d1_weight[p * NETWORK_UNITS + u] =
                whole->d1_weight[(first + u) * NETWORK_PIXELS + p];
        for (size_t c = 0; c < NETWORK_CLASSES; c++)
            part->d2_weight[c * NETWORK_UNITS + u] =
                whole->d2_weight[c * NETWORK_HIDDEN + first + u];
        part->d1_bias[u] = whole->d1_bias[first + u];
    }
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        part->d2_bias[c] = shard == 0 ? whole->d2_bias[c] : 0.0F;
}

void network_shard_to_parameters(const ShardParameters *part, size_t shard,
                                 NetworkParameters *whole) {
    size_t first = shard * NETWORK_UNITS;
    for (size_t u = 0; u < NETWORK_UNITS; u++) {
        for (size_t p = 0; p < NETWORK_PIXELS; p++)
            whole->d1_weight[(first + u) * NETWORK_PIXELS + p] =
                part->d1_weight[p * NETWORK_UNITS + u];
        for (size_t c = 0; c < NETWORK_CLASSES; c++)
            whole->d2_weight[c * NETWORK_HIDDEN + first + u] =
                part->d2_weight[c * NETWORK_UNITS + u];
        whole->d1_bias[first + u] = part->d1_bias[u];
    }
    if (shard == 0)
        memcpy(whole->d2_bias, part->d2_bias, sizeof whole->d2_bias);
}

static const float keep_scale = (float)(1.0 / (1.0 - NETWORK_DROPOUT));

void network_draw_mask(Random *random, size_t images, float *mask) {
    random_bernoulli(random, 1.0 - NETWORK_DROPOUT, keep_scale, mask, images * NETWORK_HIDDEN);
}

void network_shard_gather_weights(NetworkShard *shard, const PixelList *active) {
    for (size_t i = 0; i < active->count; i++)
        memcpy(shard->gathered_weight + i * NETWORK_UNITS,
               shard->parameters.d1_weight + (size_t)active->pixels[i] * NETWORK_UNITS,
               NETWORK_UNITS * sizeof(float));
}

void network_shard_forward(NetworkShard *shard, const BatchBlock *block, const float *mask,
                           Logits partial) {
    const ShardParameters *p = &shard->parameters;
    linear_forward(block->count, block->batch->active.count, NETWORK_UNITS, block->images,
                   shard->gathered_weight, p->d1_bias, shard->hidden);
    relu_forward(block->count * NETWORK_UNITS, shard->hidden);
    for (size_t i = 0; mask && i < block->count; i++)
        dropout_forward(NETWORK_UNITS, mask + i * NETWORK_HIDDEN + shard->number * NETWORK_UNITS,
                        shard->hidden + i * NETWORK_UNITS);
    logits_forward(block->count, NETWORK_UNITS, NETWORK_CLASSES, shard->hidden, p->d2_weight,
                   p->d2_bias, partial);
}

void network_sum_partial_logits(const Logits partial[NETWORK_SHARDS], size_t images,
                                Logits logits) {
    for (size_t i = 0; i < NETWORK_CLASSES * images; i++) {
        float sum = partial[0][i];
        for (size_t s = 1; s < NETWORK_SHARDS; s++)
            sum += partial[s][i];
        logits[i] = sum;
    }
}

double network_loss(Loss loss, const BatchBlock *block, const Logits logits, Logits dlogits) {
    float share = 1.0F / (float)block->batch->images;
    if (loss == LOSS_LOGITS)
        return softmax_cross_entropy(block->count, NETWORK_CLASSES, logits, block->labels, share,
                                     dlogits);
    Logits probabilities;
    softmax_forward(block->count, NETWORK_CLASSES, logits, probabilities);
    double sum = softmax_cross_entropy(block->count, NETWORK_CLASSES, probabilities, block->labels,
                                       share, dlogits);
    softmax_backward(block->count, NETWORK_CLASSES, probabilities, dlogits);
    return sum;
}

void network_shard_backward(NetworkShard *shard, const BatchBlock *block, const Logits dlogits,
                            bool dropout) {
    float keep = block->begins ? 0.0F : 1.0F;
    ShardParameters *d = &shard->gradient;
    logits_backward(block->count, NETWORK_UNITS, NETWORK_CLASSES, shard->hidden,
                    shard->parameters.d2_weight, dlogits, keep, d->d2_weight, d->d2_bias,
                    shard->dhidden);
    relu_dropout_backward(block->count * NETWORK_UNITS, shard->hidden, dropout ? keep_scale : 1.0F,
                          shard->dhidden);
    linear_backward(block->count, block->batch->active.count, NETWORK_UNITS, block->images,
                    shard->dhidden, keep, d->d1_weight, d->d1_bias);
    if (shard->number > 0)
        memset(d->d2_bias, 0, sizeof d->d2_bias);
}

size_t network_count_correct(const BatchBlock *block, const Logits logits) {
    size_t right = 0;
    for (size_t i = 0; i < block->count; i++) {
        size_t best = 0;
        for (size_t c = 1; c < NETWORK_CLASSES; c++)
            best = logits[c * block->count + i] > logits[best * block->count + i] ? c : best;
        right += best == block->labels[i];
    }
    return right;
}
