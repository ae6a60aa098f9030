// The processor's treatment of denormals in the calling thread.
#ifndef MNIST_TRAIN_TESTS_DENORMAL_MODE_H
#define MNIST_TRAIN_TESTS_DENORMAL_MODE_H

#include <stdbool.h>
#include <stdint.h>

// Whether denormals_set(true) has an effect on this processor.
bool denormal_mode_can_flush(void);

// Returns the bits of the product, computed at run time: the factors pass through volatile objects.
// Bits, as a comparison of floats may take a denormal for zero.
uint32_t denormal_mode_multiply(float a, float b);

// Whether a result below FLT_MIN is kept; false while such results are flushed to zero.
bool denormal_mode_keeps_results(void);

#endif
