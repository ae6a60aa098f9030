// The network in plain loops and double precision, written from the formulas and not from src/. The
// tests compare the program's float32 arithmetic with it.
#ifndef MNIST_TRAIN_TESTS_REFERENCE_H
#define MNIST_TRAIN_TESTS_REFERENCE_H

#include "nn/network.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t batch;
    const float *images;   // (batch, pixels)
    const uint8_t *labels; // (batch)
    const float *mask;     // (batch, hidden) or NULL
    Loss loss;
} ReferenceBatch;

// Writes the logits (batch, classes) unless NULL, and returns the mean loss.
double reference_forward(const double *parameters, const ReferenceBatch *batch, double *logits);

// Writes the gradient of the mean loss, by the chain rule, and returns the mean loss.
double reference_backward(const double *parameters, const ReferenceBatch *batch, double *gradient);

// Returns entry `index` of the gradient as a central difference of reference_forward.
double reference_difference(double *parameters, const ReferenceBatch *batch, size_t index,
                            double width);

// One step of Adam on `count` parameters; `step` counts from 1.
void reference_adam(size_t count, unsigned step, double learning_rate, const double *gradient,
                    double *first_moment, double *second_moment, double *parameters);

// The offset of each tensor in NetworkParameters, and the end of the last one.
extern const size_t reference_tensor_begin[5];
extern const char *const reference_tensor_name[4];

#endif
