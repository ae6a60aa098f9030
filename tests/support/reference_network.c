#include "support/reference_network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = 784, HIDDEN = 128, CLASSES = 10 };
enum {
    D1_WEIGHT = 0,
    D1_BIAS = D1_WEIGHT + HIDDEN * PIXELS,
    D2_WEIGHT = D1_BIAS + HIDDEN,
    D2_BIAS = D2_WEIGHT + CLASSES * HIDDEN,
    END = D2_BIAS + CLASSES
};

const size_t reference_tensor_begin[5] = {D1_WEIGHT, D1_BIAS, D2_WEIGHT, D2_BIAS, END};
const char *const reference_tensor_name[4] = {"d1.weight", "d1.bias", "d2.weight", "d2.bias"};

// The values of one image in a forward pass.
typedef struct {
    double before_relu[HIDDEN];
    double hidden[HIDDEN];
    double logits[CLASSES];
    double probabilities[CLASSES];
    double loss;
} Activations;

static void softmax(const double *scores, double *probabilities) {
    double largest = scores[0];
    for (int j = 0; j < CLASSES; j++)
        largest = fmax(largest, scores[j]);
    double sum = 0;
    for (int j = 0; j < CLASSES; j++)
        sum += exp(scores[j] - largest);
    for (int j = 0; j < CLASSES; j++)
        probabilities[j] = exp(scores[j] - largest) / sum;
}

static void forward_image(const double *p, const ReferenceBatch *batch, size_t image,
                          Activations *values) {
    for (int h = 0; h < HIDDEN; h++) {
        double sum = p[D1_BIAS + h];
        for (int x = 0; x < PIXELS; x++)
            sum +=
                p[D1_WEIGHT + h * PIXELS + x] * (double)batch->images[image * PIXELS + (size_t)x];
        values->before_relu[h] = sum;
        double scale = batch->mask ? (double)batch->mask[image * HIDDEN + (size_t)h] : 1.0;
        values->hidden[h] = fmax(sum, 0.0) * scale;
    }
    for (int c = 0; c < CLASSES; c++) {
        values->logits[c] = p[D2_BIAS + c];
        for (int h = 0; h < HIDDEN; h++)
            values->logits[c] += p[D2_WEIGHT + c * HIDDEN + h] * values->hidden[h];
    }
    softmax(values->logits, values->probabilities);
    double scores[CLASSES];
    memcpy(scores, batch->loss == LOSS_LOGITS ? values->logits : values->probabilities,
           sizeof scores);
    double sum = 0;
    for (int c = 0; c < CLASSES; c++)
        sum += exp(scores[c] - scores[batch->labels[image]]);
    values->loss = log(sum);
}

double reference_forward(const double *parameters, const ReferenceBatch *batch, double *logits) {
    double loss = 0;
    for (size_t i = 0; i < batch->batch; i++) {
        Activations values;
        forward_image(parameters, batch, i, &values);
        if (logits)
            memcpy(logits + i * CLASSES, values.logits, sizeof values.logits);
        loss += values.loss;
    }
    return loss / (double)batch->batch;
}

// d loss / d logits of one image.
static void loss_gradient(const Activations *values, Loss loss, uint8_t label, double *dlogits) {
    const double *p = values->probabilities;
    if (loss == LOSS_LOGITS) {
        for (int c = 0; c < CLASSES; c++)
            dlogits[c] = p[c] - (c == label);
        return;
    }
    double dp[CLASSES];
    softmax(p, dp);
    dp[label] -= 1;
    for (int c = 0; c < CLASSES; c++) { // the softmax's Jacobian: p_c (delta_ck - p_k)
        dlogits[c] = 0;
        for (int k = 0; k < CLASSES; k++)
            dlogits[c] += p[c] * ((c == k) - p[k]) * dp[k];
    }
}

static void add_gradient(const double *p, const ReferenceBatch *batch, size_t image,
                         const Activations *values, double *gradient) {
    double dlogits[CLASSES];
    loss_gradient(values, batch->loss, batch->labels[image], dlogits);
    double weight = 1.0 / (double)batch->batch;
    for (int c = 0; c < CLASSES; c++) {
        gradient[D2_BIAS + c] += weight * dlogits[c];
        for (int h = 0; h < HIDDEN; h++)
            gradient[D2_WEIGHT + c * HIDDEN + h] += weight * dlogits[c] * values->hidden[h];
    }
    for (int h = 0; h < HIDDEN; h++) {
        double d = 0;
        for (int c = 0; c < CLASSES; c++)
            d += dlogits[c] * p[D2_WEIGHT + c * HIDDEN + h];
        if (batch->mask)
            d *= (double)batch->mask[image * HIDDEN + (size_t)h];
        if (values->before_relu[h] <= 0)
            d = 0;
        gradient[D1_BIAS + h] += weight * d;
        for (int x = 0; x < PIXELS; x++)
            gradient[D1_WEIGHT + h * PIXELS + x] +=
                weight * d * (double)batch->images[image * PIXELS + (size_t)x];
    }
}

double reference_backward(const double *parameters, const ReferenceBatch *batch, double *gradient) {
    memset(gradient, 0, END * sizeof *gradient);
    double loss = 0;
    for (size_t i = 0; i < batch->batch; i++) {
        Activations values;
        forward_image(parameters, batch, i, &values);
        add_gradient(parameters, batch, i, &values, gradient);
        loss += values.loss;
    }
    return loss / (double)batch->batch;
}

double reference_difference(double *parameters, const ReferenceBatch *batch, size_t index,
                            double width) {
    double kept = parameters[index];
    parameters[index] = kept + width;
    double above = reference_forward(parameters, batch, NULL);
    parameters[index] = kept - width;
    double below = reference_forward(parameters, batch, NULL);
    parameters[index] = kept;
    return (above - below) / (2 * width);
}

void reference_adam(size_t count, unsigned step, double learning_rate, const double *gradient,
                    double *first_moment, double *second_moment, double *parameters) {
    for (size_t i = 0; i < count; i++) {
        double g = gradient[i];
        first_moment[i] = 0.9 * first_moment[i] + 0.1 * g;
        second_moment[i] = 0.999 * second_moment[i] + 0.001 * g * g;
        double first = first_moment[i] / (1 - pow(0.9, step));
        double second = second_moment[i] / (1 - pow(0.999, step));
        parameters[i] -= learning_rate * first / (sqrt(second) + 1e-8);
    }
}
