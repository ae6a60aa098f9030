// PyTorch's CPU random numbers, bit for bit: MT19937 and the draws that are made of it.
// Source: ATen/core/MT19937RNGEngine.h, DistributionsHelper.h, native/TensorFactories.cpp
// (randperm).
#ifndef MNIST_TRAIN_BASE_RANDOM_H
#define MNIST_TRAIN_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum { RANDOM_STATE_WORDS = 624 };

typedef struct {
    uint32_t state[RANDOM_STATE_WORDS];  // MT19937's state
    uint32_t output[RANDOM_STATE_WORDS]; // the state, tempered: what the draws hand out
    size_t position;                     // next of output; RANDOM_STATE_WORDS: refill first
} Random;

// As torch.manual_seed(seed): of the 64 bits only the low 32 count.
void random_seed(Random *random, uint64_t seed);

// Goes on where a generator of this state was, whose next output was this one of its words
// (RANDOM_STATE_WORDS at most).
void random_restore(Random *random, const uint32_t state[RANDOM_STATE_WORDS], size_t position);

uint32_t random_next32(Random *random);
uint64_t random_next64(Random *random); // the first 32-bit draw is the high half

// As Tensor.uniform_(low, high) on float32: one 32-bit draw a value, scaled by a fused
// multiply-add.
void random_uniform(Random *random, float low, float high, float *values, size_t count);

// As Tensor.bernoulli_(probability): one 64-bit draw a value; each becomes `success` or 0.
void random_bernoulli(Random *random, double probability, float success, float *values,
                      size_t count);

// As torch.randperm(count): the numbers 0 to count - 1 in random order, one 32-bit draw each but
// the last. count must fit 32 bits.
void random_permutation(Random *random, uint32_t *order, size_t count);

#endif
