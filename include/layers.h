// The layers as pure functions on buffers: forward, and backward from the gradient of what came
// out (d...) to that of what went in. float32; sums run in a fixed order. Inputs and outputs do not
// overlap but where "in place" is said.
#ifndef MNIST_TRAIN_LAYERS_H
#define MNIST_TRAIN_LAYERS_H

#include <stddef.h>
#include <stdint.h>

// torch.nn.functional.linear: y = x weight^T + bias
void linear_forward(size_t batch, size_t inputs, size_t outputs,
                    const float *x,      // (batch, inputs)
                    const float *weight, // (outputs, inputs)
                    const float *bias,   // (outputs)
                    float *y);           // (batch, outputs)

// dweight = dy^T x, dbias = dy's sum over the batch
void linear_backward_parameters(size_t batch, size_t inputs, size_t outputs,
                                const float *x,  // (batch, inputs)
                                const float *dy, // (batch, outputs)
                                float *dweight,  // (outputs, inputs)
                                float *dbias);   // (outputs)

// dx = dy weight
void linear_backward_input(size_t batch, size_t inputs, size_t outputs,
                           const float *weight, // (outputs, inputs)
                           const float *dy,     // (batch, outputs)
                           float *dx);          // (batch, inputs)

// In place: what is below zero becomes zero.
void relu_forward(size_t count, float *values);

// In place: the gradient becomes zero where the output, with or without dropout behind it, is zero.
void relu_backward(size_t count, const float *outputs, float *gradient);

// In place, forward and backward alike: multiplied by the mask, which holds 0 or 1 / (1 - p).
void dropout_apply(size_t count, const float *mask, float *values);

// torch.nn.functional.softmax over each row; in place allowed (probabilities == logits)
void softmax_forward(size_t batch, size_t classes,
                     const float *logits,   // (batch, classes)
                     float *probabilities); // (batch, classes)

// In place: gradient, of the probabilities, becomes that of the logits: p (dp - sum of dp p).
void softmax_backward(size_t batch, size_t classes,
                      const float *probabilities, // (batch, classes)
                      float *gradient);           // (batch, classes)

// torch.nn.functional.cross_entropy (mean): -log softmax(scores)[label], its mean over the batch
// and the gradient of that mean.
double cross_entropy(size_t batch, size_t classes,
                     const float *scores,   // (batch, classes)
                     const uint8_t *labels, // (batch)
                     float *dscores);       // (batch, classes)

#endif
