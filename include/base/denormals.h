// Numbers below 2^-126, which many processors are slow with: a network that has learned its images
// by heart makes them everywhere, in gradients and what comes of them.
#ifndef MNIST_TRAIN_BASE_DENORMALS_H
#define MNIST_TRAIN_BASE_DENORMALS_H

#include <stdint.h>

// From now on the calling thread takes them for zero, on x86-64 and arm64. Returns what restores
// its former way.
uint64_t denormals_flush_to_zero(void);
void denormals_restore(uint64_t former);

#endif
