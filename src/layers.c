#include "layers.h"

#include "matmul.h"

#include <math.h>
#include <string.h>

void linear_forward(size_t batch, size_t inputs, size_t outputs, const float *x,
                    const float *weight, const float *bias, float *y) {
    for (size_t i = 0; i < batch; i++)
        memcpy(y + i * outputs, bias, outputs * sizeof *y);
    matmul_b_transposed(batch, outputs, inputs, x, weight, 1.0F, y);
}

void linear_backward_parameters(size_t batch, size_t inputs, size_t outputs, const float *x,
                                const float *dy, float *dweight, float *dbias) {
    matmul_a_transposed(outputs, inputs, batch, dy, x, 0.0F, dweight);
    memset(dbias, 0, outputs * sizeof *dbias);
    for (size_t i = 0; i < batch; i++) {
        for (size_t j = 0; j < outputs; j++)
            dbias[j] += dy[i * outputs + j];
    }
}

void linear_backward_input(size_t batch, size_t inputs, size_t outputs, const float *weight,
                           const float *dy, float *dx) {
    matmul(batch, inputs, outputs, dy, weight, 0.0F, dx);
}

// A NaN stays one, as in PyTorch: it must show in the loss.
void relu_forward(size_t count, float *values) {
    for (size_t i = 0; i < count; i++)
        values[i] = values[i] < 0.0F ? 0.0F : values[i];
}

void relu_backward(size_t count, const float *outputs, float *gradient) {
    for (size_t i = 0; i < count; i++)
        gradient[i] = outputs[i] > 0.0F ? gradient[i] : 0.0F;
}

void dropout_apply(size_t count, const float *mask, float *values) {
    for (size_t i = 0; i < count; i++)
        values[i] *= mask[i];
}

static float find_largest(size_t count, const float *values) {
    float largest = values[0];
    for (size_t i = 1; i < count; i++)
        largest = values[i] > largest ? values[i] : largest;
    return largest;
}

// exp(values - offset) and its sum; the largest value as the offset keeps them from overflowing.
static float exponentials(size_t count, const float *values, float offset, float *results) {
    float sum = 0.0F;
    for (size_t i = 0; i < count; i++) {
        results[i] = expf(values[i] - offset);
        sum += results[i];
    }
    return sum;
}

void softmax_forward(size_t batch, size_t classes, const float *logits, float *probabilities) {
    for (size_t i = 0; i < batch; i++) {
        const float *scores = logits + i * classes;
        float *p = probabilities + i * classes;
        float sum = exponentials(classes, scores, find_largest(classes, scores), p);
        for (size_t j = 0; j < classes; j++)
            p[j] /= sum;
    }
}

void softmax_backward(size_t batch, size_t classes, const float *probabilities, float *gradient) {
    for (size_t i = 0; i < batch; i++) {
        const float *p = probabilities + i * classes;
        float *row = gradient + i * classes;
        float inner = 0.0F;
        for (size_t j = 0; j < classes; j++)
            inner += row[j] * p[j];
        for (size_t j = 0; j < classes; j++)
            row[j] = p[j] * (row[j] - inner);
    }
}

double cross_entropy(size_t batch, size_t classes, const float *scores, const uint8_t *labels,
                     float *dscores) {
    double loss = 0.0;
    for (size_t i = 0; i < batch; i++) {
        const float *row = scores + i * classes;
        float *drow = dscores + i * classes;
        float largest = find_largest(classes, row);
        float sum = exponentials(classes, row, largest, drow);
        loss += (double)(logf(sum) - (row[labels[i]] - largest));
        float scale = 1.0F / (sum * (float)batch);
        for (size_t j = 0; j < classes; j++)
            drow[j] *= scale;
        drow[labels[i]] -= 1.0F / (float)batch;
    }
    return loss / (double)batch;
}
