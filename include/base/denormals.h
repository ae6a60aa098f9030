// The processor's treatment of denormals, numbers whose magnitude is below 2^-126. Overfitted
// networks produce denormal gradients and moments, which are slow on many processors. A new thread
// has the treatment of the thread that created it.
#ifndef MNIST_TRAIN_BASE_DENORMALS_H
#define MNIST_TRAIN_BASE_DENORMALS_H

#include <stdint.h>

// Makes the calling thread treat denormal operands and results as zero, on x86-64 and arm64. Does
// nothing elsewhere. Returns the previous mode, for denormals_restore().
uint64_t denormals_flush_to_zero(void);

// Makes the calling thread treat denormals as IEEE 754 does. A library that was linked with
// -ffast-math may have changed that before main. Returns the previous mode, as above.
uint64_t denormals_keep(void);

void denormals_restore(uint64_t saved);

#endif
