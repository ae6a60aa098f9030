// Layers as pure functions on buffers: forward, and backward from the gradient of the output (d...)
// to the gradient of the input. float32; sums run in a fixed order. Inputs and outputs do not
// overlap unless the comment says "in place".
//
// Activations have one image per row. Logits and probabilities have one image per column, so that
// the loops over images vectorise.
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

// dweight = beta * dweight + x^T dy, dbias = beta * dbias + sum of dy over the images
void linear_backward(size_t images, size_t inputs, size_t outputs,
                     const float *x,  // (images, inputs)
                     const float *dy, // (images, outputs)
                     float beta,      // 0 or 1
                     float *dweight,  // (inputs, outputs)
                     float *dbias);   // (outputs)

// dbias = beta * dbias + sum of dy, (images, outputs), over the images
void bias_backward(size_t images, size_t outputs, const float *dy, float beta, float *dbias);

// torch.nn.functional.relu, in place. NaN stays NaN.
void relu_forward(size_t count, float *values);

// torch.nn.functional.dropout, in place. mask: 0 or 1 / (1 - p).
void dropout_forward(size_t count, const float *mask, float *values);

// The backward pass of ReLU followed by dropout, in place. The gradient is zero where the output is
// zero; elsewhere it is multiplied by scale: 1 / (1 - p), or 1 without dropout.
void relu_dropout_backward(size_t count, const float *outputs, float scale, float *gradient);

// torch.nn.functional.linear, its output transposed: logits = weight x^T + bias
void logits_forward(size_t images, size_t inputs, size_t classes,
                    const float *x,      // (images, inputs)
                    const float *weight, // (classes, inputs)
                    const float *bias,   // (classes)
                    float *logits);      // (classes, images)

// dweight = beta * dweight + dlogits x, dbias = beta * dbias + sum of dlogits over the images,
// dx = dlogits^T weight
void logits_backward(size_t images, size_t inputs, size_t classes,
                     const float *x,       // (images, inputs)
                     const float *weight,  // (classes, inputs)
                     const float *dlogits, // (classes, images)
                     float beta,           // 0 or 1
                     float *dweight,       // (classes, inputs)
                     float *dbias,         // (classes)
                     float *dx);           // (images, inputs)

// dbias = beta * dbias + sum of dlogits, (classes, images), over the images
void logits_bias_backward(size_t images, size_t classes, const float *dlogits, float beta,
                          float *dbias);

// torch.nn.functional.softmax over each column
void softmax_forward(size_t images, size_t classes,
                     const float *logits,   // (classes, images)
                     float *probabilities); // (classes, images)

// Replaces the gradient of the probabilities, dp, by the gradient of the logits, in place:
// p (dp - sum of dp p over the classes).
void softmax_backward(size_t images, size_t classes,
                      const float *probabilities, // (classes, images)
                      float *gradient);           // (classes, images)

// torch.nn.functional.cross_entropy and its gradient. Returns the sum of the images' losses,
// -log softmax(logits)[label]. dlogits: the gradient of that sum, times grad_scale.
double softmax_cross_entropy(size_t images, size_t classes,
                             const float *logits,   // (classes, images)
                             const uint8_t *labels, // (images)
                             float grad_scale,
                             float *dlogits); // (classes, images)

#endif
