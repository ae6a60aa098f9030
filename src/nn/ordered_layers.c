#include "nn/ordered_layers.h"

#include "nn/layers.h"

#include <string.h>

enum { WIDTH = ORDERED_GEMM_COLUMNS };

void ordered_linear_forward(size_t layers, size_t bands, size_t band_inputs, const SparseRows *x,
                            const float *const *weight, const float *const *bias, float *const *y) {
    for (size_t n = 0; n < layers; n++) {
        for (size_t i = 0; i < x->rows; i++)
            memcpy(y[n] + i * WIDTH, bias[n], WIDTH * sizeof *y[n]);
    }
    for (size_t band = 0; band < bands; band++) {
        const float *band_weight[ORDERED_MAX_LAYERS];
        for (size_t n = 0; n < layers; n++)
            band_weight[n] = weight[n] + band * band_inputs * WIDTH;
        ordered_gemm_sparse(&x[band], layers, band_weight, 1.0F, y);
    }
}

void ordered_linear_backward(size_t layers, size_t images, const SparseRows *x_transposed,
                             const float *const *dy, float beta, float *const *dweight,
                             float *const *dbias) {
    ordered_gemm_sparse(x_transposed, layers, dy, beta, dweight);
    for (size_t n = 0; n < layers; n++)
        bias_backward(images, WIDTH, dy[n], beta, dbias[n]);
}

// Transposes the activations, so that each image is one of the 32 columns of the product.
void ordered_logits_forward(size_t images, size_t classes, const float *x, const float *weight,
                            const float *bias, float *logits) {
    float x_transposed[WIDTH * WIDTH]; // (inputs, images)
    float row[WIDTH];                  // (images)
    for (size_t i = 0; i < WIDTH; i++) {
        for (size_t j = 0; j < WIDTH; j++)
            x_transposed[j * WIDTH + i] = x[i * WIDTH + j];
    }
    for (size_t c = 0; c < classes; c++) {
        for (size_t i = 0; i < WIDTH; i++)
            row[i] = bias[c];
        ordered_gemm_dense(1, WIDTH, weight + c * WIDTH, WIDTH, 1, x_transposed, 1.0F, row);
        memcpy(logits + c * images, row, images * sizeof *row);
    }
}

void ordered_logits_backward(size_t images, size_t classes, const float *x, const float *weight,
                             const float *dlogits, float beta, float *dweight, float *dbias,
                             float *dx) {
    ordered_gemm_dense(classes, images, dlogits, images, 1, x, beta, dweight);
    ordered_gemm_dense(images, classes, dlogits, 1, images, weight, 0.0F, dx);
    logits_bias_backward(images, classes, dlogits, beta, dbias);
}
