// The optimiser Adam (Kingma and Ba 2015, arXiv:1412.6980) with the arithmetic of torch.optim.Adam:
// beta1 0.9, beta2 0.999, epsilon 1e-8 added to sqrt(v) / sqrt(1 - beta2^t).
#ifndef MNIST_TRAIN_ADAM_H
#define MNIST_TRAIN_ADAM_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    double learning_rate;
    size_t count;         // of parameters
    uint64_t step;        // how many were taken
    float *first_moment;  // (count)
    float *second_moment; // (count)
} Adam;

// Both moments zero. False and the error: memory is short.
bool adam_create(Adam *adam, size_t count, double learning_rate, Error *error);
void adam_destroy(Adam *adam);

// Moves the parameters one step against the gradient.
void adam_step(Adam *adam,
               const float *gradient, // (count)
               float *parameters);    // (count)

#endif
