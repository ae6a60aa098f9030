#include "network.h"

#include "layers.h"

#include <math.h>
#include <stdlib.h>

_Static_assert(NETWORK_PARAMETERS == 101770, "the tensors lie without gaps between them");

// Zeroed, or NULL when the size overflows or memory is short.
static float *allocate_rows(size_t rows, size_t columns) {
    if (rows > SIZE_MAX / sizeof(float) / columns)
        return NULL;
    return calloc(rows * columns, sizeof(float));
}

bool network_create(Network *network, size_t largest_batch, Error *error) {
    *network = (Network){
        .parameters = calloc(1, sizeof *network->parameters),
        .gradient = calloc(1, sizeof *network->gradient),
        .largest_batch = largest_batch,
        .hidden = allocate_rows(largest_batch, NETWORK_HIDDEN),
        .logits = allocate_rows(largest_batch, NETWORK_CLASSES),
        .probabilities = allocate_rows(largest_batch, NETWORK_CLASSES),
        .dhidden = allocate_rows(largest_batch, NETWORK_HIDDEN),
        .dlogits = allocate_rows(largest_batch, NETWORK_CLASSES),
    };
    if (network->parameters && network->gradient && network->hidden && network->logits &&
        network->probabilities && network->dhidden && network->dlogits)
        return true;
    network_destroy(network);
    return error_set(error, "network: expected memory for batches of %zu, found less",
                     largest_batch);
}

void network_destroy(Network *network) {
    free(network->parameters);
    free(network->gradient);
    free(network->hidden);
    free(network->logits);
    free(network->probabilities);
    free(network->dhidden);
    free(network->dlogits);
    *network = (Network){0};
}

static void initialise_linear(Random *random, size_t inputs, size_t outputs, float *weight,
                              float *bias) {
    float bound = (float)(1.0 / sqrt((double)inputs));
    random_uniform(random, -bound, bound, weight, outputs * inputs);
    random_uniform(random, -bound, bound, bias, outputs);
}

void network_initialise(Network *network, Random *random) {
    NetworkParameters *p = network->parameters;
    initialise_linear(random, NETWORK_PIXELS, NETWORK_HIDDEN, p->d1_weight, p->d1_bias);
    initialise_linear(random, NETWORK_HIDDEN, NETWORK_CLASSES, p->d2_weight, p->d2_bias);
}

void network_draw_mask(Random *random, size_t batch, float *mask) {
    double keep = 1.0 - NETWORK_DROPOUT;
    random_bernoulli(random, keep, (float)(1.0 / keep), mask, batch * NETWORK_HIDDEN);
}

void network_forward(Network *network, size_t batch, const float *images, const float *mask) {
    const NetworkParameters *p = network->parameters;
    linear_forward(batch, NETWORK_PIXELS, NETWORK_HIDDEN, images, p->d1_weight, p->d1_bias,
                   network->hidden);
    relu_forward(batch * NETWORK_HIDDEN, network->hidden);
    if (mask)
        dropout_apply(batch * NETWORK_HIDDEN, mask, network->hidden);
    linear_forward(batch, NETWORK_HIDDEN, NETWORK_CLASSES, network->hidden, p->d2_weight,
                   p->d2_bias, network->logits);
}

static double loss_backward(Network *network, Loss loss, size_t batch, const uint8_t *labels) {
    if (loss == LOSS_LOGITS)
        return cross_entropy(batch, NETWORK_CLASSES, network->logits, labels, network->dlogits);
    softmax_forward(batch, NETWORK_CLASSES, network->logits, network->probabilities);
    double mean =
        cross_entropy(batch, NETWORK_CLASSES, network->probabilities, labels, network->dlogits);
    softmax_backward(batch, NETWORK_CLASSES, network->probabilities, network->dlogits);
    return mean;
}

double network_backward(Network *network, Loss loss, size_t batch, const float *images,
                        const uint8_t *labels, const float *mask) {
    const NetworkParameters *p = network->parameters;
    NetworkParameters *d = network->gradient;
    double mean = loss_backward(network, loss, batch, labels);
    linear_backward_parameters(batch, NETWORK_HIDDEN, NETWORK_CLASSES, network->hidden,
                               network->dlogits, d->d2_weight, d->d2_bias);
    linear_backward_input(batch, NETWORK_HIDDEN, NETWORK_CLASSES, p->d2_weight, network->dlogits,
                          network->dhidden);
    if (mask)
        dropout_apply(batch * NETWORK_HIDDEN, mask, network->dhidden);
    relu_backward(batch * NETWORK_HIDDEN, network->hidden, network->dhidden);
    linear_backward_parameters(batch, NETWORK_PIXELS, NETWORK_HIDDEN, images, network->dhidden,
                               d->d1_weight, d->d1_bias);
    return mean;
}

size_t network_count_right(const Network *network, size_t batch, const uint8_t *labels) {
    size_t right = 0;
    for (size_t i = 0; i < batch; i++) {
        const float *row = network->logits + i * NETWORK_CLASSES;
        size_t best = 0;
        for (size_t j = 1; j < NETWORK_CLASSES; j++)
            best = row[j] > row[best] ? j : best;
        right += best == labels[i];
    }
    return right;
}
