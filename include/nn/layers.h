// The layers as pure functions on buffers: forward, and backward from the gradient of what came
// out (d...) to that of what went in. float32; sums run in a fixed order. Inputs and outputs do not
// overlap but where "in place" is said.
//
// Activations have an image a row; scores (logits, probabilities) have an image a column, so that
// the losses' loops over images become vector code.
#ifndef MNIST_TRAIN_NN_LAYERS_H
#define MNIST_TRAIN_NN_LAYERS_H

#include <stddef.h>
#include <stdint.h>

// torch.nn.functional.linear, the weight transposed: y = x weight + bias
void linear_forward(size_t images, size_t inputs, size_t outputs,
                    const float *x,      // (images, inputs)
                    const float *weight, // (inputs, outputs)
                    const float *bias,   // (outputs)
                    float *y);           // (images, outputs)

// dweight = keep * dweight + x^T dy, dbias = keep * dbias + dy's sum over the images
void linear_backward(size_t images, size_t inputs, size_t outputs,
                     const float *x,  // (images, inputs)
                     const float *dy, // (images, outputs)
                     float keep,      // 0 or 1
                     float *dweight,  // (inputs, outputs)
                     float *dbias);   // (outputs)

// In place: what is below zero becomes zero.
void relu_forward(size_t count, float *values);

// In place: multiplied by the mask, which holds 0 or 1 / (1 - p).
void dropout_forward(size_t count, const float *mask, float *values);

// In place, for both: the gradient of what is zero behind them becomes zero, the rest is multiplied
// by what dropout kept: 1 / (1 - p), or 1 where there was none.
void relu_dropout_backward(size_t count, const float *outputs, float scale, float *gradient);

// torch.nn.functional.linear to scores: scores = weight x^T + bias
void logits_forward(size_t images, size_t inputs, size_t classes,
                    const float *x,      // (images, inputs)
                    const float *weight, // (classes, inputs)
                    const float *bias,   // (classes)
                    float *scores);      // (classes, images)

// dweight = keep * dweight + dscores x, dbias = keep * dbias + dscores' sum over the images,
// dx = dscores^T weight
void logits_backward(size_t images, size_t inputs, size_t classes,
                     const float *x,       // (images, inputs)
                     const float *weight,  // (classes, inputs)
                     const float *dscores, // (classes, images)
                     float keep,           // 0 or 1
                     float *dweight,       // (classes, inputs)
                     float *dbias,         // (classes)
                     float *dx);           // (images, inputs)

// torch.nn.functional.softmax over each column
void softmax_forward(size_t images, size_t classes,
                     const float *logits,   // (classes, images)
                     float *probabilities); // (classes, images)

// In place: gradient, of the probabilities, becomes that of the logits: p (dp - sum of dp p).
void softmax_backward(size_t images, size_t classes,
                      const float *probabilities, // (classes, images)
                      float *gradient);           // (classes, images)

// torch.nn.functional.softmax_cross_entropy: the sum of the images' losses, -log
// softmax(scores)[label], and the gradient of that sum times `share`, which is one over the images
// of the mean.
double softmax_cross_entropy(size_t images, size_t classes,
                             const float *scores,   // (classes, images)
                             const uint8_t *labels, // (images)
                             float share,
                             float *dscores); // (classes, images)

#endif
