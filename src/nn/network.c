#include "nn/network.h"

#include <math.h>

const char *network_loss_name(Loss loss) {
    return loss == LOSS_LOGITS ? "logits" : "tutorial";
}

static void initialise_linear(Random *random, size_t inputs, size_t outputs, float *weight,
                              float *bias) {
    float bound = (float)(1.0 / sqrt((double)inputs));
    random_uniform(random, -bound, bound, weight, outputs * inputs);
    random_uniform(random, -bound, bound, bias, outputs);
}

void network_initialise(NetworkParameters *parameters, Random *random) {
    initialise_linear(random, MNIST_PIXELS, NETWORK_HIDDEN, parameters->d1_weight,
                      parameters->d1_bias);
    initialise_linear(random, NETWORK_HIDDEN, MNIST_CLASSES, parameters->d2_weight,
                      parameters->d2_bias);
}

void network_draw_mask(Random *random, size_t images, DropoutMask *mask) {
    random_bernoulli(random, 1.0 - NETWORK_DROPOUT, &mask->keep[0][0],
                     images * (NETWORK_HIDDEN / 32));
}

float network_find_not_finite(const NetworkParameters *parameters) {
    const float *values = (const float *)parameters;
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++) {
        if (!isfinite(values[i]))
            return values[i];
    }
    return 0.0F;
}

size_t network_class(size_t images, const Logits logits, size_t image) {
    size_t best = 0;
    for (size_t c = 1; c < MNIST_CLASSES; c++)
        best = logits[c * images + image] > logits[best * images + image] ? c : best;
    return best;
}

size_t network_count_correct(size_t images, const Logits logits, const uint8_t *labels) {
    size_t correct = 0;
    for (size_t i = 0; i < images; i++)
        correct += network_class(images, logits, i) == labels[i];
    return correct;
}
