// The layers with products (see nn/layers.h) on ordered_gemm: the same bits on every machine.
// Layers have 32 outputs, and at most 32 images.
#ifndef MNIST_TRAIN_NN_ORDERED_LAYERS_H
#define MNIST_TRAIN_NN_ORDERED_LAYERS_H

#include "nn/ordered_gemm.h"

#include <stddef.h>

enum { ORDERED_MAX_LAYERS = 4 }; // that are computed together

// y = x weight + bias, for each of several layers with the same input; the sums start from the
// bias. x is divided into bands of band_inputs columns, ascending; the last band may have fewer.
// The weights of a band stay in the cache for all images.
void ordered_linear_forward(size_t layers, size_t bands, size_t band_inputs,
                            const SparseRows *x,        // (bands), each (images, band_inputs)
                            const float *const *weight, // (layers), each (inputs, 32)
                            const float *const *bias,   // (layers), each (32)
                            float *const *y);           // (layers), each (images, 32)

// dweight = beta dweight + x^T dy, dbias = beta dbias + sum of dy over the images, for each of the
// layers.
void ordered_linear_backward(size_t layers, size_t images,
                             const SparseRows *x_transposed, // (columns, images)
                             const float *const *dy,         // (layers), each (images, 32)
                             float beta,                     // 0 or 1
                             float *const *dweight,          // (layers), each (columns, 32)
                             float *const *dbias);           // (layers), each (32)

// logits = weight x^T + bias; the sums start from the bias. All 32 rows of x are read; the values
// of those after the last image do not matter.
void ordered_logits_forward(size_t images, size_t classes,
                            const float *x,      // (32, 32): images, inputs
                            const float *weight, // (classes, 32)
                            const float *bias,   // (classes)
                            float *logits);      // (classes, images)

// dweight = beta dweight + dlogits x, dbias = beta dbias + sum of dlogits over the images,
// dx = dlogits^T weight
void ordered_logits_backward(size_t images, size_t classes,
                             const float *x,       // (images, 32)
                             const float *weight,  // (classes, 32)
                             const float *dlogits, // (classes, images)
                             float beta,           // 0 or 1
                             float *dweight,       // (classes, 32)
                             float *dbias,         // (classes)
                             float *dx);           // (images, 32)

#endif
