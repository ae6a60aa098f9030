// PyTorch's CPU random numbers, bit for bit: MT19937 and the draws made of its output.
// Source: ATen/core/MT19937RNGEngine.h, DistributionsHelper.h, native/TensorFactories.cpp
// (randperm). After random_seed(&random, 0) the functions give what PyTorch gives here:
//
//     >>> g = torch.manual_seed(0); torch.empty(2, dtype=torch.int64).random_()
//     tensor([ 900450186894289455, 3969543146641149120])  # random_next64, without the sign bit
//     >>> g = torch.manual_seed(0); torch.rand(3)
//     tensor([0.4963, 0.7682, 0.0885])                    # random_uniform(0, 1)
//     >>> g = torch.manual_seed(0); torch.ones(8).bernoulli_(0.8)
//     tensor([0., 1., 1., 0., 1., 1., 1., 1.])            # random_bernoulli
//     >>> g = torch.manual_seed(0); torch.randperm(10)
//     tensor([4, 1, 7, 5, 3, 9, 0, 8, 6, 2])              # random_permutation
//
// PyTorch builds with MKL on Intel processors draw other numbers in bernoulli_.
#ifndef MNIST_TRAIN_BASE_RANDOM_H
#define MNIST_TRAIN_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum { RANDOM_STATE_WORDS = 624 };

typedef struct {
    uint32_t state[RANDOM_STATE_WORDS];  // MT19937's state
    uint32_t output[RANDOM_STATE_WORDS]; // the state, tempered
    size_t position;                     // index of the next output; RANDOM_STATE_WORDS: none left
} Random;

// As torch.manual_seed(seed): only the low 32 bits count.
void random_seed(Random *random, uint64_t seed);

// Restores a generator from Random.state and Random.position (at most RANDOM_STATE_WORDS).
void random_restore(Random *random, const uint32_t state[RANDOM_STATE_WORDS], size_t position);

uint32_t random_next32(Random *random);
uint64_t random_next64(Random *random); // the first 32-bit draw is the high half

// As Tensor.uniform_(low, high) on float32: one 32-bit draw per value, scaled with one rounding
// (fused multiply-add).
void random_uniform(Random *random, float low, float high, float *values, size_t count);

// As Tensor.bernoulli_(probability): one 64-bit draw per value. Value i becomes bit i % 32 of
// bits[i / 32]; 32 values a word.
void random_bernoulli(Random *random, double probability, uint32_t *bits, size_t words);

// As torch.randperm(count): writes a permutation of 0 ... count - 1 to order. Each position but the
// last takes one 32-bit draw. count is at most UINT32_MAX.
void random_permutation(Random *random, uint32_t *order, size_t count);

#endif
