#include "nn/layers.h"

#include "base/simd.h"
#include "layers_internal.h"
#include "nn/gemm.h"

#include <math.h>
#include <string.h>

void linear_forward(size_t images, size_t inputs, size_t outputs, const float *x,
                    const float *weight, const float *bias, float *y) {
    for (size_t i = 0; i < images; i++)
        memcpy(y + i * outputs, bias, outputs * sizeof *y);
    gemm_nn(images, outputs, inputs, x, weight, 1.0F, y);
}

SIMD_CLONES_EXTERN void bias_backward(size_t images, size_t outputs, const float *dy, float beta,
                                      float *dbias) {
    if (beta == 0.0F)
        memset(dbias, 0, outputs * sizeof *dbias);
    for (size_t i = 0; i < images; i++) {
        for (size_t j = 0; j < outputs; j++)
            dbias[j] += dy[i * outputs + j];
    }
}

void linear_backward(size_t images, size_t inputs, size_t outputs, const float *x, const float *dy,
                     float beta, float *dweight, float *dbias) {
    gemm_tn(inputs, outputs, images, x, dy, beta, dweight);
    bias_backward(images, outputs, dy, beta, dbias);
}

// NaN stays NaN, as in PyTorch, so that the loss shows it.
SIMD_CLONES_EXTERN void relu_forward(size_t count, float *values) {
    for (size_t i = 0; i < count; i++)
        values[i] = values[i] < 0.0F ? 0.0F : values[i];
}

SIMD_CLONES_EXTERN void dropout_forward(size_t count, const float *mask, float *values) {
    for (size_t i = 0; i < count; i++)
        values[i] *= mask[i];
}

SIMD_CLONES_EXTERN void relu_dropout_backward(size_t count, const float *outputs, float scale,
                                              float *gradient) {
    for (size_t i = 0; i < count; i++)
        gradient[i] = outputs[i] > 0.0F ? gradient[i] * scale : 0.0F;
}

void logits_forward(size_t images, size_t inputs, size_t classes, const float *x,
                    const float *weight, const float *bias, float *logits) {
    for (size_t c = 0; c < classes; c++) {
        for (size_t i = 0; i < images; i++)
            logits[c * images + i] = bias[c];
    }
    gemm_nt(classes, images, inputs, weight, x, 1.0F, logits);
}

void logits_backward(size_t images, size_t inputs, size_t classes, const float *x,
                     const float *weight, const float *dlogits, float beta, float *dweight,
                     float *dbias, float *dx) {
    gemm_nn(classes, inputs, images, dlogits, x, beta, dweight);
    gemm_tn(images, inputs, classes, dlogits, weight, 0.0F, dx);
    logits_bias_backward(images, classes, dlogits, beta, dbias);
}

void logits_bias_backward(size_t images, size_t classes, const float *dlogits, float beta,
                          float *dbias) {
    for (size_t c = 0; c < classes; c++) {
        float sum = beta == 0.0F ? 0.0F : dbias[c];
        for (size_t i = 0; i < images; i++)
            sum += dlogits[c * images + i];
        dbias[c] = sum;
    }
}

enum { SIMD_IMAGES = 32 }; // columns processed together

static size_t simd_count(size_t images, size_t first) {
    return images - first < SIMD_IMAGES ? images - first : SIMD_IMAGES;
}

// Returns e^x for x <= 0, to within one unit in the last place. libm's expf does not vectorise and
// would take half of the time of the loss. The result is 2^n e^r with n = round(x / ln 2), and a
// polynomial for e^r (Cephes, expf).
SIMD_INLINE float fast_expf(float x) {
    const float shift = 0x1.8p23F; // the sum's low bits hold the rounded integer
    float shifted = x * 1.44269504F + shift;
    float n = shifted - shift;
    float r = x - n * 0.693359375F + n * 2.12194440e-4F; // ln 2 in two parts, for precision
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    float y = p * r * r + r + 1.0F;
    uint32_t y_bits, n_bits;
    memcpy(&y_bits, &y, sizeof y);
    memcpy(&n_bits, &shifted, sizeof shifted);
    y_bits += n_bits << 23; // multiplies by 2^n
    memcpy(&y, &y_bits, sizeof y);
    return x < -87.0F ? 0.0F : y; // NaN stays NaN
}

