#include "nn/network.h"

#include "base/memory.h"
#include "nn/layers.h"
#include "nn/ordered_layers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(NETWORK_PARAMETERS == 101770, "the tensors have no gaps between them");

Network *network_create(bool is_reproducible, Error *error) {
    Network *network = memory_alloc_aligned(1, sizeof *network, "network", error);
    if (!network)
        return NULL;
    network->is_reproducible = is_reproducible;
    for (size_t s = 0; s < NETWORK_SHARDS; s++) {
        network->shards[s].index = s;
        network->shards[s].is_reproducible = is_reproducible;
    }
    return network;
}

void network_destroy(Network *network) {
    free(network);
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

void network_shard_from_parameters(const NetworkParameters *parameters, size_t shard,
                                   ShardParameters *part) {
    size_t first = shard * NETWORK_UNITS;
    for (size_t u = 0; u < NETWORK_UNITS; u++) {
        for (size_t p = 0; p < NETWORK_PIXELS; p++)
            part->d1_weight[p * NETWORK_UNITS + u] =
                parameters->d1_weight[(first + u) * NETWORK_PIXELS + p];
        for (size_t c = 0; c < NETWORK_CLASSES; c++)
            part->d2_weight[c * NETWORK_UNITS + u] =
                parameters->d2_weight[c * NETWORK_HIDDEN + first + u];
        part->d1_bias[u] = parameters->d1_bias[first + u];
    }
    for (size_t c = 0; c < NETWORK_CLASSES; c++)
        part->d2_bias[c] = shard == 0 ? parameters->d2_bias[c] : 0.0F;
}

void network_shard_to_parameters(const ShardParameters *part, size_t shard,
                                 NetworkParameters *parameters) {
    size_t first = shard * NETWORK_UNITS;
    for (size_t u = 0; u < NETWORK_UNITS; u++) {
        for (size_t p = 0; p < NETWORK_PIXELS; p++)
            parameters->d1_weight[(first + u) * NETWORK_PIXELS + p] =
                part->d1_weight[p * NETWORK_UNITS + u];
        for (size_t c = 0; c < NETWORK_CLASSES; c++)
            parameters->d2_weight[c * NETWORK_HIDDEN + first + u] =
                part->d2_weight[c * NETWORK_UNITS + u];
        parameters->d1_bias[first + u] = part->d1_bias[u];
    }
    if (shard == 0)
        memcpy(parameters->d2_bias, part->d2_bias, sizeof parameters->d2_bias);
}

void network_get_parameters(const Network *network, NetworkParameters *parameters) {
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        network_shard_to_parameters(&network->shards[s].parameters, s, parameters);
}

void network_set_parameters(Network *network, const NetworkParameters *parameters) {
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        network_shard_from_parameters(parameters, s, &network->shards[s].parameters);
}

static const float keep_scale = (float)(1.0 / (1.0 - NETWORK_DROPOUT));

void network_draw_mask(Random *random, size_t images, float *mask) {
    random_bernoulli(random, 1.0 - NETWORK_DROPOUT, keep_scale, mask, images * NETWORK_HIDDEN);
}

void network_shard_gather_weights(NetworkShard *shard, size_t columns, const uint16_t *pixels) {
    for (size_t i = 0; i < columns; i++)
        memcpy(shard->gathered_weight + i * NETWORK_UNITS,
               shard->parameters.d1_weight + (size_t)pixels[i] * NETWORK_UNITS,
               NETWORK_UNITS * sizeof(float));
}

void network_shard_forward(NetworkShard *shard, const NetworkInput *input, const float *mask,
                           Logits partial_logits) {
    const ShardParameters *p = &shard->parameters;
    if (shard->is_reproducible)
        ordered_linear_forward(&input->by_image, p->d1_weight, p->d1_bias, shard->hidden);
    else
        linear_forward(input->images, input->columns, NETWORK_UNITS, input->rows,
                       shard->gathered_weight, p->d1_bias, shard->hidden);
    relu_forward(input->images * NETWORK_UNITS, shard->hidden);
    for (size_t i = 0; mask && i < input->images; i++)
        dropout_forward(NETWORK_UNITS, mask + i * NETWORK_HIDDEN + shard->index * NETWORK_UNITS,
                        shard->hidden + i * NETWORK_UNITS);
    if (shard->is_reproducible)
        ordered_logits_forward(input->images, NETWORK_CLASSES, shard->hidden, p->d2_weight,
                               p->d2_bias, partial_logits);
    else
        logits_forward(input->images, NETWORK_UNITS, NETWORK_CLASSES, shard->hidden, p->d2_weight,
                       p->d2_bias, partial_logits);
}

void network_sum_partial_logits(const Logits partial_logits[NETWORK_SHARDS], size_t images,
                                Logits logits) {
    for (size_t i = 0; i < NETWORK_CLASSES * images; i++) {
        float sum = partial_logits[0][i];
        for (size_t s = 1; s < NETWORK_SHARDS; s++)
            sum += partial_logits[s][i];
        logits[i] = sum;
    }
}

const char *network_loss_name(Loss loss) {
    return loss == LOSS_LOGITS ? "logits" : "tutorial";
}

// Overfitted networks have gradients whose products are denormals. These are slow, and processors
// flush them in different ways. Gradients this small move no weight.
static void flush_tiny_gradients(size_t count, float *gradient) {
    const float min = 0x1p-60F;
    for (size_t i = 0; i < count; i++)
        gradient[i] = fabsf(gradient[i]) < min ? 0.0F : gradient[i];
}

double network_loss(Loss loss, size_t images, size_t batch_images, const Logits logits,
                    const uint8_t *labels, Logits dlogits) {
    float grad_scale = 1.0F / (float)batch_images;
    double sum;
    if (loss == LOSS_LOGITS) {
        sum = softmax_cross_entropy(images, NETWORK_CLASSES, logits, labels, grad_scale, dlogits);
    } else {
        Logits probabilities;
        softmax_forward(images, NETWORK_CLASSES, logits, probabilities);
        sum = softmax_cross_entropy(images, NETWORK_CLASSES, probabilities, labels, grad_scale,
                                    dlogits);
        softmax_backward(images, NETWORK_CLASSES, probabilities, dlogits);
    }
    flush_tiny_gradients(images * NETWORK_CLASSES, dlogits);
    return sum;
}

void network_shard_backward(NetworkShard *shard, const NetworkInput *input, const Logits dlogits,
                            bool is_first_of_batch, bool has_dropout) {
    float beta = is_first_of_batch ? 0.0F : 1.0F;
    ShardParameters *d = &shard->gradient;
    if (shard->is_reproducible)
        ordered_logits_backward(input->images, NETWORK_CLASSES, shard->hidden,
                                shard->parameters.d2_weight, dlogits, beta, d->d2_weight,
                                d->d2_bias, shard->dhidden);
    else
        logits_backward(input->images, NETWORK_UNITS, NETWORK_CLASSES, shard->hidden,
                        shard->parameters.d2_weight, dlogits, beta, d->d2_weight, d->d2_bias,
                        shard->dhidden);
    relu_dropout_backward(input->images * NETWORK_UNITS, shard->hidden,
                          has_dropout ? keep_scale : 1.0F, shard->dhidden);
    if (shard->is_reproducible)
        ordered_linear_backward(input->images, &input->by_column, shard->dhidden, beta,
                                d->d1_weight, d->d1_bias);
    else
        linear_backward(input->images, input->columns, NETWORK_UNITS, input->rows, shard->dhidden,
                        beta, d->d1_weight, d->d1_bias);
    if (shard->index > 0)
        memset(d->d2_bias, 0, sizeof d->d2_bias);
}

size_t network_count_correct(size_t images, const Logits logits, const uint8_t *labels) {
    size_t correct = 0;
    for (size_t i = 0; i < images; i++) {
        size_t best = 0;
        for (size_t c = 1; c < NETWORK_CLASSES; c++)
            best = logits[c * images + i] > logits[best * images + i] ? c : best;
        correct += best == labels[i];
    }
    return correct;
}
