#include "support/denormal_mode.h"

#include <float.h>

bool denormal_mode_can_flush(void) {
#if defined(__SSE__) || defined(__aarch64__)
    return true;
#else
    return false;
#endif
}

float denormal_mode_multiply(float a, float b) {
    static _Thread_local volatile float factors[2];
    factors[0] = a;
    factors[1] = b;
    volatile float product = factors[0] * factors[1];
    return product;
}

bool denormal_mode_keeps_results(void) {
    return denormal_mode_multiply(FLT_MIN, 0.5F) > 0.0F;
}