// Computes results = exp(logits - max) and the sums of each image's results, for at most
// SIMD_IMAGES images. max is the image's largest logit; subtracting it prevents overflow.
SIMD_INLINE void exp_and_sums(size_t count, size_t classes, size_t stride, const float *logits,
                              float *results, float *max, float *sums) {
    memcpy(max, logits, count * sizeof *max);
    for (size_t c = 1; c < classes; c++) {
        for (size_t i = 0; i < count; i++) {
            float logit = logits[c * stride + i];
            max[i] = logit > max[i] ? logit : max[i];
        }
    }
    memset(sums, 0, count * sizeof *sums);
    for (size_t c = 0; c < classes; c++) {
        for (size_t i = 0; i < count; i++) {
            results[c * stride + i] = fast_expf(logits[c * stride + i] - max[i]);
            sums[i] += results[c * stride + i];
        }
    }
}

SIMD_CLONES_EXTERN void softmax_forward(size_t images, size_t classes, const float *logits,
                                        float *probabilities) {
    float max[SIMD_IMAGES], sums[SIMD_IMAGES];
    for (size_t first = 0; first < images; first += SIMD_IMAGES) {
        size_t count = simd_count(images, first);
        float *p = probabilities + first;
        exp_and_sums(count, classes, images, logits + first, p, max, sums);
        for (size_t c = 0; c < classes; c++) {
            for (size_t i = 0; i < count; i++)
                p[c * images + i] /= sums[i];
        }
    }
}

SIMD_CLONES_EXTERN void softmax_backward(size_t images, size_t classes, const float *probabilities,
                                         float *gradient) {
    for (size_t first = 0; first < images; first += SIMD_IMAGES) {
        size_t count = simd_count(images, first);
        const float *p = probabilities + first;
        float *g = gradient + first;
        float inner[SIMD_IMAGES] = {0};
        for (size_t c = 0; c < classes; c++) {
            for (size_t i = 0; i < count; i++)
                inner[i] += g[c * images + i] * p[c * images + i];
        }
        for (size_t c = 0; c < classes; c++) {
            for (size_t i = 0; i < count; i++)
                g[c * images + i] = p[c * images + i] * (g[c * images + i] - inner[i]);
        }
    }
}

// x = 2^e m with m in [sqrt(1/2), sqrt(2)], log(m) = 2 artanh((m - 1) / (m + 1)).
double layers_log(double x) {
    if (!isfinite(x))
        return x;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    // moves m's upper half to the next exponent
    int64_t exponent = (int64_t)((bits - 0x3fe6a09e667f3bcdU) >> 52);
    exponent =
        exponent >= 2048 ? exponent - 4096 : exponent; // the subtraction wraps below sqrt(1/2)
    bits -= (uint64_t)exponent << 52;
    memcpy(&x, &bits, sizeof x);
    double s = (x - 1.0) / (x + 1.0);
    double square = s * s;
    double series = 1.0 / 19.0;
    for (int k = 17; k >= 1; k -= 2)
        series = series * square + 1.0 / k;
    return (double)exponent * 0.69314718055994530942 + 2.0 * s * series;
}

SIMD_CLONES_EXTERN double softmax_cross_entropy(size_t images, size_t classes, const float *logits,
                                                const uint8_t *labels, float grad_scale,
                                                float *dlogits) {
    double loss = 0.0;
    float max[SIMD_IMAGES], sums[SIMD_IMAGES], scales[SIMD_IMAGES];
    for (size_t first = 0; first < images; first += SIMD_IMAGES) {
        size_t count = simd_count(images, first);
        float *d = dlogits + first;
        exp_and_sums(count, classes, images, logits + first, d, max, sums);
        for (size_t i = 0; i < count; i++)
            scales[i] = grad_scale / sums[i];
        for (size_t c = 0; c < classes; c++) {
            for (size_t i = 0; i < count; i++)
                d[c * images + i] *= scales[i];
        }
        for (size_t i = 0; i < count; i++) {
            size_t at_label = labels[first + i] * images + i;
            loss += layers_log((double)sums[i]) - (double)(logits[first + at_label] - max[i]);
            d[at_label] -= grad_scale;
        }
    }
    return loss;
}
