#include "nn/adam.h"

#include <math.h>

void adam_create(Adam *adam, double learning_rate, const uint8_t seen[MNIST_PIXELS]) {
    *adam = (Adam){.learning_rate = learning_rate};
    for (size_t b = 0; b < BLOCKS; b++) {
        const uint8_t *pixels = seen + b * BLOCK_PIXELS;
        if (pixels[0] || pixels[1])
            adam->blocks[adam->block_count++] = (uint16_t)b;
    }
}

// Multiplies, because the last bit of libm's pow depends on its version and the machine.
static double power(double base, uint64_t exponent) {
    double result = 1.0;
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1)
            result *= base;
        base *= base;
    }
    return result;
}

AdamScales adam_scales(double learning_rate, uint64_t step) {
    const double correction1 = 1.0 - power(ADAM_BETA1, step);
    const double correction2 = 1.0 - power(ADAM_BETA2, step);
    return (AdamScales){
        .step_size = (float)(learning_rate / correction1),
        .inv_sqrt_correction2 =
            (float)(1.0 / sqrt(correction2)), // a product is cheaper than a quotient
    };
}
