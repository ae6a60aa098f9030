#include "nn/network.h"

#include "base/error.h"
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
    for (size_t s = 0; s < NETWORK_SHARDS; s++)
        network->shards[s].index = s;
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

float network_find_not_finite(const Network *network) {
    for (size_t s = 0; s < NETWORK_SHARDS; s++) {
        const float *values = (const float *)&network->shards[s].parameters; // padding is zero
        for (size_t i = 0; i < sizeof(ShardParameters) / sizeof *values; i++) {
            if (!isfinite(values[i]))
                return values[i];
        }
    }
    return 0.0F;
}

void network_draw_mask(Random *random, size_t images, float *mask) {
    random_bernoulli(random, 1.0 - NETWORK_DROPOUT, keep_scale, mask, images * NETWORK_HIDDEN);
}

void network_shard_gather_weights(NetworkShard *shard, size_t columns, const uint16_t *pixels) {
    for (size_t i = 0; i < columns; i++)
        memcpy(shard->gathered_weight + i * NETWORK_UNITS,
               shard->parameters.d1_weight + (size_t)pixels[i] * NETWORK_UNITS,
               NETWORK_UNITS * sizeof(float));
}

// The first layer of the shards from `first` to before `end`.
static void hidden_layer_forward(Network *network, size_t first, size_t end,
                                 const NetworkInput *input) {
    const float *weight[NETWORK_SHARDS], *bias[NETWORK_SHARDS];
    float *hidden[NETWORK_SHARDS];
    for (size_t s = first; s < end; s++) {
        NetworkShard *shard = &network->shards[s];
        weight[s] = shard->parameters.d1_weight;
        bias[s] = shard->parameters.d1_bias;
        hidden[s] = shard->hidden;
        if (!network->is_reproducible)
            linear_forward(input->images, input->columns, NETWORK_UNITS, input->rows,
                           shard->gathered_weight, bias[s], hidden[s]);
    }
    if (network->is_reproducible)
        ordered_linear_forward(end - first, NETWORK_BANDS, NETWORK_BAND_PIXELS, input->by_image,
                               weight + first, bias + first, hidden + first);
}

static void activate(NetworkShard *shard, size_t images, const float *mask) {
    relu_forward(images * NETWORK_UNITS, shard->hidden);
    for (size_t i = 0; mask && i < images; i++)
        dropout_forward(NETWORK_UNITS, mask + i * NETWORK_HIDDEN + shard->index * NETWORK_UNITS,
                        shard->hidden + i * NETWORK_UNITS);
}

void network_forward(Network *network, size_t first_shard, size_t end_shard,
                     const NetworkInput *input, const float *mask,
                     Logits partial_logits[NETWORK_SHARDS]) {
    hidden_layer_forward(network, first_shard, end_shard, input);
    for (size_t s = first_shard; s < end_shard; s++) {
        NetworkShard *shard = &network->shards[s];
        const ShardParameters *p = &shard->parameters;
        activate(shard, input->images, mask);
        if (network->is_reproducible)
            ordered_logits_forward(input->images, NETWORK_CLASSES, shard->hidden, p->d2_weight,
                                   p->d2_bias, partial_logits[s]);
        else
            logits_forward(input->images, NETWORK_UNITS, NETWORK_CLASSES, shard->hidden,
                           p->d2_weight, p->d2_bias, partial_logits[s]);
    }
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

// The gradient of the second layer's parameters and of its inputs.
static void logits_layer_backward(const Network *network, NetworkShard *shard, size_t images,
                                  const Logits dlogits, float beta) {
    ShardParameters *d = &shard->gradient;
    if (network->is_reproducible)
        ordered_logits_backward(images, NETWORK_CLASSES, shard->hidden, shard->parameters.d2_weight,
                                dlogits, beta, d->d2_weight, d->d2_bias, shard->dhidden);
    else
        logits_backward(images, NETWORK_UNITS, NETWORK_CLASSES, shard->hidden,
                        shard->parameters.d2_weight, dlogits, beta, d->d2_weight, d->d2_bias,
                        shard->dhidden);
    if (shard->index > 0)
        memset(d->d2_bias, 0, sizeof d->d2_bias);
}

// The gradient of the first layer's parameters, of the shards from `first` to before `end`.
static void hidden_layer_backward(Network *network, size_t first, size_t end,
                                  const NetworkInput *input, float beta) {
    const float *dhidden[NETWORK_SHARDS];
    float *dweight[NETWORK_SHARDS], *dbias[NETWORK_SHARDS];
    for (size_t s = first; s < end; s++) {
        NetworkShard *shard = &network->shards[s];
        dhidden[s] = shard->dhidden;
        dweight[s] = shard->gradient.d1_weight;
        dbias[s] = shard->gradient.d1_bias;
        if (!network->is_reproducible)
            linear_backward(input->images, input->columns, NETWORK_UNITS, input->rows, dhidden[s],
                            beta, dweight[s], dbias[s]);
    }
    if (network->is_reproducible)
        ordered_linear_backward(end - first, input->images, &input->by_column, dhidden + first,
                                beta, dweight + first, dbias + first);
}

void network_backward(Network *network, size_t first_shard, size_t end_shard,
                      const NetworkInput *input, const Logits dlogits, bool is_first_of_batch,
                      bool has_dropout) {
    const float beta = is_first_of_batch ? 0.0F : 1.0F;
    for (size_t s = first_shard; s < end_shard; s++) {
        NetworkShard *shard = &network->shards[s];
        logits_layer_backward(network, shard, input->images, dlogits, beta);
        relu_dropout_backward(input->images * NETWORK_UNITS, shard->hidden,
                              has_dropout ? keep_scale : 1.0F, shard->dhidden);
    }
    hidden_layer_backward(network, first_shard, end_shard, input, beta);
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
