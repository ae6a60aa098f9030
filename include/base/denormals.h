// Flushing of denormals, numbers below 2^-126, to zero. Overfitted networks produce denormal
// gradients and moments, which are slow on many processors.
#ifndef MNIST_TRAIN_BASE_DENORMALS_H
#define MNIST_TRAIN_BASE_DENORMALS_H

#include <stdint.h>

// The calling thread treats denormal operands and results as zero, on x86-64 and arm64; elsewhere
// nothing changes. Returns the saved mode, for denormals_restore().
uint64_t denormals_flush_to_zero(void);

void denormals_restore(uint64_t saved);

#endif
