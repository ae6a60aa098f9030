// The processor's treatment of denormals, numbers whose magnitude is below 2^-126. Overfitted
// networks produce denormal gradients and moments, which are slow on many processors. A new thread
// has the treatment of the thread that created it.
#ifndef MNIST_TRAIN_BASE_DENORMALS_H
#define MNIST_TRAIN_BASE_DENORMALS_H

#include <stdbool.h>
#include <stdint.h>

// Makes the calling thread treat denormal operands and results as zero, on x86-64 and arm64, or as
// IEEE 754 does: a library that was linked with -ffast-math may have changed that before main. Does
// nothing elsewhere. Returns the previous mode, for denormals_restore.
uint64_t denormals_set(bool is_flushing);

void denormals_restore(uint64_t saved);

#endif
