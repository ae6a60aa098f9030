// Flushes denormals, numbers whose magnitude is below 2^-126, to zero. Overfitted networks produce
// denormal gradients and moments, which are slow on many processors.
#ifndef MNIST_TRAIN_BASE_DENORMALS_H
#define MNIST_TRAIN_BASE_DENORMALS_H

#include <stdint.h>

// Makes the calling thread treat denormal operands and results as zero, on x86-64 and arm64. Does
// nothing elsewhere. Returns the previous mode, for denormals_restore().
uint64_t denormals_flush_to_zero(void);

void denormals_restore(uint64_t saved);

#endif
