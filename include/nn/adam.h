// The Adam optimizer (Kingma and Ba 2015, arXiv:1412.6980) with the arithmetic of torch.optim.Adam:
//
//     m = beta1 m + (1 - beta1) g
//     v = beta2 v + (1 - beta2) g^2
//     w = w - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
//
// This header has the settings and what all weights of a step share. An engine (nn/engine.h) holds
// the moments and applies the step.
#ifndef MNIST_TRAIN_NN_ADAM_H
#define MNIST_TRAIN_NN_ADAM_H

#include "base/dims.h"
#include "data/data_loader.h"

#include <stddef.h>
#include <stdint.h>

#define ADAM_BETA1 0.9
#define ADAM_BETA2 0.999
#define ADAM_EPSILON 1e-8

typedef struct {
    double learning_rate;
    size_t block_count;
    uint16_t blocks[BLOCKS]; // (block_count), ascending: blocks of pixels whose weights can move
} Adam;

// Chooses the weights that can move. A pixel that no image has gives its weights no gradient, so
// that their moments stay zero, and their step is zero too. seen: not 0 for the pixels that images
// have.
void adam_create(Adam *adam, double learning_rate, const uint8_t seen[MNIST_PIXELS]);

// The factors of one step.
typedef struct {
    float step_size;            // learning rate / (1 - beta1^t)
    float inv_sqrt_correction2; // 1 / sqrt(1 - beta2^t)
} AdamScales;

// step: t, from 1.
AdamScales adam_scales(double learning_rate, uint64_t step);

#endif
